public import Kernels

/// Long-only weights, summing to 1 where the bounds let them, of the largest utility `μ'w − ½ λ w'Σw` (Markowitz 1952).
///
/// - Parameters:
///   - covariance: N×N, positive semidefinite.
///   - expectedReturns: μ, N, of the same length of time as the covariance.
///   - riskAversion: λ, above 0. As it grows the weights become those of least variance.
/// - Throws: `AllocationError.quadraticProgramNotSolved`.
public func meanVarianceWeights(
  covariance: Matrix, expectedReturns: [Double], riskAversion: Double,
  bounds: WeightBounds = WeightBounds()
) throws(AllocationError) -> [Double] {
  let n = covariance.rows
  precondition(expectedReturns.count == n && riskAversion > 0)
  guard n > 0 else { return [] }
  guard let (lower, upper) = bounds.reachable(n) else {
    return Array(repeating: bounds.upper, count: n)
  }
  var program = BoundedQuadraticProgram(
    hessian: covariance, linear: expectedReturns.map { $0 / riskAversion }, lower: lower,
    upper: upper, total: 1)
  return try program.solved()
}

/// Long-only weights, summing to 1, of the largest ratio of expected return to volatility.
///
/// They are in proportion to the growth-optimal ones. Nil where no asset is expected to earn: no
/// portfolio then has a ratio above 0.
/// - Throws: `AllocationError.quadraticProgramNotSolved`.
public func maximumSharpeWeights(covariance: Matrix, expectedReturns: [Double])
  throws(AllocationError) -> [Double]?
{
  let growth = try kellyWeights(
    covariance: covariance, expectedReturns: expectedReturns, fraction: 1)
  var sum = 0.0
  for weight in growth { sum += weight }
  return sum > 0 ? growth.map { $0 / sum } : nil
}
