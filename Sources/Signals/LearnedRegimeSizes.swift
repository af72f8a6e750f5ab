public import Market

/// Sizes of regimes by what has followed them: `regime.size: learned`.
///
/// With y the next bar's return in sigmas, clipped at 4, over all symbols of a timeframe, and q_k the
/// probability of state k for that bar as it was known before it:
/// `ȳ_k = Σ q_k y / Σ q_k`, `δ_k = ȳ_k − ȳ`, and
/// `γ_k = clip(1 + δ_k · n_k/(n_k + 365) / (SR0/√P), 1/4, 1)`,
/// n_k the bars of the state, less what symbols that move together say twice, P the bars of a year and
/// SR0 the Sharpe ratio that the prior is assumed to earn. A state without a record keeps 1, and a state
/// is only made smaller: what followed it well by chance is no reason for more risk. The y of a symbol
/// with P_i bars a year of its own count `√(P_i/P)`, for the prior earns `SR0/√P_i` in each of them.
public struct LearnedRegimeSizes: Sendable, Equatable {
  /// Bars of a state that count half of what they show.
  static let memory = 365.0
  static let floor = 0.25
  static let clip = 4.0

  /// P of the timeframe.
  public var barsPerYear: Double
  public var sharpeOfPrior: Double
  /// P_i of the symbols whose calendar may be another.
  public var ownBarsPerYear: [Symbol: Double]

  /// - Precondition: all are above 0.
  public init(
    barsPerYear: Double, sharpeOfPrior: Double, ownBarsPerYear: [Symbol: Double] = [:]
  ) {
    precondition(barsPerYear > 0 && sharpeOfPrior > 0)
    precondition(ownBarsPerYear.values.allSatisfy { $0 > 0 })
    self.barsPerYear = barsPerYear
    self.sharpeOfPrior = sharpeOfPrior
    self.ownBarsPerYear = ownBarsPerYear
  }

  /// The sizes that a record has earned by `now`.
  /// - Parameter states: how many are told apart; a model with another number is read as one with so
  ///   many (`RegimeSize.spread`).
  public func sizes(_ record: RegimeRecord, states: Int, at now: Timestamp) -> [Double] {
    let pairs = record.known(at: now)
    guard !pairs.isEmpty else { return Array(repeating: 1, count: states) }
    var (sums, weights) = (
      Array(repeating: 0.0, count: states), Array(repeating: 0.0, count: states)
    )
    var total = 0.0
    // Equal calendars multiply by exactly 1.
    let scales = ownBarsPerYear.mapValues { ($0 / barsPerYear).squareRoot() }
    for pair in pairs {
      let y =
        scales[pair.symbol, default: 1]
        * max(-LearnedRegimeSizes.clip, min(LearnedRegimeSizes.clip, pair.outcome))
      total += y
      for (state, q) in RegimeSize.spread(pair.probabilities, over: states).enumerated() {
        sums[state] += q * y
        weights[state] += q
      }
    }
    let outcomes = pairs.map {
      SkillRecord.Pair(
        knownAt: $0.knownAt, symbol: $0.symbol, forecast: 0, outcome: $0.outcome)
    }
    let count = Double(pairs.count)
    let own = SkillGate.effectivePairs(outcomes[...]) / count
    let unit = sharpeOfPrior / barsPerYear.squareRoot()
    return (0..<states).map { state in
      guard weights[state] > 0 else { return 1 }
      let bars = own * weights[state]
      let excess = sums[state] / weights[state] - total / count
      let trusted = excess * bars / (bars + LearnedRegimeSizes.memory)
      return max(LearnedRegimeSizes.floor, min(1, 1 + trusted / unit))
    }
  }
}
