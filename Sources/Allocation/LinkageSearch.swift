import Kernels

/// The clusters of an agglomerative clustering while it goes on.
///
/// Each cluster lives in the row of its lowest member and knows its nearest later cluster. A row that is
/// no cluster any more is infinitely far from each, so that a search reads whole rows.
struct LinkageSearch {
  /// Two clusters that are nearest to each other, the earlier first.
  struct Pair {
    let first: Int
    let second: Int
    let distance: Double
  }

  private let n: Int
  private let method: Linkage.Method
  /// N×N, symmetric where rows are clusters.
  private let d: UnsafeMutableBufferPointer<Double>
  private var isCluster: [Bool]
  private var id: [Int]
  private var size: [Int]
  /// The nearest later cluster of each row and its distance; infinite where there is none.
  private var neighbour: [Int]
  private var nearest: [Double]

  /// - Parameter distances: N×N, symmetric, finite but for the diagonal, which is not read. They change
  ///   with the clusters.
  init(_ distances: UnsafeMutableBufferPointer<Double>, count n: Int, _ method: Linkage.Method) {
    self.n = n
    self.method = method
    d = distances
    isCluster = Array(repeating: true, count: n)
    id = Array(0..<n)
    size = Array(repeating: 1, count: n)
    neighbour = Array(repeating: n, count: n)
    nearest = Array(repeating: .infinity, count: n)
    for row in 0..<n { find(row) }
  }

  /// The nearest two clusters, the first on a tie; nil where they are further apart than the limit.
  func nearestPair(within limit: Double) -> Pair? {
    let first = nearest.withUnsafeBufferPointer { ExtremeKernels.smallest($0) }
    guard let first, nearest[first] <= limit else { return nil }
    return Pair(first: first, second: neighbour[first], distance: nearest[first])
  }

  /// Makes one cluster of two.
  /// - Parameter id: its own.
  mutating func merge(_ pair: Pair, id new: Int) -> Linkage.Merge {
    let (i, j) = (pair.first, pair.second)
    let merge = Linkage.Merge(
      first: min(id[i], id[j]), second: max(id[i], id[j]), distance: pair.distance,
      size: size[i] + size[j])
    join(pair)
    isCluster[j] = false
    nearest[j] = .infinity
    id[i] = new
    size[i] += size[j]
    for row in 0..<n {
      d[row * n + i] = d[i * n + row]
      d[row * n + j] = .infinity
    }
    find(i)
    for row in 0..<j where isCluster[row] && row != i {
      if neighbour[row] == i || neighbour[row] == j {
        find(row)
      } else if row < i {
        let joined = d[row * n + i]
        if joined < nearest[row] || (joined == nearest[row] && i < neighbour[row]) {
          nearest[row] = joined
          neighbour[row] = i
        }
      }
    }
    return merge
  }

  /// Looks for the nearest later cluster of a row.
  private mutating func find(_ row: Int) {
    let later = UnsafeBufferPointer(rebasing: d[(row * n + row + 1)..<(row * n + n)])
    let place = ExtremeKernels.smallest(later)
    nearest[row] = place.map { later[$0] } ?? .infinity
    neighbour[row] = place.map { row + 1 + $0 } ?? n
  }

  /// Writes the distances of the joined cluster into the row of the first.
  private func join(_ pair: Pair) {
    let (i, j) = (pair.first, pair.second)
    let first = UnsafeMutableBufferPointer(rebasing: d[(i * n)..<(i * n + n)])
    let second = UnsafeBufferPointer(rebasing: d[(j * n)..<(j * n + n)])
    switch method {
    case .single: ExtremeKernels.takeSmaller(first, second)
    case .complete: ExtremeKernels.takeLarger(first, second)
    case .ward:
      for row in 0..<n where isCluster[row] && row != i && row != j {
        first[row] = wardDistance(
          first[row], second[row], pair.distance, size[i], size[j], size[row])
      }
    }
  }

  /// The distance of a cluster to two that are joined at a height (Lance and Williams 1967).
  private func wardDistance(
    _ first: Double, _ second: Double, _ height: Double, _ firstSize: Int, _ secondSize: Int,
    _ size: Int
  ) -> Double {
    let squares =
      Double(firstSize + size) * (first * first) + Double(secondSize + size) * (second * second)
      - Double(size) * (height * height)
    return max(0, squares / Double(firstSize + secondSize + size)).squareRoot()
  }
}

extension Linkage {
  /// The merges by the search of all pairs.
  /// - Parameter distances: N×N, symmetric, finite but for the diagonal.
  static func searchedMerges(
    _ distances: consuming [Double], count n: Int, _ method: Method, within limit: Double
  ) -> [Merge] {
    guard n > 1 else { return [] }
    var elements = distances
    return elements.withUnsafeMutableBufferPointer { d in
      var search = LinkageSearch(d, count: n, method)
      var merges: [Merge] = []
      while merges.count < n - 1, let pair = search.nearestPair(within: limit) {
        merges.append(search.merge(pair, id: n + merges.count))
      }
      return merges
    }
  }
}
