import Market
import Research
import SignalGraph

extension Workspace {
  /// Refuses a node that the portfolio does not have.
  func require(_ key: NodeKey) throws {
    let timeframes = portfolio.timeframes.map(\.timeframe)
    if history.symbols.contains(key.symbol), timeframes.contains(key.timeframe) { return }
    throw Failure(
      "\(file): there is no node \(key); it has "
        + history.symbols.map(\.name).joined(separator: ", ") + " on "
        + timeframes.map(\.name).joined(separator: ", "))
  }

  /// Refuses slow bars that ended long before the primary ones: the risk measured on them would size today's
  /// positions.
  static func requireCurrent(_ history: MarketHistory, file: String) throws {
    guard let ended = history.endedSeries else { return }
    throw Failure(
      "\(file): the bars of \(ended.key) end at \(ended.end), those of \(history.primary) at "
        + "\(ended.primaryEnd): ingest newer ones with `regimefolio ingest FILE --symbol "
        + "'\(ended.key.symbol)' --timeframe \(ended.key.timeframe)`")
  }
}
