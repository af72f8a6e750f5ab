import CKernels
import Kernels

/// The E step over lanes: `HMMLanes.inc` says how.
extension HMMLanes {
  /// Returns log p(x).
  func logLikelihood(_ recursion: HMMRecursion) -> Double {
    emit(recursion)
    if let ends = ends(recursion) { return ends.logLikelihood }
    return sequentialPass(recursion).logLikelihood
  }

  /// Returns what is expected of the hidden states given all observations; `gamma` then holds the
  /// smoothed probabilities.
  func expectations(_ recursion: HMMRecursion) -> HMMExpectations {
    emit(recursion)
    let pass = lanesPass(recursion) ?? sequentialPass(recursion)
    return HMMExpectations(
      logLikelihood: pass.logLikelihood, starts: pass.starts, transitions: pass.transitions,
      moments: moments(about: recursion.gaussians, weights: gamma))
  }

  /// What a pass forward and backward finds beside `gamma`.
  struct Pass {
    var logLikelihood: Double
    /// K: expected sequences that start in each state.
    var starts: [Double]
    /// K x K: expected moves.
    var transitions: [Double]
  }

  /// Positions whose densities are computed at once: they stay in the first-level cache.
  private static let blockPositions = 1024

  /// Fills `density`, relative to the largest of each bar, and `shift`.
  private func emit(_ recursion: HMMRecursion) {
    let kernels = ckernels()
    recursion.gaussians.withKernelView { view in
      for first in stride(from: 0, to: positions, by: HMMLanes.blockPositions) {
        let count = min(HMMLanes.blockPositions, positions - first)
        kernels.pointee.hmm.densities(
          view, count, x.start + first, x.stride, density.start + first, density.stride)
        kernels.pointee.hmm.relative(
          states, count, density.start + first, density.stride, shift.start + first)
      }
    }
    setAbsent(density, to: 1)
    setAbsent(shift, to: 0)
  }

  /// The sum of `shift`, lane by lane and then by a tree.
  private var shiftSum: Double {
    var sum = SIMD8<Double>.zero
    for step in 0..<steps {
      let here = UnsafeRawPointer(shift.start + step * HMMLanes.count)
      sum += here.loadUnaligned(as: SIMD8<Double>.self)
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]))
  }

  private func lanesPass(_ recursion: HMMRecursion) -> Pass? {
    guard let ends = ends(recursion) else { return nil }
    var moves = Array(repeating: 0.0, count: states * states)
    var starts = Array(repeating: 0.0, count: states)
    let isReliable = withChain(recursion) { chain in
      let kernels = ckernels()
      kernels.pointee.hmm.forward(chain, density.start, ends.before, gamma.start)
      return kernels.pointee.hmm.backward(
        chain, density.start, ends.before, ends.after, gamma.start, &moves, &starts)
    }
    guard isReliable else { return nil }
    return Pass(
      logLikelihood: ends.logLikelihood, starts: starts,
      transitions: zip(moves, recursion.transition).map { $0 * $1 })
  }

  /// What is known at the ends of each lane.
  private struct Ends {
    /// K x lanes: p(state | all bars before the lane).
    var before: [Double]
    /// K x lanes: density of all bars after the lane given the state at its last bar, up to a factor.
    var after: [Double]
    var logLikelihood: Double
  }

  /// A likelihood below this part of the largest that another state before the lane would have given
  /// may have lost digits.
  private static let smallestPart = 0x1p-500

  /// Goes over the products of the lanes; nil where precision may have been lost to underflow.
  private func ends(_ recursion: HMMRecursion) -> Ends? {
    let lanes = HMMLanes.count
    var products = Array(repeating: 0.0, count: states * states * lanes)
    var exponents = Array(repeating: Int64(0), count: states * lanes)
    let isReliable = withChain(recursion) { chain in
      ckernels().pointee.hmm.products(chain, density.start, &products, &exponents)
    }
    guard isReliable else { return nil }
    let largest = (0..<lanes).map { lane in
      (0..<states).reduce(Int64.min) { max($0, exponents[$1 * lanes + lane]) }
    }
    /// The product of a lane over 2 to the power of its largest exponent.
    func product(_ i: Int, _ j: Int, _ lane: Int) -> Double {
      let exponent = exponents[i * lanes + lane] - largest[lane]
      guard exponent > -1000 else { return 0 }
      let scale = Double(bitPattern: UInt64(1023 + exponent) << 52)
      return products[(i * states + j) * lanes + lane] * scale
    }
    var before = Array(repeating: 0.0, count: states * lanes)
    var after = before
    // The first bar starts a sequence, so any distribution may stand before it.
    var alpha = (0..<states).map { $0 == 0 ? 1.0 : 0 }
    var logLikelihood = shiftSum
    var exponent: Int64 = 0
    for lane in 0..<lanes {
      var next = Array(repeating: 0.0, count: states)
      for i in 0..<states {
        before[i * lanes + lane] = alpha[i]
        for j in 0..<states { next[j] += alpha[i] * product(i, j, lane) }
      }
      let total = next.reduce(0, +)
      guard total > HMMLanes.smallestPart else { return nil }
      alpha = next.map { $0 / total }
      logLikelihood += Elementary.log(total)
      exponent += largest[lane]
    }
    logLikelihood += Double(exponent) * Elementary.log(2)
    var beta = Array(repeating: 1.0, count: states)
    for lane in (0..<lanes).reversed() {
      for i in 0..<states { after[i * lanes + lane] = beta[i] }
      let earlier = (0..<states).map { i in
        (0..<states).reduce(0) { $0 + product(i, $1, lane) * beta[$1] }
      }
      let total = earlier.reduce(0, +)
      beta = earlier.map { $0 / total }
    }
    return Ends(before: before, after: after, logLikelihood: logLikelihood)
  }

  private func withChain<R>(
    _ recursion: HMMRecursion, _ body: (UnsafePointer<HMMChain>) -> R
  ) -> R {
    recursion.start.withUnsafeBufferPointer { start in
      recursion.transition.withUnsafeBufferPointer { transition in
        edges.withUnsafeBufferPointer { edges in
          guard let start = start.baseAddress, let transition = transition.baseAddress,
            let first = edges.baseAddress
          else { preconditionFailure("there is a state and a bar") }
          var chain = HMMChain(
            states: Int32(states), edgeCount: Int32(edges.count), steps: Int64(steps),
            stride: density.stride, start: start, transition: transition, edges: first)
          return body(&chain)
        }
      }
    }
  }
}
