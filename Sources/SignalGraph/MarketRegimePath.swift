public import Allocation
public import Market
public import Signals

/// The regime of the market as a whole in time: the mean of those of the symbols that have spoken.
public struct MarketRegimePath: Sendable {
  /// How many regimes are told apart.
  public let states: Int
  private let times: [Timestamp]
  /// Nil where no symbol has spoken.
  private let regimes: [MarketRegime?]

  /// - Parameters:
  ///   - signals: of each symbol, at the same moments in order of time.
  ///   - weights: of the timeframes whose regimes count.
  public init(
    _ signals: [[SymbolSignal]], weights: [(timeframe: Timeframe, weight: Double)], states: Int
  ) {
    self.states = states
    times = signals.first?.map(\.knownAt) ?? []
    regimes = times.indices.map { moment in
      var (now, next) = (
        Array(repeating: 0.0, count: states), Array(repeating: 0.0, count: states)
      )
      var isKnown = false
      for own in signals {
        let said = own[moment].regimeProbabilities(weights: weights, states: states)
        guard let said else { continue }
        isKnown = true
        for state in 0..<states {
          now[state] += said.now[state]
          next[state] += said.next[state]
        }
      }
      return isKnown ? MarketRegime(now: now, next: next) : nil
    }
  }

  /// What is known at a moment; nil before any symbol has spoken, and where all are silent.
  public func known(at now: Timestamp) -> MarketRegime? {
    let known = countKnown(times.count, at: now) { times[$0] }
    return known > 0 ? regimes[known - 1] : nil
  }
}
