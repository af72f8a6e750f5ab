/// Clustering and what is made of it, written a second time as plainly as they can be.
package enum PlainLinkage {
  /// Whether two clusters are as far apart as their nearest or as their farthest members.
  package enum Rule {
    case nearest, farthest
  }

  /// Joins the two nearest of all clusters again and again; of equal distances the pair whose lowest
  /// members come first.
  /// - Parameter limit: clusters farther apart than this stay apart.
  /// - Returns: the members of each cluster in the order of their tree: of two that were joined the
  ///   one that is older comes first, a single object before any other.
  package static func clusters(
    _ distance: [[Double]], by rule: Rule, within limit: Double = .infinity
  ) -> [[Int]] {
    // Sorted by lowest member; an age below `count` is a single object's.
    var clusters = distance.indices.map { (age: $0, members: [$0]) }
    var age = clusters.count
    while clusters.count > 1 {
      var best: (a: Int, b: Int, apart: Double)?
      for a in clusters.indices {
        for b in clusters.indices where b > a {
          var apart = rule == .nearest ? Double.infinity : -Double.infinity
          for i in clusters[a].members {
            for j in clusters[b].members {
              apart = rule == .nearest ? min(apart, distance[i][j]) : max(apart, distance[i][j])
            }
          }
          if apart < best?.apart ?? .infinity { best = (a, b, apart) }
        }
      }
      guard let best, best.apart <= limit else { break }
      let (a, b) = (clusters[best.a], clusters[best.b])
      let members = a.age < b.age ? a.members + b.members : b.members + a.members
      clusters[best.a] = (age, members)
      clusters.remove(at: best.b)
      age += 1
    }
    return clusters.map(\.members)
  }

  /// Hierarchical risk parity (Lopez de Prado 2016): weights that sum to 1.
  /// - Parameter correlation: N x N, of symbols that all move.
  package static func riskParity(_ volatilities: [Double], _ correlation: [[Double]]) -> [Double] {
    // Equal up to rounding is equal.
    let distance = correlation.map { row in
      row.map { max(0, min(1, (1 - ($0 * 0x1p40).rounded() / 0x1p40) / 2)).squareRoot() }
    }
    var weights = volatilities.map { _ in 0.0 }
    func variance(_ assets: [Int]) -> Double {
      let inverse = assets.map { 1 / (volatilities[$0] * volatilities[$0]) }
      let total = inverse.reduce(0, +)
      var sum = 0.0
      for (a, i) in zip(inverse, assets) {
        for (b, j) in zip(inverse, assets) {
          sum += a * b * volatilities[i] * volatilities[j] * correlation[i][j]
        }
      }
      return max(0, sum / (total * total))
    }
    func share(_ weight: Double, _ assets: [Int]) {
      guard assets.count > 1 else {
        for asset in assets { weights[asset] = weight }
        return
      }
      let left = Array(assets.prefix(assets.count / 2))
      let right = Array(assets.dropFirst(assets.count / 2))
      let (a, b) = (variance(left), variance(right))
      let part = a + b > 0 ? b / (a + b) : 0.5
      share(weight * part, left)
      share(weight * (1 - part), right)
    }
    for tree in clusters(distance, by: .nearest) { share(1, tree) }
    return weights
  }
}
