/// What is known at the close of a bar of the regime that a market is in.
public struct MarketRegime: Sendable, Equatable {
  /// Filtered probabilities of the regimes of the bar that has closed; they sum to 1.
  public let now: [Double]
  /// Of the bar after it.
  public let next: [Double]

  /// - Parameters:
  ///   - now: one number a regime, at least 0 and not all 0, in any scale.
  ///   - next: the same.
  public init(now: [Double], next: [Double]) {
    precondition(!now.isEmpty && now.count == next.count, "as many regimes now as next")
    self.now = MarketRegime.normalised(now)
    self.next = MarketRegime.normalised(next)
  }

  /// Of a bar of which nobody knew the regime: it counts for each alike.
  public static func unknown(of regimes: Int) -> MarketRegime {
    let alike = Array(repeating: 1.0, count: regimes)
    return MarketRegime(now: alike, next: alike)
  }

  private static func normalised(_ values: [Double]) -> [Double] {
    var sum = 0.0
    for value in values { sum += value }
    precondition(sum > 0 && sum.isFinite && values.allSatisfy { $0 >= 0 }, "probabilities")
    return values.map { min(1, $0 / sum) }
  }
}
