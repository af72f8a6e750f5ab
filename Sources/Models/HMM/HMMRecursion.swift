import CKernels
import Kernels

/// The filter's recursion over time: what feeds signals.
///
/// A whole column, a block of it and a single bar go through the same kernel, so batch and stream give
/// the same bits. The state between bars is `prior`, p(state | bars before) up to a factor.
struct HMMRecursion: Sendable {
  let gaussians: StateGaussians
  let start: [Double]
  /// K x K, row by row: p(column | row).
  let transition: [Double]

  var states: Int { gaussians.states }
  var dimensions: Int { gaussians.dimensions }

  /// Rows whose densities are computed at once: they fit the first-level cache.
  static let blockRows = 512

  init(_ model: GaussianHMM) {
    gaussians = StateGaussians(model)
    start = model.start
    transition = model.transition.elements
  }

  /// Takes in `rows` observations (row-major) of one sequence.
  ///
  /// - Parameters:
  ///   - prior: K; becomes that of the bar after.
  ///   - posterior: rows x K, written: p(state | bars up to now), each row summing to 1.
  ///   - room: `room(rows:)` of as many rows.
  func advance(
    _ values: UnsafeBufferPointer<Double>, prior: inout [Double],
    posterior: UnsafeMutableBufferPointer<Double>, room: inout [Double]
  ) {
    let rows = values.count / dimensions
    precondition(prior.count == states && posterior.count == rows * states)
    forBlocks(of: values, room: &room) { block, first in
      relative(block)
      var done = 0
      while done < block.rows {
        done += prior.withUnsafeMutableBufferPointer { prior in
          ckernels().pointee.hmm.filter(
            states, transition, block.rows - done, block.density + done, block.length,
            prior.baseAddress!, posterior.baseAddress! + (first + done) * states)
        }
        if done < block.rows {
          let row = first + done
          let logDensity = logDensity(block, at: done)
          let step = update(prior, logDensity: logDensity)
          for k in 0..<states { posterior[row * states + k] = step.alpha[k] }
          prior = next(step.alpha)
          done += 1
        }
      }
    }
  }

  /// Returns the probabilities one step on, without evidence: `alpha A`.
  func next(_ alpha: [Double]) -> [Double] {
    (0..<states).map { j in
      var sum = alpha[0] * transition[j]
      for i in 1..<max(1, states) { sum += alpha[i] * transition[i * states + j] }
      return sum
    }
  }

  /// What one bar adds.
  struct Step {
    /// p(state at t | x up to t).
    var alpha: [Double]
    /// p(x_t | state) / p(x_t | x up to t - 1); no more than e^690.
    var emission: [Double]
    /// log p(x_t | x up to t - 1).
    var logScale: Double
  }

  /// Takes in one bar by logarithms, for any prior and density: where the kernels' numbers underflow,
  /// the prior shutting out the states that fit.
  func update(_ prior: [Double], logDensity: [Double]) -> Step {
    let sum = prior.reduce(0, +)
    var joint = Array(repeating: -Double.infinity, count: states)
    var shift = -Double.infinity
    for k in 0..<states where prior[k] > 0 {
      joint[k] = Elementary.log(prior[k] / sum) + logDensity[k]
      shift = max(shift, joint[k])
    }
    var total = 0.0
    var alpha = Array(repeating: 0.0, count: states)
    for k in 0..<states where prior[k] > 0 {
      alpha[k] = Elementary.exp(joint[k] - shift)
      total += alpha[k]
    }
    let logScale = shift + Elementary.log(total)
    let emission = (0..<states).map { k in
      prior[k] > 0 ? Elementary.exp(min(logDensity[k] - logScale, 690)) : 0
    }
    return Step(alpha: alpha.map { $0 / total }, emission: emission, logScale: logScale)
  }
}
