public import Market

extension AllocationSettings {
  /// The estimator that the settings ask for.
  /// - Parameter regimes: how many there are; nil where nothing is known of regimes.
  /// - Throws: `AllocationError` for a symbol given twice, for settings that make no sense and for a
  ///   mixture without regimes.
  public func covarianceEstimator(of symbols: [Symbol], regimes: Int? = nil)
    throws(AllocationError) -> any CovarianceEstimator
  {
    try validate()
    switch covariance {
    case .twoSpeed:
      return try TwoSpeedCovariance(symbols: symbols, settings: self)
    case .ewma:
      return try EWMAEstimator(
        symbols: symbols, halfLife: correlationHalfLife, correctsLag: correctsLag)
    case .sample, .ledoitWolf, .constantCorrelation, .oas:
      return try WindowedCovariance(
        symbols: symbols, shrinkage: WindowedCovariance.Shrinkage(covariance), window: window,
        correctsLag: correctsLag)
    case .mixture:
      guard let regimes else { throw .noRegimes }
      return try RegimeMixtureEstimator(
        symbols: symbols, regimes: regimes, window: window, correctsLag: correctsLag)
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
