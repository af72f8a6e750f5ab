public import Market

/// `RegimeMixtureCovariance` as an allocation uses it: `allocation.covariance: mixture`.
///
/// A bar counts for the regimes as they were known at its close, and the estimate is for the regimes of
/// the bar after the last one. Bars before anything was known of regimes count for each alike, so that
/// the regimes begin with the covariance of all bars and part as they are seen.
public struct RegimeMixtureEstimator: CovarianceEstimator {
  private var state: RegimeMixtureCovariance
  private var regime: MarketRegime

  /// - Parameters:
  ///   - symbols: the order of the returns passed to `update`; any order.
  ///   - window: bars that count; nil is all.
  ///   - correctsLag: whether markets that close at different times are allowed for
  ///     (`LagOneCorrection`).
  ///   - shrinks: whether the regimes' covariances are shrunk.
  /// - Throws: `AllocationError.duplicateSymbol`.
  public init(
    symbols: [Symbol], regimes: Int, window: Int? = nil, correctsLag: Bool = false,
    shrinks: Bool = true
  ) throws(AllocationError) {
    state = try RegimeMixtureCovariance(
      symbols: symbols, regimes: regimes, window: window, shrinks: shrinks,
      correctsLag: correctsLag)
    regime = .unknown(of: regimes)
  }

  public mutating func observe(_ regime: MarketRegime) {
    precondition(regime.now.count == state.regimes, "one probability a regime")
    self.regime = regime
  }

  public mutating func update(_ returns: [Double]) throws(AllocationError) {
    try state.update(returns, probabilities: regime.now)
  }

  public func estimate(minimumObservations: Int = 60) throws(AllocationError)
    -> CovarianceEstimate
  {
    try state.estimate(next: regime.next, minimumObservations: minimumObservations)
  }
}
