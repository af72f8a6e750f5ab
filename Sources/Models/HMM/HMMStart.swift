import Kernels

/// Where Baum-Welch starts: k-means clusters of the observations, sticky transitions.
///
/// Distances are in standard deviations of each variable, so the variables' units do not matter.
struct HMMStart {
  /// The probability of staying in a state for one more bar.
  static let stickiness = 0.95
  private static let lloydIterations = 20

  let x: Matrix
  /// The same rows; its `gamma` holds which cluster each belongs to.
  let lanes: HMMLanes
  /// D: variance of each variable over all rows.
  let variances: [Double]
  let covariance: CovarianceType

  var states: Int { lanes.states }

  /// Returns a model whose means are those of k-means++ clusters (Arthur and Vassilvitskii 2007).
  ///
  /// - Parameters:
  ///   - floor: lowest allowed covariance.
  ///   - byVolatility: whether the rows of one variable are clustered by how much it moved of late.
  func model(
    floor: CovarianceFloor, byVolatility: Bool = false, random: inout CounterRandom
  ) -> GaussianHMM {
    let clusters = moments(
      about: byVolatility ? volatilityCentres(&random) : lloyd(seeds(random: &random)))
    let stay = states > 1 ? HMMStart.stickiness : 1
    let leave = (1 - stay) / Double(max(1, states - 1))
    let transition = (0..<states).map { i in (0..<states).map { i == $0 ? stay : leave } }
    return GaussianHMM(
      unchecked: Array(repeating: 1 / Double(states), count: states),
      transition: Matrix(rows: transition),
      means: Matrix(rows: states, columns: x.columns, elements: clusters.means),
      covariance: covariance(clusters.moments, floor: floor))
  }

  /// The moments of the clusters about points near their means (K x D), and those means. An empty
  /// cluster has its point.
  private func moments(about points: [Double]) -> (moments: HMMLanes.Moments, means: [Double]) {
    let moments = lanes.moments(
      about: StateGaussians(centres: points, variances: variances, isCoupled: isCoupled),
      weights: lanes.gamma)
    let means = points.indices.map { points[$0] + moments.shift($0 / x.columns, $0 % x.columns) }
    return (moments, means)
  }

  /// K rows of `x`, each drawn with a probability proportional to its squared distance to the
  /// nearest one so far.
  func seeds(random: inout CounterRandom) -> [Double] {
    var centres = Array(x.row(random.below(x.rows)))
    var nearest = Array(repeating: Double.infinity, count: x.rows)
    for _ in 1..<max(1, states) {
      let last = Array(centres.suffix(x.columns))
      lanes.logDensities(StateGaussians(centres: last, variances: variances))
      var total = 0.0
      for t in 0..<x.rows {
        nearest[t] = min(nearest[t], -lanes.density[0, lanes.position(t)])
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

  /// Lloyd's iterations; leaves the clusters in `lanes`. A centre that loses all its rows stays where
  /// it is.
  func lloyd(_ seeds: [Double]) -> [Double] {
    var centres = seeds
    lanes.gamma.fill(with: 0)
    for _ in 0..<HMMStart.lloydIterations {
      let gaussians = StateGaussians(centres: centres, variances: variances)
      lanes.logDensities(gaussians)
      if !lanes.chooseStates() { break }
      let moments = lanes.moments(about: gaussians, weights: lanes.gamma)
      for i in centres.indices { centres[i] += moments.shift(i / x.columns, i % x.columns) }
    }
    return centres
  }
}
