public import Kernels

/// Groups of symbols in which every two correlate at least `rho`: complete linkage, cut at `rho`.
///
/// The two clusters whose least correlated pair correlates most are merged, until no merge would
/// leave every pair at `rho`. Single linkage would chain: A with B and B with C puts A with C, which
/// may not move together at all.
/// - Parameter correlation: N×N, symmetric. On a tie the first clusters are merged, in the order of
///   their earliest members.
/// - Returns: rows, ascending within a cluster; clusters in the order of their first rows. Each row
///   stands in exactly one.
public func correlationClusters(_ correlation: Matrix, atLeast rho: Double) -> [[Int]] {
  let n = correlation.rows
  precondition(correlation.columns == n, "correlations form a square")
  // Negated, so that the most correlated are the nearest and `rho` itself counts.
  let merges = Linkage.merges(
    distance: Matrix(square: n, correlation.elements.map { -$0 }), method: .complete,
    within: -rho)
  // By the linkage's ids; empty once merged.
  var clusters = (0..<n).map { [$0] }
  for merge in merges {
    clusters.append((clusters[merge.first] + clusters[merge.second]).sorted())
    clusters[merge.first] = []
    clusters[merge.second] = []
  }
  return clusters.filter { !$0.isEmpty }.sorted { $0[0] < $1[0] }
}
