/// Whether a share of successes is above (or below) a given probability, exactly, with the interval of
/// Clopper and Pearson (1934), which covers at least what it says at any count.
public struct BinomialTest: Sendable, Equatable {
  public let successes: Int
  public let trials: Int
  public let estimate: Double
  public let lower: Double
  public let upper: Double
  /// The probability of so many successes or more, if each had the probability tested.
  public let pValueGreater: Double
  /// Of so many or fewer.
  public let pValueLess: Double

  /// - Parameter probability: the one tested, such as 0.5 or the share of the majority class.
  /// - Precondition: `0 <= successes <= trials`, `trials > 0`, both probabilities between 0 and 1.
  public init(
    successes: Int, trials: Int, probability: Double = 0.5, confidence: Double = 0.95
  ) {
    precondition(trials > 0 && successes >= 0 && successes <= trials)
    precondition(probability > 0 && probability < 1 && confidence > 0 && confidence < 1)
    self.successes = successes
    self.trials = trials
    let (k, n) = (Double(successes), Double(trials))
    estimate = k / n
    let tail = (1 - confidence) / 2
    lower = successes == 0 ? 0 : IncompleteBeta.quantile(k, n - k + 1, tail)
    upper = successes == trials ? 1 : IncompleteBeta.quantile(k + 1, n - k, 1 - tail)
    pValueGreater = successes == 0 ? 1 : IncompleteBeta.value(k, n - k + 1, probability)
    pValueLess =
      successes == trials ? 1 : IncompleteBeta.complement(k + 1, n - k, probability)
  }
}
