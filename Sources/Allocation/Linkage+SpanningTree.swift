import Kernels

/// Single linkage by the minimum spanning tree: its edges, shortest first, are the merges (Gower and
/// Ross 1969, "Minimum spanning trees and single linkage cluster analysis").
extension Linkage {
  /// The merges in O(N²) whatever the distances; nil where two edges of the tree are equally long, since
  /// there the tree does not say which pair comes first.
  static func spanningTreeMerges(_ distance: Matrix) -> [Merge]? {
    let n = distance.rows
    let d = distance.elements
    // Prim: the distance of each object outside the tree to its nearest one inside.
    var nearest = Array(repeating: Double.infinity, count: n)
    var inside = Array(repeating: 0, count: n)
    var outside = Array(1..<n)
    var last = 0
    var edges: [(length: Double, from: Int, to: Int)] = []
    while !outside.isEmpty {
      let row = last * n
      var best = 0
      for (k, object) in outside.enumerated() {
        if d[row + object] < nearest[object] {
          nearest[object] = d[row + object]
          inside[object] = last
        }
        if nearest[object] < nearest[outside[best]] { best = k }
      }
      last = outside[best]
      outside.swapAt(best, outside.count - 1)
      outside.removeLast()
      edges.append((nearest[last], inside[last], last))
    }
    edges.sort { $0.length < $1.length }
    for (a, b) in zip(edges, edges.dropFirst()) where a.length == b.length { return nil }

    var parent = Array(0..<n)
    func root(_ object: Int) -> Int {
      var object = object
      while parent[object] != object {
        parent[object] = parent[parent[object]]
        object = parent[object]
      }
      return object
    }
    var id = Array(0..<n)
    var size = Array(repeating: 1, count: n)
    var merges: [Merge] = []
    for (k, edge) in edges.enumerated() {
      let (a, b) = (root(edge.from), root(edge.to))
      merges.append(
        Merge(
          first: min(id[a], id[b]), second: max(id[a], id[b]), distance: edge.length,
          size: size[a] + size[b]))
      let (large, small) = size[a] >= size[b] ? (a, b) : (b, a)
      parent[small] = large
      size[large] += size[small]
      id[large] = n + k
    }
    return merges
  }
}
