public import Kernels

/// Long-only weights, summing to 1, by hierarchical risk parity (Lopez de Prado 2016, "Building
/// diversified portfolios that outperform out of sample").
///
/// Assets are ordered by a tree of the distances `√((1 − ρ)/2)`; the order is halved
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
/// - Parameters:
///   - covariance: N×N, positive semidefinite, with a positive diagonal.
///   - linkage: of the tree; the paper's is single.
/// - Returns: N weights; none for no assets, all for one.
public func hierarchicalRiskParity(covariance: Matrix, linkage: TreeLinkage = .single)
  -> [Double]
{
  let n = covariance.rows
  precondition(covariance.columns == n, "a covariance is square")
  precondition((0..<n).allSatisfy { covariance[$0, $0] > 0 }, "every variance is above 0")
  guard n > 0 else { return [] }
  let distances = CorrelationDistances(covariance)
  let merges =
    linkage == .single
    ? Linkage.singleMerges(distances)
    : Linkage.merges(distance: distances.matrix, method: linkage.method)
  let order = Linkage.leafOrder(merges)
  var weights = Array(repeating: 1.0, count: n)
  guard n > 1 else { return weights }
  let middle = n / 2
  let halves = [
    LeafBlock(covariance, Array(order[..<middle])), LeafBlock(covariance, Array(order[middle...])),
  ]
  let share = shareOfFirst(halves[0].variance, halves[1].variance)
  for (half, own) in zip(halves, [share, 1 - share]) {
    for (asset, weight) in zip(half.assets, half.bisected(own)) { weights[asset] = weight }
  }
  return weights
}

/// How the tree of a hierarchical sizing joins clusters: `allocation.linkage`.
public enum TreeLinkage: String, Sendable, CaseIterable {
  /// By the nearest pair of members.
  case single
  /// By the least increase of variance within clusters (Ward 1963): clusters of like size.
  case ward

  var method: Linkage.Method {
    switch self {
    case .single: .single
    case .ward: .ward
    }
  }
}
