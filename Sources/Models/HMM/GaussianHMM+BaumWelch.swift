public import Kernels

/// Room for the forward pass, kept between iterations.
struct HMMWorkspace {
  /// T vectors p(state at t | x up to t), and the scaled emissions of the same bars.
  var alpha: [StateVector]
  var emission: [StateVector]

  init(rows: Int) {
    alpha = Array(repeating: .zero, count: rows)
    emission = alpha
  }
}

extension HMMRecursion {
  /// Runs the scaled forward-backward pass (Rabiner 1989, section V.A).
  ///
  /// `visit` gets each bar's smoothed probabilities, last bar of a sequence first.
  @inline(__always)
  func expectations(
    _ x: Matrix, lengths: [Int], workspace: inout HMMWorkspace,
    visit: (_ t: Int, _ gamma: StateVector) -> Void = { _, _ in }
  ) -> HMMExpectations {
    var logLikelihood = 0.0
    forward(x, lengths: lengths) { t, step in
      workspace.alpha[t] = step.alpha
      workspace.emission[t] = step.emission
      logLikelihood += step.logScale
    }

    var starts = StateVector.zero
    var occupancy = StateVector.zero
    var moves = [8 of StateVector](repeating: .zero)
    var first = Array(repeating: StateVector.zero, count: dimensions)
    var second = Array(
      repeating: StateVector.zero,
      count: isCoupled ? dimensions * (dimensions + 1) / 2 : dimensions)
    let values = x.elements
    var end = x.rows
    for length in lengths.reversed() {
      var beta = StateVector(lanes: states) { _ in 1 }
      for t in stride(from: end - 1, through: end - length, by: -1) {
        let alpha = workspace.alpha[t]
        var gamma = alpha * beta
        let total = gamma.sum(lanes: states)
        gamma = total > 0 ? gamma * (1 / total) : alpha
        visit(t, gamma)
        occupancy += gamma
        if isCoupled {
          var p = 0
          for i in 0..<dimensions {
            let weighted = gamma * distance(values, at: t * dimensions, i)
            first[i] += weighted
            for j in 0...i {
              second[p] += weighted * distance(values, at: t * dimensions, j)
              p += 1
            }
          }
        } else {
          for d in 0..<dimensions {
            let distance = distance(values, at: t * dimensions, d)
            let weighted = gamma * distance
            first[d] += weighted
            second[d] += weighted * distance
          }
        }
        guard t > end - length else {
          starts += gamma
          break
        }
        let ahead = workspace.emission[t] * beta
        let before = workspace.alpha[t - 1]
        // A state that the forward pass has all but shut out may get a huge backward weight; it is
        // bounded so that 0 times infinity cannot arise.
        beta = .zero
        var bounded = StateVector.zero
        for j in 0..<states {
          bounded[j] = min(ahead[j], 1e300)
          beta += columns[j] * bounded[j]
        }
        for i in 0..<states {
          moves[i] += bounded * before[i]
          beta[i] = min(beta[i], 1e300)
        }
      }
      end -= length
    }
    return HMMExpectations(
      logLikelihood: logLikelihood, starts: starts,
      transitions: (0..<states).map { moves[$0] * rows[$0] }, occupancy: occupancy, first: first,
      second: second)
  }
}

extension GaussianHMM {
  /// Returns the parameters that maximise the expected log-likelihood (Rabiner 1989, eqs. 40, 52).
  ///
  /// A state without any bar keeps its parameters.
  ///
  /// - Parameter floor: lowest allowed covariance.
  func maximised(_ expected: HMMExpectations, floor: CovarianceFloor) -> GaussianHMM {
    let startTotal = expected.starts.sum(lanes: states)
    let newStart = expected.starts.lanes(states).map { $0 / startTotal }
    var newTransition = transition
    var newMeans = means
    for i in 0..<states {
      let moves = expected.transitions[i].sum(lanes: states)
      if moves > 0 {
        for j in 0..<states {
          newTransition.elements[i * states + j] = expected.transitions[i][j] / moves
        }
      }
      guard expected.occupancy[i] > 0 else { continue }
      for d in 0..<dimensions { newMeans[i, d] += expected.shift(i, d) }
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
    on x: Matrix, lengths: [Int], iterations: Int, tolerance: Double?,
    floor: CovarianceFloor
  ) -> Ascent {
    var model = self
    var workspace = HMMWorkspace(rows: x.rows)
    var history: [Double] = []
    while true {
      let recursion = HMMRecursion(model)
      let expected = recursion.expectations(x, lengths: lengths, workspace: &workspace)
      let gain = history.last.map { expected.logLikelihood - $0 }
      history.append(expected.logLikelihood)
      var isDone = history.count > iterations
      if let tolerance, let gain {
        let scale = max(expected.logLikelihood.magnitude, Double(x.rows))
        isDone = isDone || gain <= tolerance * scale
      }
      if isDone {
        return Ascent(
          model: model, history: history, occupancy: expected.occupancy.lanes(states))
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
      on: x, lengths: lengths, iterations: iterations, tolerance: nil,
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
