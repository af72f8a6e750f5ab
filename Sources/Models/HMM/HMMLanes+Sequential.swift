import Kernels

extension HMMLanes {
  /// The pass forward and backward bar by bar, scaled at each (Rabiner 1989, section V.A) and in
  /// logarithms where densities underflow: for chains that shut states out, which the lanes leave to
  /// it.
  func sequentialPass(_ recursion: HMMRecursion) -> Pass {
    var alpha = Array(repeating: 0.0, count: bars * states)
    var emission = alpha
    let logLikelihood = forward(recursion, alpha: &alpha, emission: &emission)
    var starts = Array(repeating: 0.0, count: states)
    var moves = Array(repeating: 0.0, count: states * states)
    setAbsent(gamma, to: 0)
    var end = bars
    for length in lengths.reversed() {
      var beta = Array(repeating: 1.0, count: states)
      for t in stride(from: end - 1, through: end - length, by: -1) {
        let now = alpha[(t * states)..<((t + 1) * states)]
        var smoothed = zip(now, beta).map { $0 * $1 }
        let total = smoothed.reduce(0, +)
        smoothed = total > 0 ? smoothed.map { $0 / total } : Array(now)
        for k in 0..<states { gamma[k, position(t)] = smoothed[k] }
        guard t > end - length else {
          for k in 0..<states { starts[k] += smoothed[k] }
          break
        }
        // A state that the forward pass has all but shut out may get a huge backward weight; it is
        // bounded so that 0 times infinity cannot arise.
        let ahead = (0..<states).map { min(emission[t * states + $0] * beta[$0], 1e300) }
        for i in 0..<states {
          let before = alpha[(t - 1) * states + i]
          var sum = 0.0
          for j in 0..<states {
            let move = recursion.transition[i * states + j] * ahead[j]
            sum += move
            moves[i * states + j] += before * move
          }
          beta[i] = min(sum, 1e300)
        }
      }
      end -= length
    }
    return Pass(logLikelihood: logLikelihood, starts: starts, transitions: moves)
  }

  /// Writes the filtered probabilities and the densities over that of each bar, bars x K.
  /// - Returns: log p(x).
  private func forward(
    _ recursion: HMMRecursion, alpha: inout [Double], emission: inout [Double]
  ) -> Double {
    var logLikelihood = 0.0
    var t = 0
    for length in lengths {
      var prior = recursion.start
      for _ in 0..<length {
        let step = step(recursion, prior, at: position(t))
        for k in 0..<states {
          alpha[t * states + k] = step.alpha[k]
          emission[t * states + k] = step.emission[k]
        }
        logLikelihood += step.logScale
        prior = recursion.next(step.alpha)
        t += 1
      }
    }
    return logLikelihood
  }

  private func step(
    _ recursion: HMMRecursion, _ prior: [Double], at position: Int
  ) -> HMMRecursion.Step {
    let here = (0..<states).map { density[$0, position] }
    let joint = zip(prior, here).map { $0 * $1 }
    let total = joint.reduce(0, +)
    guard total > 1e-250 else {
      return recursion.update(
        prior, logDensity: recursion.logDensity(x.start, stride: x.stride, at: position))
    }
    return HMMRecursion.Step(
      alpha: joint.map { $0 / total }, emission: here.map { $0 / total },
      logScale: shift[0, position] + Elementary.log(total))
  }
}
