public import Kernels

/// The regimes of the past as they look from today: smoothed probabilities and the likeliest path.
///
/// They use observations that came later, so they are for reports on history only. Nothing that
/// decides takes this type; decisions use `GaussianHMM.filter` and `RegimeFilter`.
public struct RegimeHindsight: Sendable, Equatable {
  /// T x K: p(state at t | all observations of the sequence).
  public let smoothed: Matrix
  /// T: the most likely sequence of states (Viterbi 1967).
  public let path: [Int]
  /// log p(path, x).
  public let pathLogProbability: Double
}

extension GaussianHMM {
  /// Returns how the states of `x` (T x D) look with all of `x` known.
  public func hindsight(_ x: Matrix, lengths: [Int]? = nil) -> RegimeHindsight {
    let lengths = sequences(of: x, lengths)
    let recursion = HMMRecursion(self)
    var smoothed = Array(repeating: 0.0, count: x.rows * states)
    var workspace = HMMWorkspace(rows: x.rows)
    _ = recursion.expectations(x, lengths: lengths, workspace: &workspace) { t, gamma in
      for k in 0..<states { smoothed[t * states + k] = gamma[k] }
    }
    let (path, logProbability) = likeliestPath(x, lengths: lengths, recursion)
    return RegimeHindsight(
      smoothed: Matrix(rows: x.rows, columns: states, elements: smoothed), path: path,
      pathLogProbability: logProbability)
  }

  /// Viterbi's recursion in logarithms (Rabiner 1989, eqs. 105a-105e); ties go to the lower state.
  private func likeliestPath(
    _ x: Matrix, lengths: [Int], _ recursion: HMMRecursion
  ) -> (path: [Int], logProbability: Double) {
    func logOrNothing(_ p: Double) -> Double { p > 0 ? Elementary.log(p) : -.infinity }
    let logStart = start.map(logOrNothing)
    let logTransition = transition.elements.map(logOrNothing)
    let values = x.elements
    var path = Array(repeating: 0, count: x.rows)
    var from = Array(repeating: UInt8(0), count: x.rows * states)
    var total = 0.0
    var first = 0
    for length in lengths {
      var best = logStart
      for t in first..<(first + length) {
        let density = recursion.logDensity(values, at: t * dimensions)
        guard t > first else {
          for k in 0..<states { best[k] += density[k] }
          continue
        }
        var next = Array(repeating: -Double.infinity, count: states)
        for j in 0..<states {
          for i in 0..<states where best[i] + logTransition[i * states + j] > next[j] {
            next[j] = best[i] + logTransition[i * states + j]
            from[t * states + j] = UInt8(i)
          }
          next[j] += density[j]
        }
        best = next
      }
      var state = 0
      for k in 1..<max(1, states) where best[k] > best[state] { state = k }
      total += best[state]
      for t in stride(from: first + length - 1, through: first, by: -1) {
        path[t] = state
        state = Int(from[t * states + state])
      }
      first += length
    }
    return (path, total)
  }
}
