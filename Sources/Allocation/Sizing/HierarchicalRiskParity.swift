import Kernels

/// Long-only weights, summing to 1, by hierarchical risk parity (Lopez de Prado 2016, "Building
/// diversified portfolios that outperform out of sample").
///
/// Assets are ordered by a single-linkage tree of the distances `√((1 − ρ)/2)`; the order is halved
/// again and again, and each half gets its share in inverse proportion to the variance of its
/// inverse-variance portfolio.
///
/// Programs differ in the tree, and weights with it by 10 points and more. This one is that of
/// PyPortfolioOpt and of Riskfolio-Lib without optimal leaf ordering: linkage on the distances
/// themselves (the paper's listing clusters on the distances between their columns) and leaves in
/// plain order. Distances of correlations that are equal up to rounding are equal, and are joined in
/// the order of the assets: fully shrunk correlations are all the same, and the last bit of a quotient
/// must not shape the tree. Two halves that have no variance (complete hedges) share equally.
///
/// - Parameter covariance: N×N, positive semidefinite, with a positive diagonal.
/// - Returns: N weights; none for no assets, all for one.
public func hierarchicalRiskParity(covariance: Matrix) -> [Double] {
  let n = covariance.rows
  precondition(covariance.columns == n, "a covariance is square")
  precondition((0..<n).allSatisfy { covariance[$0, $0] > 0 }, "every variance is above 0")
  guard n > 0 else { return [] }
  let elements = covariance.elements
  let volatilities = (0..<n).map { elements[$0 * n + $0].squareRoot() }
  var distance = Array(repeating: 0.0, count: n * n)
  for i in 0..<n {
    for j in 0..<n where i != j {
      let quotient = elements[i * n + j] / (volatilities[i] * volatilities[j])
      // To multiples of 2^-40: the last bit of a double of the size of 2^12 is worth that much.
      let correlation = (quotient + 0x1p12) - 0x1p12
      distance[i * n + j] = min(1, max(0, (1 - correlation) / 2)).squareRoot()
    }
  }
  let order = Linkage.leafOrder(
    Linkage.merges(distance: Matrix(square: n, distance), method: .single))

  /// The variance of the inverse-variance portfolio of some assets.
  func variance(_ assets: ArraySlice<Int>) -> Double {
    let inverse = assets.map { 1 / elements[$0 * n + $0] }
    var total = 0.0
    for value in inverse { total += value }
    var variance = 0.0
    for (a, i) in zip(inverse, assets) {
      var marginal = 0.0
      for (b, j) in zip(inverse, assets) { marginal += b / total * elements[i * n + j] }
      variance += a / total * marginal
    }
    return max(0, variance)
  }

  var weights = Array(repeating: 1.0, count: n)
  var parts = [order[...]]
  while let part = parts.popLast() {
    guard part.count > 1 else { continue }
    let middle = part.startIndex + part.count / 2
    let (left, right) = (part[..<middle], part[middle...])
    let (ofLeft, ofRight) = (variance(left), variance(right))
    let sum = ofLeft + ofRight
    let share = sum > 0 ? 1 - ofLeft / sum : 0.5
    for asset in left { weights[asset] *= share }
    for asset in right { weights[asset] *= 1 - share }
    parts += [left, right]
  }
  return weights
}
