/// An interval for the probability behind a count of successes (Wilson 1927).
///
/// It stays within 0...1 and has no width of zero at 0 or n successes.
public struct WilsonInterval: Sendable, Equatable {
  public let estimate: Double
  public let lower: Double
  public let upper: Double

  /// - Precondition: `0 <= successes <= trials`, `trials > 0`, `0 < confidence < 1`.
  public init(successes: Int, trials: Int, confidence: Double = 0.95) {
    precondition(trials > 0 && successes >= 0 && successes <= trials)
    precondition(confidence > 0 && confidence < 1)
    let z = -NormalDistribution.quantile((1 - confidence) / 2)
    let n = Double(trials)
    let share = Double(successes) / n
    let denominator = 1 + z * z / n
    let centre = (share + z * z / (2 * n)) / denominator
    let half =
      z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot() / denominator
    estimate = share
    lower = successes == 0 ? 0 : max(0, centre - half)
    upper = successes == trials ? 1 : min(1, centre + half)
  }
}
