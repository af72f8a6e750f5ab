public import Market

/// How volatilities and correlations are estimated: `allocation.covariance`.
public enum CovarianceMethod: String, Sendable, CaseIterable {
  /// Short memory for volatilities, long for correlations, shrunk; see `TwoSpeedCovariance`.
  case twoSpeed = "two_speed"
  /// The unbiased sample covariance of the window (divisor T − 1).
  case sample
  /// Exponential weights about zero, one half-life for everything; see `EWMACovariance`.
  case ewma
  /// The window's covariance shrunk to a multiple of the identity.
  case ledoitWolf = "ledoit_wolf"
  /// The window's covariance shrunk to constant correlation.
  case constantCorrelation = "constant_correlation"
  /// The window's covariance shrunk to a multiple of the identity, as is best for normal returns.
  case oas

  /// Whether it looks at a window of bars, all with the same weight.
  public var hasWindow: Bool {
    switch self {
    case .twoSpeed, .ewma: false
    case .sample, .ledoitWolf, .constantCorrelation, .oas: true
    }
  }
}

/// Estimates volatilities and correlations from the returns of one bar after the other.
///
/// One definition serves the whole history at once and one bar at a time.
public protocol CovarianceEstimator: Sendable {
  /// Takes in the returns of one bar, one a symbol in the order in which the symbols were given; NaN
  /// is a missing return.
  ///
  /// - Throws: `AllocationError.infiniteReturn`; the state is then unchanged.
  mutating func update(_ returns: [Double]) throws(AllocationError)

  /// The estimate on all returns so far.
  ///
  /// A symbol with fewer than `minimumObservations` returns, or that does not move, is excluded with
  /// its reason. A pair with fewer common returns than that takes the mean of the other pairs'
  /// correlations (0 if there is no other).
  /// - Throws: `AllocationError.singularCovariance`.
  func estimate(minimumObservations: Int) throws(AllocationError) -> CovarianceEstimate
}

extension AllocationSettings {
  /// The estimator that the settings ask for.
  /// - Throws: `AllocationError` for a symbol given twice and for settings that make no sense.
  public func covarianceEstimator(of symbols: [Symbol]) throws(AllocationError)
    -> any CovarianceEstimator
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
    }
  }
}

extension WindowedCovariance.Shrinkage {
  fileprivate init(_ method: CovarianceMethod) {
    switch method {
    case .ledoitWolf: self = .identity
    case .constantCorrelation: self = .constantCorrelation
    case .oas: self = .oracleApproximating
    case .sample, .twoSpeed, .ewma: self = .none
    }
  }
}
