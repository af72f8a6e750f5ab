public import Kernels

/// The least that one weight may be and the most, as parts of the exposure.
public struct WeightBounds: Sendable, Equatable {
  public var lower: Double
  public var upper: Double

  public init(lower: Double = 0, upper: Double = 1) {
    self.lower = lower
    self.upper = upper
  }

  /// The bounds that `count` weights can keep and still sum to 1: with too many assets for the lower
  /// bound, each has at least its equal part. Nil where there are too few for the upper one: each is then
  /// as large as it may be, and what they leave is cash.
  func reachable(_ count: Int) -> (lower: [Double], upper: [Double])? {
    guard Double(count) * upper > 1 else { return nil }
    return (
      Array(repeating: min(lower, 1 / Double(count)), count: count),
      Array(repeating: upper, count: count)
    )
  }
}

/// Long-only weights, summing to 1 where the bounds let them, of the least variance: `min w'Σw`.
///
/// - Parameter covariance: N×N, positive semidefinite. Where it is singular, of the portfolios of
///   least variance that of the least own risks: duplicates share equally.
/// - Throws: `AllocationError.quadraticProgramNotSolved`.
public func minimumVarianceWeights(covariance: Matrix, bounds: WeightBounds = WeightBounds())
  throws(AllocationError) -> [Double]
{
  let n = covariance.rows
  guard n > 0 else { return [] }
  guard let (lower, upper) = bounds.reachable(n) else {
    return Array(repeating: bounds.upper, count: n)
  }
  var program = BoundedQuadraticProgram(
    hessian: covariance, linear: Array(repeating: 0, count: n), lower: lower, upper: upper,
    total: 1)
  return try program.solved()
}
