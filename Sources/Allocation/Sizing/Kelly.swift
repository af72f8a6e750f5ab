public import Kernels

/// A fraction of the long-only weights of the largest growth, `f · argmax (μ'w − ½ w'Σw)`, w ≥ 0.
///
/// Kelly 1956 to second order; without the bound it is `f Σ⁻¹μ` (Thorp 2006, "The Kelly criterion in
/// blackjack, sports betting and the stock market", section 8). The weights are parts of equity and do
/// not sum to 1: what is expected to earn little is little. A fraction of a half gives up a quarter of
/// the growth for half of the risk, and is the most that uncertain means can bear.
/// - Parameters:
///   - covariance: N×N, positive semidefinite, with a positive diagonal.
///   - expectedReturns: μ, N, of the same length of time as the covariance.
///   - fraction: f, above 0.
/// - Throws: `AllocationError.quadraticProgramNotSolved`, also where a riskless hedge is expected to
///   earn, whose growth has no bound.
public func kellyWeights(covariance: Matrix, expectedReturns: [Double], fraction: Double)
  throws(AllocationError) -> [Double]
{
  let n = covariance.rows
  precondition(expectedReturns.count == n && fraction > 0)
  guard n > 0 else { return [] }
  var program = BoundedQuadraticProgram(
    hessian: covariance, linear: expectedReturns, lower: Array(repeating: 0, count: n),
    upper: Array(repeating: .infinity, count: n), total: nil)
  return try program.solved().map { fraction * $0 }
}
