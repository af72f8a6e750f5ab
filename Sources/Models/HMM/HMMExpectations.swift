import Kernels

/// What the E step expects of the hidden states, given all observations.
struct HMMExpectations {
  /// log p(x) under the parameters of this E step.
  var logLikelihood: Double
  /// K: expected number of sequences that start in each state.
  var starts: [Double]
  /// K x K: expected number of moves from the row's state to the column's.
  var transitions: [Double]
  /// Expected number of bars in each state, and moments about the means of the E step: they are close
  /// to the new ones, so the second moments lose no digits.
  var moments: HMMLanes.Moments

  var states: Int { starts.count }
  /// K: expected number of bars in each state.
  var occupancy: [Double] { (0..<states).map(moments.weight) }

  /// Returns the covariances that maximise the expected log-likelihood above the floor.
  ///
  /// They are those of hmmlearn 0.3.3: the spherical variance is the mean of the diagonal ones, the
  /// tied matrix the mean of the states' matrices by their bars. A state without any bar keeps its.
  func covariance(after old: StateCovariance, floor: CovarianceFloor) -> StateCovariance {
    let dimensions = moments.dimensions
    switch old {
    case .diagonal(var variances):
      for k in 0..<variances.rows where moments.weight(k) > 0 {
        for d in 0..<dimensions {
          variances[k, d] = max(moments.variance(k, d), floor.variances[d])
        }
      }
      return .diagonal(variances)
    case .spherical(var variances):
      for k in variances.indices where moments.weight(k) > 0 {
        let sum = (0..<dimensions).reduce(0) { $0 + moments.variance(k, $1) }
        variances[k] = max(sum / Double(dimensions), floor.spherical)
      }
      return .spherical(variances)
    case .full(var matrices):
      for k in matrices.indices where moments.weight(k) > 0 {
        matrices[k] = floor.applied(to: moments.covariance(k))
      }
      return .full(matrices)
    case .tied:
      return .tied(floor.applied(to: moments.pooledCovariance))
    }
  }
}
