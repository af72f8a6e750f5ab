public import Market

extension AllocationSettings {
  /// The estimator that the settings ask for.
  /// - Parameters:
  ///   - regimes: how many there are; nil where nothing is known of regimes.
  ///   - shrinks: else the estimate is what was measured, where the settings ask for one that is shrunk.
  /// - Throws: `AllocationError` for a symbol given twice, for settings that make no sense and for a
  ///   mixture without regimes.
  public func covarianceEstimator(
    of symbols: [Symbol], regimes: Int? = nil, shrinks: Bool = true
  ) throws(AllocationError) -> any CovarianceEstimator {
    try validate()
    switch covariance {
    case .twoSpeed:
      return try TwoSpeedCovariance(symbols: symbols, settings: self, shrinks: shrinks)
    case .ewma:
      return try EWMAEstimator(
        symbols: symbols, halfLife: correlationHalfLife, correctsLag: correctsLag)
    case .sample, .ledoitWolf, .constantCorrelation, .oas:
      return try WindowedCovariance(
        symbols: symbols,
        shrinkage: shrinks ? WindowedCovariance.Shrinkage(covariance) : .none, window: window,
        correctsLag: correctsLag)
    case .mixture:
      guard let regimes else { throw .noRegimes }
      return try RegimeMixtureEstimator(
        symbols: symbols, regimes: regimes, window: window, correctsLag: correctsLag,
        shrinks: shrinks)
    }
  }
}

extension WindowedCovariance.Shrinkage {
  fileprivate init(_ method: CovarianceMethod) {
    switch method {
    case .ledoitWolf: self = .identity
    case .constantCorrelation: self = .constantCorrelation
    case .oas: self = .oracleApproximating
    case .sample, .twoSpeed, .ewma, .mixture: self = .none
    }
  }
}
