public import Kernels

/// The least that one weight may be and the most, as parts of what is invested.
public struct WeightBounds: Sendable, Equatable {
  public var lower: Double
  public var upper: Double

  public init(lower: Double = 0, upper: Double = 1) {
    self.lower = lower
    self.upper = upper
  }

  /// The bounds that `count` weights can keep and still sum to 1: with too few assets for the upper
  /// bound, or too many for the lower, each may have its equal part.
  func reachable(_ count: Int) -> (lower: [Double], upper: [Double]) {
    let part = 1 / Double(count)
    return (
      Array(repeating: min(lower, part), count: count),
      Array(repeating: max(upper, part), count: count)
    )
  }
}

/// Long-only weights, summing to 1, of the least variance: `min w'Σw`.
///
/// - Parameter covariance: N×N, positive semidefinite. Where it is singular, of the portfolios of
///   least variance that of the least own risks: duplicates share equally.
/// - Throws: `AllocationError.quadraticProgramNotSolved`.
public func minimumVarianceWeights(covariance: Matrix, bounds: WeightBounds = WeightBounds())
  throws(AllocationError) -> [Double]
{
  let n = covariance.rows
  guard n > 0 else { return [] }
  let (lower, upper) = bounds.reachable(n)
  var program = BoundedQuadraticProgram(
    hessian: covariance, linear: Array(repeating: 0, count: n), lower: lower, upper: upper,
    total: 1)
  return try program.solved()
}
