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
  precondition(correlation.elements.allSatisfy(\.isFinite), "correlations are finite")
  return correlationClusters(correlation, atLeast: rho, ofAtLeast: 1)
}

/// - Parameters:
///   - correlation: finite, as those of an estimate are.
///   - least: clusters of fewer rows are left out: 1 or 2.
func correlationClusters(_ correlation: Matrix, atLeast rho: Double, ofAtLeast least: Int)
  -> [[Int]]
{
  let n = correlation.rows
  precondition(correlation.columns == n, "correlations form a square")
  // Negated, so that the most correlated are the nearest and `rho` itself counts.
  let elements = correlation.elements
  let distances = Array(unsafeUninitializedCapacity: n * n) { distances, written in
    for (place, value) in elements.enumerated() { distances[place] = -value }
    written = n * n
  }
  let merges = Linkage.searchedMerges(distances, count: n, .complete, within: -rho)
  // By the linkage's ids: the last cluster that each became part of.
  var whole = Array(0..<(n + merges.count))
  for (k, merge) in merges.enumerated().reversed() {
    whole[merge.first] = whole[n + k]
    whole[merge.second] = whole[n + k]
  }
  var place = Array(repeating: -1, count: n + merges.count)
  var clusters: [[Int]] = []
  for row in 0..<n where least < 2 || whole[row] != row {
    if place[whole[row]] < 0 {
      place[whole[row]] = clusters.count
      clusters.append([])
    }
    clusters[place[whole[row]]].append(row)
  }
  return clusters
}
