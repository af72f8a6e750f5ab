public import Market
public import Signals

/// The actor of one symbol: it gathers what its nodes say and weighs it into one signal a bar.
public actor SymbolCombiner {
  private var combiner: Combiner

  public init(_ combiner: Combiner) {
    self.combiner = combiner
  }

  /// Takes in the nodes' new signals, then gives the symbol's signal at each of `times`.
  /// - Parameters:
  ///   - signals: by timeframe, finest first, each in order of time.
  ///   - times: closes of primary bars, ascending.
  public func advance(
    _ signals: [(timeframe: Timeframe, signals: [NodeSignal])], at times: [Timestamp]
  ) -> [SymbolSignal] {
    for (timeframe, new) in signals { combiner.receive(new, of: timeframe) }
    return times.map { combiner.signal(at: $0) }
  }
}
