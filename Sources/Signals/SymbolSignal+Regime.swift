public import Market

extension SymbolSignal {
  /// The regimes that size the symbol, mixed by the weights of their timeframes.
  ///
  /// - Parameters:
  ///   - weights: of the timeframes whose regimes count (`regime.weights`).
  ///   - states: how many regimes are told apart; a model with another number is read as one with so
  ///     many (`RegimeSize.spread`).
  /// - Returns: filtered probabilities of the bar that has closed and those of the next one; nil where a
  ///   timeframe that counts is silent.
  public func regimeProbabilities(
    weights: [(timeframe: Timeframe, weight: Double)], states: Int
  ) -> (now: [Double], next: [Double])? {
    var (now, next) = (Array(repeating: 0.0, count: states), Array(repeating: 0.0, count: states))
    for (timeframe, weight) in weights where weight > 0 {
      guard let signal = parts.first(where: { $0.timeframe == timeframe })?.signal else {
        return nil
      }
      for (state, p) in RegimeSize.spread(signal.posterior, over: states).enumerated() {
        now[state] += weight * p
      }
      for (state, p) in RegimeSize.spread(signal.nextPosterior, over: states).enumerated() {
        next[state] += weight * p
      }
    }
    return (now, next)
  }

  /// The label of the sizing regime among so many states: its own where the model has as many, else
  /// that of the nearest place on the way from the first state to the last. Nil without a regime.
  public func regimeLabel(of states: Int) -> Int? {
    guard let label = regimeLabel, let own = regimeStates else { return nil }
    guard own != states else { return label }
    let place = own > 1 ? Double(label) / Double(own - 1) : 0.5
    return min(states - 1, Int(place * Double(states - 1) + 0.5))
  }
}
