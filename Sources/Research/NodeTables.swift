import Indicators
public import Models
public import SignalGraph

/// The rows of every node of a portfolio, made once and shared by all folds.
public struct NodeTables: Sendable {
  private let tables: [NodeKey: NodeTable]

  public init(_ portfolio: Portfolio, history: MarketHistory, workers: Int) async throws {
    let keys = history.symbols.flatMap { symbol in
      portfolio.timeframes.map { NodeKey(symbol, $0.timeframe) }
    }
    let (features, observations) = (portfolio.features, portfolio.regime.observations)
    let made = try await concurrentMap(keys, workers: workers) { key in
      NodeTable(
        history.series(key), features: features.spec(for: key.timeframe),
        observations: observations, extras: history.extras(key))
    }
    tables = Dictionary(uniqueKeysWithValues: zip(keys, made))
  }

  public subscript(key: NodeKey) -> NodeTable {
    guard let table = tables[key] else { preconditionFailure("\(key) has no table") }
    return table
  }
}
