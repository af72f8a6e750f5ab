public import Kernels

/// Estimates volatilities and correlations from the returns of one bar after the other.
///
/// One definition serves the whole history at once and one bar at a time.
public protocol CovarianceEstimator: Sendable {
  /// Takes in what is known of the regime at the close of the next bar given to `update`; it stands
  /// until it is told again. Most estimators make nothing of it.
  mutating func observe(_ regime: MarketRegime)

  /// Takes in the returns of one bar, one a symbol in the order in which the symbols were given; NaN
  /// is a missing return.
  ///
  /// - Throws: `AllocationError.infiniteReturn`; the state is then unchanged.
  mutating func update(_ returns: [Double]) throws(AllocationError)

  /// Takes in the returns of many bars: T×N, oldest first; NaN is a missing return.
  ///
  /// - Throws: `AllocationError.infiniteReturn`; the bars before it are then taken in.
  mutating func update(_ returns: Matrix) throws(AllocationError)

  /// The estimate on all returns so far.
  ///
  /// A symbol with fewer than `minimumObservations` returns, or that does not move, is excluded with
  /// its reason. A pair with fewer common returns than that takes the mean of the other pairs'
  /// correlations (0 if there is no other).
  /// - Throws: `AllocationError.singularCovariance`.
  func estimate(minimumObservations: Int) throws(AllocationError) -> CovarianceEstimate
}

extension CovarianceEstimator {
  public mutating func observe(_ regime: MarketRegime) {}

  public mutating func update(_ returns: Matrix) throws(AllocationError) {
    for t in 0..<returns.rows { try update(Array(returns.row(t))) }
  }
}
