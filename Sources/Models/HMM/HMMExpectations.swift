import Kernels

/// What the E step expects of the hidden states, given all observations.
struct HMMExpectations {
  /// log p(x) under the parameters of this E step.
  var logLikelihood = 0.0
  /// Expected number of sequences that start in each state.
  var starts = StateVector.zero
  /// K vectors: lane j of `transitions[i]` is the expected number of moves from i to j.
  var transitions: [StateVector]
  /// Expected number of bars in each state.
  var occupancy = StateVector.zero
  /// D vectors of `sum_t gamma_t (x_t - mean)`, the mean being that of the E step: it is close to
  /// the new one, so the second moment about it loses no digits.
  var first: [StateVector]
  /// D vectors of `sum_t gamma_t (x_t - mean)^2`. Where the covariances are matrices, D (D + 1) / 2
  /// vectors of `sum_t gamma_t (x_ti - mean_i) (x_tj - mean_j)`, the lower triangle row by row.
  var second: [StateVector]

  /// How far the mean of variable `d` in state `k` moves; 0 for a state without any bar.
  func shift(_ k: Int, _ d: Int) -> Double {
    occupancy[k] > 0 ? first[d][k] / occupancy[k] : 0
  }

  /// Returns the covariances that maximise the expected log-likelihood above the floor.
  ///
  /// They are those of hmmlearn 0.3.3: the spherical variance is the mean of the diagonal ones, the
  /// tied matrix the mean of the states' matrices by their bars. A state without any bar keeps its.
  func covariance(after old: StateCovariance, floor: CovarianceFloor) -> StateCovariance {
    let dimensions = first.count
    switch old {
    case .diagonal(var variances):
      for k in 0..<variances.rows where occupancy[k] > 0 {
        for d in 0..<dimensions { variances[k, d] = max(variance(k, d), floor.variances[d]) }
      }
      return .diagonal(variances)
    case .spherical(var variances):
      for k in variances.indices where occupancy[k] > 0 {
        let sum = (0..<dimensions).reduce(0) { $0 + variance(k, $1) }
        variances[k] = max(sum / Double(dimensions), floor.spherical)
      }
      return .spherical(variances)
    case .full(var matrices):
      for k in matrices.indices where occupancy[k] > 0 {
        matrices[k] = floor.applied(
          to: symmetric(dimensions) { p, i, j in
            second[p][k] / occupancy[k] - shift(k, i) * shift(k, j)
          })
      }
      return .full(matrices)
    case .tied:
      let states = transitions.count
      let bars = occupancy.sum(lanes: states)
      let pooled = symmetric(dimensions) { p, i, j in
        var sum = 0.0
        for k in 0..<states {
          sum += second[p][k] - occupancy[k] * (shift(k, i) * shift(k, j))
        }
        return sum / bars
      }
      return .tied(floor.applied(to: pooled))
    }
  }

  private func variance(_ k: Int, _ d: Int) -> Double {
    let shift = first[d][k] / occupancy[k]
    return second[d][k] / occupancy[k] - shift * shift
  }
}

/// A symmetric matrix of `element(p, i, j)`, p being the place of (i, j) in the lower triangle.
func symmetric(_ count: Int, _ element: (_ p: Int, _ i: Int, _ j: Int) -> Double) -> Matrix {
  var matrix = Matrix(rows: count, columns: count)
  var p = 0
  for i in 0..<count {
    for j in 0...i {
      matrix[i, j] = element(p, i, j)
      matrix[j, i] = matrix[i, j]
      p += 1
    }
  }
  return matrix
}
