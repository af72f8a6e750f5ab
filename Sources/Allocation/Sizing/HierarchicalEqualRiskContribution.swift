public import Kernels

/// Long-only weights, summing to 1, by hierarchical equal risk contribution (Raffinot 2018, "The
/// hierarchical equal risk contribution portfolio").
///
/// A Ward tree of the distances `√((1 − ρ)/2)` is cut into clusters. From its root down, the two sides
/// of each branch share in inverse proportion to the sum of their clusters' variances; within a
/// cluster, weights are in inverse proportion to variance, and that portfolio's variance is the
/// cluster's. It is skfolio 1.12's `HierarchicalEqualRiskContribution` at its defaults.
/// - Parameters:
///   - covariance: N×N, positive semidefinite, with a positive diagonal.
///   - clusters: their number, 1...N; nil lets the tree say (`gapClusters`).
/// - Returns: N weights; none for no assets, all for one.
public func hierarchicalEqualRiskContribution(covariance: Matrix, clusters: Int? = nil)
  -> [Double]
{
  let n = covariance.rows
  precondition(covariance.columns == n, "a covariance is square")
  precondition((0..<n).allSatisfy { covariance[$0, $0] > 0 }, "every variance is above 0")
  guard n > 1 else { return Array(repeating: 1, count: n) }
  let elements = covariance.elements
  let distance = CorrelationDistances(covariance).matrix
  let merges = Linkage.merges(distance: distance, method: .ward)
  let count = clusters ?? gapClusters(distance, merges)
  precondition((1...n).contains(count), "from one cluster to one an asset")
  // Node id: the leaves below it. The last `count − 1` merges are the branches above the clusters.
  var members = (0..<n).map { [$0] }
  for merge in merges { members.append(members[merge.first] + members[merge.second]) }
  let firstBranch = 2 * n - count

  var weights = Array(repeating: 0.0, count: n)
  // Sum of the variances of the clusters below each node.
  var risk = Array(repeating: 0.0, count: members.count)
  for id in members.indices {
    if id >= firstBranch {
      let merge = merges[id - n]
      risk[id] = risk[merge.first] + risk[merge.second]
    } else {
      risk[id] = inverseVariancePortfolioVariance(elements, n, members[id])
    }
  }
  var share = Array(repeating: 1.0, count: members.count)
  for id in members.indices.reversed() where id >= firstBranch {
    let merge = merges[id - n]
    let first = shareOfFirst(risk[merge.first], risk[merge.second])
    share[merge.first] = share[id] * first
    share[merge.second] = share[id] * (1 - first)
    for child in [merge.first, merge.second] where child < firstBranch {
      let assets = members[child]
      var total = 0.0
      for asset in assets { total += 1 / elements[asset * n + asset] }
      for asset in assets {
        weights[asset] = share[child] / elements[asset * n + asset] / total
      }
    }
  }
  if count == 1 {
    let inverse = (0..<n).map { 1 / elements[$0 * n + $0] }
    var total = 0.0
    for value in inverse { total += value }
    return inverse.map { $0 / total }
  }
  return weights
}

/// The number of clusters after which cutting the tree further gains least: the largest second
/// difference of the dispersion within clusters (Yue, Wang and Wei 2008, "Application of two-order
/// difference to gap statistic").
///
/// The dispersion of a cut is the sum over its clusters of two and more of the mean distance of their
/// pairs. Cuts of 2 to max(8, √N) clusters are compared, but for the last two; the first largest
/// counts. Fewer than three objects are their own clusters.
func gapClusters(_ distance: Matrix, _ merges: [Linkage.Merge]) -> Int {
  let n = distance.rows
  guard n > 2 else { return n }
  let most = min(n, max(8, Int(Double(n).squareRoot() + 0.5)))
  var members = (0..<n).map { [$0] }
  for merge in merges { members.append(members[merge.first] + members[merge.second]) }
  let spread = members.map { assets -> Double in
    guard assets.count > 1 else { return 0 }
    var sum = 0.0
    for (k, i) in assets.enumerated() {
      for j in assets[..<k] { sum += distance[i, j] }
    }
    return sum / Double(assets.count * (assets.count - 1) / 2)
  }
  var clusters: Set<Int> = [members.count - 1]
  var dispersion: [Double] = []
  for _ in 0..<most {
    // In the order of their ids, since a sum depends on its order.
    dispersion.append(clusters.sorted().reduce(0) { $0 + spread[$1] })
    guard let last = clusters.max(), last >= n else { break }
    clusters.remove(last)
    clusters.formUnion([merges[last - n].first, merges[last - n].second])
  }
  var best = (count: 2, gap: -Double.infinity)
  for k in 0..<max(0, dispersion.count - 2) {
    let gap = dispersion[k + 2] + dispersion[k] - 2 * dispersion[k + 1]
    if gap > best.gap { best = (k + 2, gap) }
  }
  return best.count
}
