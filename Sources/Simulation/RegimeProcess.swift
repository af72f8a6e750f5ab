public import Kernels

/// The hidden chain of market regimes, with its parameters known.
///
/// In state k a bar's log return has mean `base * means[k]` and standard deviation
/// `base * volatilities[k]`, where `base` is the market's volatility of one bar. A state is kept from
/// one bar to the next with probability `stay`; the others are equally likely to follow, so all
/// states are equally frequent in the long run.
public struct RegimeProcess: Sendable, Equatable {
  /// The probability that the next bar has the same state.
  public var stay = 0.98
  /// K standard deviations, in units of the base volatility.
  public var volatilities = [0.6, 1.0, 1.8]
  /// K means, in units of the base volatility.
  public var means = [0.0, 0.5, -0.5]

  public init() {}

  public var states: Int { volatilities.count }

  /// K x K: row i holds the probabilities of the next state after state i.
  public var transition: Matrix {
    let leave = states > 1 ? (1 - stay) / Double(states - 1) : 0
    return Matrix(
      rows: (0..<states).map { i in
        (0..<states).map { $0 == i ? (states > 1 ? stay : 1) : leave }
      })
  }

  /// The long-run mean of a squared return, in squared base volatilities.
  var meanSquare: Double {
    var sum = 0.0
    for (volatility, mean) in zip(volatilities, means) {
      sum += volatility * volatility + mean * mean
    }
    return sum / Double(states)
  }

  /// States at `count` bars in a row; the first one is equally likely to be any.
  func path(_ count: Int, random: inout CounterRandom) -> [Int] {
    var path: [Int] = []
    path.reserveCapacity(count)
    for _ in 0..<count {
      guard let last = path.last, states > 1 else {
        path.append(random.below(states))
        continue
      }
      if random.uniform() < stay {
        path.append(last)
      } else {
        path.append((last + 1 + random.below(states - 1)) % states)
      }
    }
    return path
  }
}
