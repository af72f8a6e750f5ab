import Kernels

/// Where Baum-Welch starts: k-means clusters of the observations, sticky transitions.
///
/// Distances are in standard deviations of each variable, so the variables' units do not matter.
struct HMMStart {
  /// The probability of staying in a state for one more bar.
  static let stickiness = 0.95
  private static let lloydIterations = 20

  let x: Matrix
  /// D: variance of each variable over all rows.
  let variances: [Double]
  let states: Int
  let covariance: CovarianceType

  /// Returns a model whose means are those of k-means++ clusters (Arthur and Vassilvitskii 2007).
  ///
  /// - Parameters:
  ///   - floor: lowest allowed covariance.
  ///   - byVolatility: whether the rows of one variable are clustered by how much it moved of late.
  func model(
    floor: CovarianceFloor, byVolatility: Bool = false, random: inout CounterRandom
  ) -> GaussianHMM {
    let (means, assignment) = clusters(byVolatility: byVolatility, random: &random)
    let stay = states > 1 ? HMMStart.stickiness : 1
    let leave = (1 - stay) / Double(max(1, states - 1))
    let transition = (0..<states).map { i in (0..<states).map { i == $0 ? stay : leave } }
    return GaussianHMM(
      unchecked: Array(repeating: 1 / Double(states), count: states),
      transition: Matrix(rows: transition),
      means: Matrix(rows: states, columns: x.columns, elements: means),
      covariance: covariance(means: means, assignment: assignment, floor: floor))
  }

  private func clusters(byVolatility: Bool, random: inout CounterRandom) -> (
    means: [Double], assignment: [Int]
  ) {
    guard byVolatility else {
      let (centres, assignment) = lloyd(seeds(random: &random))
      return (centres, assignment)
    }
    let moved = recentVolatility
    let assignment = moved.lloyd(moved.seeds(random: &random)).assignment
    return (clusterMeans(assignment), assignment)
  }

  /// Squared distance of row `t` to a centre, in variances.
  @inline(__always)
  private func distance(_ t: Int, _ centres: [Double], _ k: Int, _ precisions: [Double]) -> Double {
    let width = x.columns
    var sum = 0.0
    for d in 0..<width {
      let difference = x.elements[t * width + d] - centres[k * width + d]
      sum += difference * difference * precisions[d]
    }
    return sum
  }

  /// K rows of `x`, each drawn with a probability proportional to its squared distance to the
  /// nearest one so far.
  private func seeds(random: inout CounterRandom) -> [Double] {
    let precisions = variances.map { 1 / $0 }
    var centres = Array(x.row(random.below(x.rows)))
    var nearest = Array(repeating: Double.infinity, count: x.rows)
    for k in 1..<max(1, states) {
      var total = 0.0
      for t in 0..<x.rows {
        nearest[t] = min(nearest[t], distance(t, centres, k - 1, precisions))
        total += nearest[t]
      }
      let target = random.uniform() * total
      var sum = 0.0
      var chosen = x.rows - 1
      for t in 0..<x.rows {
        sum += nearest[t]
        if sum > target {
          chosen = t
          break
        }
      }
      centres += x.row(chosen)
    }
    return centres
  }

  /// Lloyd's iterations. A centre that loses all its rows stays where it is.
  private func lloyd(_ seeds: [Double]) -> (centres: [Double], assignment: [Int]) {
    let precisions = variances.map { 1 / $0 }
    let width = x.columns
    var centres = seeds
    var assignment = Array(repeating: -1, count: x.rows)
    for _ in 0..<HMMStart.lloydIterations {
      var changed = false
      var counts = Array(repeating: 0, count: states)
      var sums = Array(repeating: 0.0, count: states * width)
      for t in 0..<x.rows {
        var best = 0
        var shortest = distance(t, centres, 0, precisions)
        for k in 1..<max(1, states) {
          let candidate = distance(t, centres, k, precisions)
          if candidate < shortest { (best, shortest) = (k, candidate) }
        }
        if assignment[t] != best {
          assignment[t] = best
          changed = true
        }
        counts[best] += 1
        for d in 0..<width { sums[best * width + d] += x.elements[t * width + d] }
      }
      if !changed { break }
      for k in 0..<states where counts[k] > 0 {
        for d in 0..<width { centres[k * width + d] = sums[k * width + d] / Double(counts[k]) }
      }
    }
    return (centres, assignment)
  }
}
