/// The return beyond costs that a forecast is worth until the next decision.
///
/// With `D` bars of the forecast's timeframe in one decision interval (1 when they are rarer) and
/// `phi` the forecast's lag-1 autocorrelation, the return expected until the next decision is
/// `M = mu (1 - phi^D) / (1 - phi)`. A position is expected to last `k = max(1, 1 / (1 - phi^D))`
/// decisions, so each decision bears `c / k` of the one-way cost `c`: `a = soft(M, c / k)`.
public struct NetAlpha: Sendable, Equatable {
  /// Bars of the forecast's timeframe in one decision interval, at least 1.
  public var barsPerDecision: Int
  /// One-way cost as a fraction.
  public var cost: Double

  public init(barsPerDecision: Int, cost: Double) {
    precondition(barsPerDecision >= 1 && cost >= 0)
    self.barsPerDecision = barsPerDecision
    self.cost = cost
  }

  /// - Parameters:
  ///   - mu: calibrated forecast of the next bar's log return.
  ///   - persistence: the forecast's lag-1 autocorrelation, in 0..<1.
  /// - Returns: expected return of one decision interval beyond its share of the cost.
  public func callAsFunction(mu: Double, persistence phi: Double) -> Double {
    var power = 1.0
    for _ in 0..<barsPerDecision { power *= phi }
    let expected = mu * (1 - power) / (1 - phi)
    let decisions = max(1, 1 / (1 - power))
    let threshold = cost / decisions
    if expected > threshold { return expected - threshold }
    if expected < -threshold { return expected + threshold }
    return 0
  }
}
