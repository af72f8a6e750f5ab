/// Gains against losses, over returns of bars or over profits of closed trades.
///
/// Values of 0 are neither; the conventions are those of quantstats 0.0.86 but for the growth-optimal
/// leverage, which is that of a normal distribution and not the odds of a bet.
public struct GainsAndLosses: Sendable, Equatable {
  public let count: Int
  public let gains: Int
  public let losses: Int
  public let sumOfGains: Double
  /// Below 0.
  public let sumOfLosses: Double
  /// The most gains, and losses, in a row; a value of 0 ends both.
  public let longestRunOfGains: Int
  public let longestRunOfLosses: Int

  /// - Throws: `StatisticsError.notFinite`.
  public init(_ values: [Double]) throws(StatisticsError) {
    try requireFinite(values)
    var (gains, losses, sumOfGains, sumOfLosses) = (0, 0, 0.0, 0.0)
    var (run, longest, lossRun, longestLoss) = (0, 0, 0, 0)
    for value in values {
      if value > 0 {
        gains += 1
        sumOfGains += value
      } else if value < 0 {
        losses += 1
        sumOfLosses += value
      }
      run = value > 0 ? run + 1 : 0
      lossRun = value < 0 ? lossRun + 1 : 0
      longest = max(longest, run)
      longestLoss = max(longestLoss, lossRun)
    }
    count = values.count
    self.gains = gains
    self.losses = losses
    self.sumOfGains = sumOfGains
    self.sumOfLosses = sumOfLosses
    longestRunOfGains = longest
    longestRunOfLosses = longestLoss
  }

  /// Gains and losses.
  public var active: Int { gains + losses }

  /// Gains among gains and losses; nil without either.
  public var winRate: Double? { active > 0 ? Double(gains) / Double(active) : nil }

  /// Sum of gains over sum of losses; nil without a loss. It is omega at a threshold of 0.
  public var profitFactor: Double? { sumOfLosses < 0 ? sumOfGains / -sumOfLosses : nil }

  /// Sum of all over the sum of losses; nil without a loss.
  public var gainToPain: Double? {
    sumOfLosses < 0 ? (sumOfGains + sumOfLosses) / -sumOfLosses : nil
  }

  public var meanGain: Double? { gains > 0 ? sumOfGains / Double(gains) : nil }

  /// Below 0.
  public var meanLoss: Double? { losses > 0 ? sumOfLosses / Double(losses) : nil }

  /// Mean gain over mean loss; nil without both.
  public var payoff: Double? {
    meanGain.flatMap { gain in meanLoss.map { gain / -$0 } }
  }

  /// Mean of gains and losses together: what one is expected to earn; nil without either.
  public var expectancy: Double? {
    active > 0 ? (sumOfGains + sumOfLosses) / Double(active) : nil
  }

  /// `Σ max(r − θ, 0) / Σ max(θ − r, 0)` (Keating and Shadwick 2002); nil where nothing is below the
  /// threshold.
  public static func omega(_ returns: [Double], threshold: Double = 0) -> Double? {
    var (above, below) = (0.0, 0.0)
    for value in returns {
      above += max(0, value - threshold)
      below += max(0, threshold - value)
    }
    return below > 0 ? above / below : nil
  }

  /// The leverage that would have grown fastest, had the returns been normal: mean over sample
  /// variance. Half of it is what is sensible, since the mean is an estimate. Nil without spread.
  public static func growthOptimalLeverage(_ returns: [Double]) -> Double? {
    guard returns.count > 1 else { return nil }
    let moments = Moments(returns)
    guard let deviation = moments.standardDeviation, moments.meanOverDeviation != nil else {
      return nil
    }
    return moments.mean / (deviation * deviation)
  }
}
