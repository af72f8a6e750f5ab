public import Kernels

/// Long-only weights, summing to 1, of the largest diversification ratio `Σ w σ / √(w'Σw)` (Choueifaty
/// and Coignard 2008, "Toward maximum diversification").
///
/// In units of risk, `y = σw`, it is the portfolio of least variance of the correlation matrix.
/// - Parameter covariance: N×N, positive semidefinite, with a positive diagonal.
/// - Throws: `AllocationError.quadraticProgramNotSolved`.
public func maximumDiversificationWeights(covariance: Matrix) throws(AllocationError) -> [Double] {
  let n = covariance.rows
  let volatilities = (0..<n).map { covariance[$0, $0].squareRoot() }
  precondition(volatilities.allSatisfy { $0 > 0 }, "every variance is above 0")
  var correlation = covariance
  for i in 0..<n {
    for j in 0..<n {
      correlation[i, j] = i == j ? 1 : correlation[i, j] / (volatilities[i] * volatilities[j])
    }
  }
  let risks = try minimumVarianceWeights(covariance: correlation)
  let weights = zip(risks, volatilities).map { $0 / $1 }
  var sum = 0.0
  for weight in weights { sum += weight }
  return weights.map { $0 / sum }
}
