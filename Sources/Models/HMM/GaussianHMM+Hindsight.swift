import CKernels
public import Kernels

/// The regimes of the past as they look from today: smoothed probabilities and the likeliest path.
///
/// They use observations that came later, so they are for reports on history only. Nothing that
/// decides takes these types; decisions use `GaussianHMM.filter` and `RegimeFilter`.
public struct RegimeHindsight: Sendable, Equatable {
  /// T x K: p(state at t | all observations of the sequence).
  public let smoothed: Matrix
  public let path: RegimePath
}

/// The most likely sequence of states, with all observations known (Viterbi 1967).
public struct RegimePath: Sendable, Equatable {
  /// T: the state at each bar.
  public let states: [Int]
  /// log p(path, x).
  public let logProbability: Double
}

extension GaussianHMM {
  /// Returns how the states of `x` (T x D) look with all of `x` known.
  public func hindsight(_ x: Matrix, lengths: [Int]? = nil) -> RegimeHindsight {
    let lengths = sequences(of: x, lengths)
    let recursion = HMMRecursion(self)
    var smoothed: [Double] = []
    if x.rows > 0 {
      let lanes = HMMLanes(x, lengths: lengths, states: states)
      _ = lanes.expectations(recursion)
      smoothed = lanes.rows(of: lanes.gamma)
    }
    return RegimeHindsight(
      smoothed: Matrix(rows: x.rows, columns: states, elements: smoothed),
      path: likeliestPath(x, lengths: lengths, recursion))
  }

  /// Returns the most likely states of `x` (T x D), sequence by sequence.
  public func likeliestPath(_ x: Matrix, lengths: [Int]? = nil) -> RegimePath {
    likeliestPath(x, lengths: sequences(of: x, lengths), HMMRecursion(self))
  }

  /// Viterbi's recursion in logarithms (Rabiner 1989, eqs. 105a-105e); ties go to the lower state.
  private func likeliestPath(
    _ x: Matrix, lengths: [Int], _ recursion: HMMRecursion
  ) -> RegimePath {
    func logOrNothing(_ p: Double) -> Double { p > 0 ? Elementary.log(p) : -.infinity }
    let logStart = start.map(logOrNothing)
    let logTransition = transition.elements.map(logOrNothing)
    var path = Array(repeating: 0, count: x.rows)
    /// Four bits for each state: the state before it on the likeliest path to it.
    var from = Array(repeating: UInt32(0), count: x.rows)
    var total = 0.0
    var first = 0
    var room = recursion.room(rows: x.rows)
    x.elements.withUnsafeBufferPointer { values in
      for length in lengths {
        let rows = first..<(first + length)
        var best = logStart
        recursion.forBlocks(of: values.slice(rows, of: dimensions), room: &room) { block, done in
          // The first bar comes from nowhere.
          let skipped = done == 0 ? 1 : 0
          if done == 0 { for k in 0..<states { best[k] += block.density[k * block.length] } }
          from.withUnsafeMutableBufferPointer { from in
            ckernels().pointee.hmm.viterbi(
              states, logTransition, block.rows - skipped, block.density + skipped, block.length,
              &best, from.baseAddress! + first + done + skipped)
          }
        }
        var state = 0
        for k in 1..<max(1, states) where best[k] > best[state] { state = k }
        total += best[state]
        for t in rows.reversed() {
          path[t] = state
          state = Int(from[t] >> UInt32(4 * state) & 15)
        }
        first += length
      }
    }
    return RegimePath(states: path, logProbability: total)
  }
}
