import Kernels

/// The distances of assets, `√((1 − ρ)/2)`: 0 for duplicates, 1 for a complete hedge.
///
/// Correlations that are equal up to rounding are equal: fully shrunk ones are all the same, and the
/// last bit of a quotient must not shape a tree of clusters.
struct CorrelationDistances {
  let count: Int
  /// N×N, row by row.
  private let covariance: [Double]
  private let volatilities: [Double]

  /// - Parameter covariance: N×N, symmetric, with a positive diagonal.
  init(_ covariance: Matrix) {
    let n = covariance.rows
    let elements = covariance.elements
    count = n
    self.covariance = elements
    volatilities = (0..<n).map { elements[$0 * n + $0].squareRoot() }
  }

  /// Writes the squares of the distances from an asset to each. They order as the distances do:
  /// correlations are multiples of 2^-41, so that no two squares have the same root.
  func squares(from asset: Int, into row: inout [Double]) {
    let (first, own) = (asset * count, volatilities[asset])
    for j in 0..<count {
      let quotient = covariance[first + j] / (own * volatilities[j])
      // To multiples of 2^-40: the last bit of a double of the size of 2^12 is worth that much.
      let correlation = (quotient + 0x1p12) - 0x1p12
      row[j] = min(1, max(0, (1 - correlation) / 2))
    }
  }

  /// N×N.
  var matrix: Matrix {
    var elements: [Double] = []
    elements.reserveCapacity(count * count)
    var row = Array(repeating: 0.0, count: count)
    for i in 0..<count {
      squares(from: i, into: &row)
      for j in 0..<count { elements.append(i == j ? 0 : row[j].squareRoot()) }
    }
    return Matrix(square: count, elements)
  }
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
