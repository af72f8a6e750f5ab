/// The recursions over time written plainly.
enum HMMTimeReference {
  static func filter(
    states: Int, transition: [Double], density: [Double], stride: Int, bars: Int, prior: [Double]
  ) -> (done: Int, prior: [Double], posterior: [Double]) {
    var prior = prior
    var posterior: [Double] = []
    for t in 0..<bars {
      let joint = (0..<states).map { prior[$0] * density[$0 * stride + t] }
      let total = joint.dropFirst().reduce(joint[0], +)
      guard total > 0x1p-700 else { return (t, prior, posterior) }
      posterior += joint.map { $0 * (1 / total) }
      prior = (0..<states).map { j in
        var sum = joint[0] * transition[j]
        for i in 1..<max(1, states) { sum.addProduct(joint[i], transition[i * states + j]) }
        return sum
      }
      if total < 0x1p-256 {
        prior = prior.map { $0 * Double(sign: .plus, exponent: -total.exponent, significand: 1) }
      }
    }
    return (bars, prior, posterior)
  }

  static func viterbi(
    states: Int, logTransition: [Double], density: [Double], stride: Int, bars: Int, best: [Double]
  ) -> (best: [Double], from: [UInt32]) {
    var best = best
    var from: [UInt32] = []
    for t in 0..<bars {
      var origins: UInt32 = 0
      best = (0..<states).map { j in
        var (origin, largest) = (0, best[0] + logTransition[j])
        for i in 1..<max(1, states) where best[i] + logTransition[i * states + j] > largest {
          (origin, largest) = (i, best[i] + logTransition[i * states + j])
        }
        origins |= UInt32(origin) << UInt32(4 * j)
        return largest + density[j * stride + t]
      }
      from.append(origins)
    }
    return (best, from)
  }
}
