import Allocation
import Kernels
import Testing

@Suite struct LinkageTests {
  /// Points 0, 1, 3 and 7 on a line.
  private let line = distances([0, 1, 3, 7])

  @Test func `single linkage by hand`() {
    let merges = Linkage.merges(distance: line, method: .single)
    #expect(merges.map(\.distance) == [1, 2, 4])
    #expect(merges.map(\.first) == [0, 2, 3])
    #expect(merges.map(\.second) == [1, 4, 5])
    #expect(merges.map(\.size) == [2, 3, 4])
    #expect(Linkage.leafOrder(merges) == [3, 2, 0, 1])
  }

  @Test func `complete linkage by hand`() {
    // 3 is 3 away from 0 and 4 away from 7.
    let merges = Linkage.merges(distance: line, method: .complete)
    #expect(merges.map(\.distance) == [1, 3, 7])
    #expect(merges.map(\.first) == [0, 2, 3])
    #expect(merges.map(\.second) == [1, 4, 5])
    // With 8 in the place of 7 nothing changes but the last distance; with 4, 3 joins it.
    let other = Linkage.merges(distance: distances([0, 1, 3, 4]), method: .complete)
    #expect(other.map(\.distance) == [1, 1, 4])
    #expect(other.map(\.first) == [0, 2, 4])
    #expect(other.map(\.second) == [1, 3, 5])
  }

  @Test(arguments: [Linkage.Method.single, .complete])
  func `of equal distances the first pair is joined`(method: Linkage.Method) {
    let equal = Matrix(rows: (0..<5).map { i in (0..<5).map { $0 == i ? 0 : 1 } })
    let merges = Linkage.merges(distance: equal, method: method)
    #expect(merges.map(\.first) == [0, 2, 3, 4])
    #expect(merges.map(\.second) == [1, 5, 6, 7])
    #expect(Linkage.leafOrder(merges) == [4, 3, 2, 0, 1])
  }

  @Test func `nothing to join`() {
    #expect(Linkage.merges(distance: Matrix(rows: []), method: .single).isEmpty)
    let one = Linkage.merges(distance: Matrix(rows: [[0]]), method: .complete)
    #expect(one.isEmpty && Linkage.leafOrder(one) == [0])
  }

  @Test(arguments: [Linkage.Method.single, .complete])
  func `agrees with the plain search of all pairs, ties included`(method: Linkage.Method) {
    var random = CounterRandom(seed: 3, path: ["linkage"])
    for trial in 0..<300 {
      let n = 2 + random.below(24)
      var matrix = Matrix(rows: n, columns: n)
      for i in 0..<n {
        for j in 0..<i {
          // Every third case has few distinct distances, so that ties abound.
          let value = trial % 3 == 0 ? Double(random.below(4)) : random.uniform()
          matrix[i, j] = value
          matrix[j, i] = value
        }
      }
      let merges = Linkage.merges(distance: matrix, method: method)
      #expect(merges == plainMerges(matrix, method))
      #expect(Linkage.leafOrder(merges).sorted() == Array(0..<n))
      #expect(zip(merges, merges.dropFirst()).allSatisfy { $0.distance <= $1.distance })
    }
  }

  @Test func `members of a complete-linkage cluster are within its height of each other`() {
    var random = CounterRandom(seed: 4, path: ["linkage"])
    for _ in 0..<50 {
      let points = (0..<12).map { _ in random.normal() }
      let matrix = distances(points)
      let merges = Linkage.merges(distance: matrix, method: .complete)
      var members = (0..<12).map { [$0] }
      for merge in merges {
        let cluster = members[merge.first] + members[merge.second]
        #expect(cluster.count == merge.size)
        var farthest = 0.0
        for i in cluster { for j in cluster { farthest = max(farthest, matrix[i, j]) } }
        #expect(farthest == merge.distance)
        members.append(cluster)
      }
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `single linkage is scipy's on the reference correlations`(files: ReferenceFiles) throws {
    let file = try files.methods()
    let correlation = try file.matrix("corr")
    let reference = try file.object("hrp_single")
    let n = correlation.rows
    let matrix = Matrix(
      rows: (0..<n).map { i in (0..<n).map { ((1 - correlation[i, $0]) / 2).squareRoot() } })
    let merges = Linkage.merges(distance: matrix, method: .single)
    let rows = try reference.rows("linkage").map { try $0.map { try #require($0) } }
    #expect(merges.map { Double($0.first) } == rows.map { $0[0] })
    #expect(merges.map { Double($0.second) } == rows.map { $0[1] })
    #expect(distance(merges.map(\.distance), rows.map { $0[2] }) < 1e-14)
    #expect(merges.map { Double($0.size) } == rows.map { $0[3] })
    let order = Linkage.leafOrder(merges).map(Double.init)
    #expect(order == (try reference.numbers("leaf_order")))
  }
}

/// The distances of points on a line.
private func distances(_ points: [Double]) -> Matrix {
  Matrix(rows: points.map { a in points.map { abs(a - $0) } })
}

/// The definition: at each step look at all pairs of clusters.
private func plainMerges(_ distance: Matrix, _ method: Linkage.Method) -> [Linkage.Merge] {
  var clusters = (0..<distance.rows).map { (id: $0, members: [$0]) }
  var merges: [Linkage.Merge] = []
  while clusters.count > 1 {
    var best = (a: 0, b: 0, distance: Double.infinity)
    for a in clusters.indices {
      for b in clusters.indices where b > a {
        let all = clusters[a].members.flatMap { i in
          clusters[b].members.map { distance[i, $0] }
        }
        let value = method == .single ? all.min()! : all.max()!
        if value < best.distance { best = (a, b, value) }
      }
    }
    let (a, b) = (clusters[best.a], clusters[best.b])
    let members = a.members + b.members
    merges.append(
      Linkage.Merge(
        first: min(a.id, b.id), second: max(a.id, b.id), distance: best.distance,
        size: members.count))
    clusters[best.a] = (distance.rows + merges.count - 1, members)
    clusters.remove(at: best.b)
  }
  return merges
}
