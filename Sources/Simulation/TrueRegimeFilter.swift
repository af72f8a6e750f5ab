import Kernels

/// What one who knows all parameters can tell of the state from a symbol's own returns: Hamilton's
/// filter (1989) with the generator's transition matrix, means and volatilities.
struct TrueRegimeFilter {
  private let transition: Matrix
  /// K: p(state of the last bar | its return and those before).
  private(set) var posterior: [Double]
  private var isFirst = true

  init(_ regimes: RegimeProcess) {
    transition = regimes.transition
    posterior = Array(repeating: 1 / Double(regimes.states), count: regimes.states)
  }

  /// K: p(state of the coming bar | returns so far).
  var next: [Double] {
    guard !isFirst else { return posterior }
    return posterior.indices.map { k in
      var sum = 0.0
      for i in posterior.indices { sum += posterior[i] * transition[i, k] }
      return sum
    }
  }

  /// Lets a bar pass of whose return nothing is known.
  mutating func skip() {
    posterior = next
    isFirst = false
  }

  /// Takes in a bar's log return, normal in state k with `means[k]` and `deviations[k]`.
  mutating func update(_ logReturn: Double, means: [Double], deviations: [Double]) {
    let prior = next
    isFirst = false
    // Relative to the likeliest state, so that a wild return leaves no sum of zeros.
    let exponents = prior.indices.map { k in
      let score = (logReturn - means[k]) / deviations[k]
      return -0.5 * score * score - Elementary.log(deviations[k])
    }
    let largest = exponents.reduce(-Double.infinity) { max($0, $1) }
    var sum = 0.0
    for k in prior.indices {
      posterior[k] = prior[k] * Elementary.exp(exponents[k] - largest)
      sum += posterior[k]
    }
    for k in prior.indices { posterior[k] /= sum }
  }
}
