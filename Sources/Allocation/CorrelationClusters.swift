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
  var clusters = (0..<n).map { [$0] }
  // The least correlation between two clusters.
  var least = (0..<n).map { Array(correlation.row($0)) }
  while true {
    var best: (a: Int, b: Int, correlation: Double)?
    for a in clusters.indices {
      for b in clusters.indices where b > a && least[a][b] >= rho {
        if least[a][b] > best?.correlation ?? -.infinity { best = (a, b, least[a][b]) }
      }
    }
    guard let (a, b, _) = best else { break }
    clusters[a] = (clusters[a] + clusters[b]).sorted()
    for other in clusters.indices where other != a && other != b {
      least[a][other] = min(least[a][other], least[b][other])
      least[other][a] = least[a][other]
    }
    clusters.remove(at: b)
    least.remove(at: b)
    for row in least.indices { least[row].remove(at: b) }
  }
  return clusters
}
