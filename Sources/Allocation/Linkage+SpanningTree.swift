import Kernels

/// Single linkage by the minimum spanning tree: its edges, shortest first, are the merges (Gower and
/// Ross 1969, "Minimum spanning trees and single linkage cluster analysis").
extension Linkage {
  /// The merges of single linkage by correlation distances: by the tree, and by the search of all pairs
  /// where two of its edges are equally long.
  static func singleMerges(_ distances: CorrelationDistances) -> [Merge] {
    guard distances.count > 1 else { return [] }
    return spanningTreeMerges(
      count: distances.count, row: distances.squares(from:into:), length: { $0.squareRoot() })
      ?? merges(distance: distances.matrix, method: .single)
  }

  /// The merges in O(N²) whatever the distances; nil where two edges of the tree are equally long, since
  /// there the tree does not say which pair comes first.
  static func spanningTreeMerges(_ distance: Matrix) -> [Merge]? {
    let (n, d) = (distance.rows, distance.elements)
    return spanningTreeMerges(
      count: n, row: { object, row in for j in 0..<n { row[j] = d[object * n + j] } },
      length: { $0 })
  }

  /// - Parameters:
  ///   - row: writes how far an object is from each, in any measure that orders as the distances do.
  ///     It is asked once for each object.
  ///   - length: the distance, from that measure.
  private static func spanningTreeMerges(
    count n: Int, row: (Int, inout [Double]) -> Void, length: (Double) -> Double
  ) -> [Merge]? {
    // Prim: the objects outside the tree, each with its distance to its nearest one inside.
    var outside = Array(1..<n)
    var nearest = Array(repeating: Double.infinity, count: n - 1)
    var inside = Array(repeating: 0, count: n - 1)
    var last = 0
    var edges: [(length: Double, from: Int, to: Int)] = []
    var distances = Array(repeating: 0.0, count: n)
    while !outside.isEmpty {
      row(last, &distances)
      var best = 0
      for k in outside.indices {
        let distance = distances[outside[k]]
        if distance < nearest[k] {
          nearest[k] = distance
          inside[k] = last
        }
        if nearest[k] < nearest[best] { best = k }
      }
      last = outside[best]
      edges.append((length(nearest[best]), inside[best], last))
      let end = outside.count - 1
      outside.swapAt(best, end)
      nearest.swapAt(best, end)
      inside.swapAt(best, end)
      outside.removeLast()
      nearest.removeLast()
      inside.removeLast()
    }
    edges.sort { $0.length < $1.length }
    for (a, b) in zip(edges, edges.dropFirst()) where a.length == b.length { return nil }
    return merges(along: edges, count: n)
  }

  /// The merges that the edges of a tree are, shortest first.
  private static func merges(
    along edges: [(length: Double, from: Int, to: Int)], count n: Int
  ) -> [Merge] {
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
