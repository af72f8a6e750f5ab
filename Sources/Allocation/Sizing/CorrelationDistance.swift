import Kernels

/// The distances of assets, `√((1 − ρ)/2)`: 0 for duplicates, 1 for a complete hedge.
///
/// Correlations that are equal up to rounding are equal: fully shrunk ones are all the same, and the
/// last bit of a quotient must not shape a tree of clusters.
/// - Parameter covariance: N×N, symmetric, with a positive diagonal.
func correlationDistances(_ covariance: Matrix) -> Matrix {
  let n = covariance.rows
  let elements = covariance.elements
  let volatilities = (0..<n).map { elements[$0 * n + $0].squareRoot() }
  var distance = Array(repeating: 0.0, count: n * n)
  for i in 0..<n {
    for j in 0..<i {
      let quotient = elements[i * n + j] / (volatilities[i] * volatilities[j])
      // To multiples of 2^-40: the last bit of a double of the size of 2^12 is worth that much.
      let correlation = (quotient + 0x1p12) - 0x1p12
      let value = min(1, max(0, (1 - correlation) / 2)).squareRoot()
      distance[i * n + j] = value
      distance[j * n + i] = value
    }
  }
  return Matrix(square: n, distance)
}

/// The variance of the inverse-variance portfolio of some assets.
/// - Parameter elements: of the covariance of all `n` assets, row by row.
func inverseVariancePortfolioVariance(
  _ elements: [Double], _ n: Int, _ assets: some Collection<Int>
) -> Double {
  let inverse = assets.map { 1 / elements[$0 * n + $0] }
  var total = 0.0
  for value in inverse { total += value }
  let weights = inverse.map { $0 / total }
  let rows = Array(assets)
  var variance = 0.0
  for a in rows.indices {
    let row = rows[a] * n
    var marginal = 0.0
    for b in rows.indices { marginal += weights[b] * elements[row + rows[b]] }
    variance += weights[a] * marginal
  }
  return max(0, variance)
}
