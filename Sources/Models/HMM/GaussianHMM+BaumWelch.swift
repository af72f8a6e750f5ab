public import Kernels

extension GaussianHMM {
  /// Returns the parameters that maximise the expected log-likelihood (Rabiner 1989, eqs. 40, 52).
  ///
  /// A state without any bar keeps its parameters.
  ///
  /// - Parameter floor: lowest allowed covariance.
  func maximised(_ expected: HMMExpectations, floor: CovarianceFloor) -> GaussianHMM {
    let startTotal = expected.starts.reduce(0, +)
    let newStart = expected.starts.map { $0 / startTotal }
    var newTransition = transition
    var newMeans = means
    for i in 0..<states {
      let row = expected.transitions[(i * states)..<((i + 1) * states)]
      let moves = row.reduce(0, +)
      if moves > 0 {
        for (j, count) in row.enumerated() { newTransition[i, j] = count / moves }
      }
      for d in 0..<dimensions { newMeans[i, d] += expected.moments.shift(i, d) }
    }
    return GaussianHMM(
      unchecked: newStart, transition: newTransition, means: newMeans,
      covariance: expected.covariance(after: covariance, floor: floor))
  }

  /// Where a run of Baum-Welch ended.
  struct Ascent {
    var model: GaussianHMM
    /// Log-likelihood before each M step, then that of `model`.
    var history: [Double]
    /// Expected number of bars in each state of `model`.
    var occupancy: [Double]
  }

  /// Runs at most `iterations` EM steps; stops early once a step gains less than `tolerance`
  /// relative to the log-likelihood (or, where that is near 0, to the number of bars).
  func ascend(
    on lanes: HMMLanes, iterations: Int, tolerance: Double?, floor: CovarianceFloor
  ) -> Ascent {
    var model = self
    var history: [Double] = []
    while true {
      let expected = lanes.expectations(HMMRecursion(model))
      let gain = history.last.map { expected.logLikelihood - $0 }
      history.append(expected.logLikelihood)
      var isDone = history.count > iterations
      if let tolerance, let gain {
        let scale = max(expected.logLikelihood.magnitude, Double(lanes.bars))
        isDone = isDone || gain <= tolerance * scale
      }
      if isDone {
        return Ascent(model: model, history: history, occupancy: expected.occupancy)
      }
      model = model.maximised(expected, floor: floor)
    }
  }

  /// Returns the model after exactly `iterations` EM steps from these parameters, and the
  /// log-likelihood before each step and after the last.
  ///
  /// With a warm start this refits a served model; it equals hmmlearn 0.3.3 with `covars_prior=0`.
  ///
  /// - Parameter varianceFloor: lowest variance of a state, relative to the variable's variance.
  ///   The model's own may be lower until the first step.
  public func refined(
    on x: Matrix, lengths: [Int]? = nil, iterations: Int, varianceFloor: Double = 1e-9
  ) throws(HMMError) -> (model: GaussianHMM, history: [Double]) {
    let lengths = sequences(of: x, lengths)
    let variances = try x.columnVariances()
    let ascent = ascend(
      on: HMMLanes(x, lengths: lengths, states: states), iterations: iterations, tolerance: nil,
      floor: CovarianceFloor(variances: variances.map { $0 * varianceFloor }))
    return (ascent.model, ascent.history)
  }
}

extension Matrix {
  /// The variance (divisor T) of each column about its mean, in two passes.
  func columnVariances() throws(HMMError) -> [Double] {
    guard rows > 0 else { throw HMMError.tooFewObservations(found: 0, needed: 1) }
    var result: [Double] = []
    for d in 0..<columns {
      var sum = 0.0
      for t in 0..<rows {
        guard self[t, d].isFinite else { throw HMMError.notFinite(row: t, column: d) }
        sum += self[t, d]
      }
      let mean = sum / Double(rows)
      var squares = 0.0
      for t in 0..<rows {
        let distance = self[t, d] - mean
        squares += distance * distance
      }
      let variance = squares / Double(rows)
      // What is left of a constant column is the rounding of its mean.
      let noise = Double(rows) * mean * Double.ulpOfOne
      guard variance > noise * noise else { throw HMMError.constantObservation(column: d) }
      result.append(variance)
    }
    return result
  }
}
