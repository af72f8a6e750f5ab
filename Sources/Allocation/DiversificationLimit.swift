/// How spread the risk of the positions must be at least. Off unless one is set.
public struct DiversificationLimit: Sendable, Equatable {
  /// The least number of effective bets, `1 / Σ RC²`; nil is no limit.
  public var effectiveBets: Double?
  /// The most that the positions may correlate on the average; nil is no limit.
  public var averageCorrelation: Double?

  public init(effectiveBets: Double? = nil, averageCorrelation: Double? = nil) {
    self.effectiveBets = effectiveBets
    self.averageCorrelation = averageCorrelation
  }

  public var isOff: Bool { effectiveBets == nil && averageCorrelation == nil }

  /// What is kept is measured with this relative error at most: sums over all pairs of positions.
  static let tolerance = 1e-10

  /// What positions are cut to, well within what is checked: cuts end at the border, and scaling the
  /// weights afterwards, as a limit on volatility does, rounds.
  static let rounding = tolerance / 10

  /// The measures that are beyond their limits. What is not defined (no risk, a single position) is
  /// not limited.
  ///
  /// - Parameter tolerance: the error that is let pass, of effective bets in parts of their limit.
  func broken(
    by spread: Diversification, within tolerance: Double = DiversificationLimit.tolerance
  ) -> [(measure: DiversificationMeasure, value: Double, limit: Double)] {
    var broken: [(measure: DiversificationMeasure, value: Double, limit: Double)] = []
    if let least = effectiveBets, let value = spread.effectiveBets,
      value < least * (1 - tolerance)
    {
      broken.append((.effectiveBets, value, least))
    }
    if let most = averageCorrelation, let value = spread.averageCorrelation,
      value > most + tolerance
    {
      broken.append((.averageCorrelation, value, most))
    }
    return broken
  }

  /// By how much positions miss the limits that they are cut to, 0 where those hold.
  func shortfall(of spread: Diversification) -> Double {
    var sum = 0.0
    for (measure, value, limit) in broken(by: spread, within: DiversificationLimit.rounding) {
      sum += measure == .effectiveBets ? limit / value - 1 : value - limit
    }
    return sum
  }

  func validate() throws(AllocationError) {
    if let bets = effectiveBets {
      guard bets >= 1, bets.isFinite else {
        throw .invalidSetting(name: "effectiveBets", value: bets, rule: "at least 1")
      }
    }
    if let most = averageCorrelation {
      guard most > -1, most < 1 else {
        throw .invalidSetting(
          name: "averageCorrelation", value: most, rule: "above -1 and below 1")
      }
    }
  }
}
