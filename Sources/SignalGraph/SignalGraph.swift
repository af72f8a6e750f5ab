public import Market
public import Signals

/// Nodes and combiners of a portfolio: bars in, one signal a symbol and primary bar out.
///
/// There is no feedback from the book, so whole chunks of history go through at once; a live feed
/// sends one bar. Both give the same bits.
public struct SignalGraph: Sendable {
  /// Bars that one message to a node carries.
  public static let chunk = 512

  private let nodes: [(key: NodeKey, node: TimeframeNode)]
  private let combiners: [(symbol: Symbol, combiner: SymbolCombiner)]

  /// - Parameters:
  ///   - nodes: the states that the actors take over.
  ///   - combiners: one a symbol.
  public init(nodes: [NodeState], combiners: [(symbol: Symbol, combiner: Combiner)]) {
    self.nodes = nodes.sorted { $0.key < $1.key }.map { ($0.key, TimeframeNode($0)) }
    self.combiners = combiners.sorted { $0.symbol < $1.symbol }.map {
      ($0.symbol, SymbolCombiner($0.combiner))
    }
  }

  /// What the graph says about new bars.
  public struct Output: Sendable {
    /// In order of the keys.
    public var nodes: [(key: NodeKey, signals: [NodeSignal])]
    /// In order of the symbols, one signal for each of the times asked for.
    public var symbols: [(symbol: Symbol, signals: [SymbolSignal])]
  }

  /// Sends new bars through the graph.
  /// - Parameters:
  ///   - bars: the nodes' new bars; a node without an entry gets none.
  ///   - times: closes of primary bars at which each symbol's signal is wanted, ascending.
  public func advance(
    _ bars: [NodeKey: [Bar]], at times: [Timestamp], workers: Int
  ) async throws -> Output {
    let said = try await concurrentMap(nodes, workers: workers) { key, node in
      var signals: [NodeSignal] = []
      signals.reserveCapacity(bars[key]?.count ?? 0)
      var rest = (bars[key] ?? [])[...]
      while !rest.isEmpty {
        signals += await node.advance(Array(rest.prefix(SignalGraph.chunk)))
        rest = rest.dropFirst(SignalGraph.chunk)
      }
      return (key: key, signals: signals)
    }
    let combined = try await concurrentMap(combiners, workers: workers) { symbol, combiner in
      let own = said.filter { $0.key.symbol == symbol }.map {
        (timeframe: $0.key.timeframe, signals: $0.signals)
      }
      return (symbol: symbol, signals: await combiner.advance(own, at: times))
    }
    return Output(nodes: said, symbols: combined)
  }
}
