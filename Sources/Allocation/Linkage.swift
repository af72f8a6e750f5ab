import Kernels

/// Agglomerative clustering of N objects by their distances: the two nearest clusters are joined,
/// N − 1 times.
///
/// Deterministic: of equal distances, the pair whose first members (the lowest rows of the two
/// clusters) come first is joined. Ids are those of scipy's `linkage`: 0..<N are the objects, N + k
/// is the cluster of merge k.
package enum Linkage {
  /// The distance of two clusters from the distances of their members.
  package enum Method {
    /// The nearest pair. Chains: a cluster may hold members that are far apart.
    case single
    /// The farthest pair: all members of a cluster merged at h are within h of each other.
    case complete
    /// The root of the growth of the sum of squares within clusters (Ward 1963).
    case ward
  }

  /// Two clusters that became one.
  package struct Merge: Equatable {
    /// The lower id, then the higher.
    package let first: Int
    package let second: Int
    package let distance: Double
    /// Objects in the new cluster.
    package let size: Int

    package init(first: Int, second: Int, distance: Double, size: Int) {
      self.first = first
      self.second = second
      self.distance = distance
      self.size = size
    }
  }

  /// The N − 1 merges, nearest first; none for fewer than two objects.
  ///
  /// Each cluster lives in the row of its lowest member and knows its nearest later cluster, so that
  /// a merge costs O(N) unless that neighbour was part of it (Muellner 2011, arXiv 1109.2378).
  /// - Parameters:
  ///   - distance: N×N, symmetric, finite; the diagonal is not read.
  ///   - limit: merges beyond this distance are left out.
  package static func merges(
    distance: Matrix, method: Method, within limit: Double = .infinity
  ) -> [Merge] {
    let n = distance.rows
    precondition(distance.columns == n, "distances are square")
    precondition(distance.elements.allSatisfy(\.isFinite), "distances are finite")
    guard n > 1 else { return [] }
    if method == .single, let merges = spanningTreeMerges(distance) {
      return Array(merges.prefix { $0.distance <= limit })
    }
    return searchedMerges(distance.elements, count: n, method, within: limit)
  }

  /// The objects in the order of the tree's leaves, the lower id of each merge first, as scipy's
  /// `to_tree().pre_order()`.
  package static func leafOrder(_ merges: [Merge]) -> [Int] {
    let n = merges.count + 1
    var stack = [2 * n - 2]
    var order: [Int] = []
    while let id = stack.popLast() {
      if id < n {
        order.append(id)
      } else {
        stack.append(merges[id - n].second)
        stack.append(merges[id - n].first)
      }
    }
    return order
  }
}
