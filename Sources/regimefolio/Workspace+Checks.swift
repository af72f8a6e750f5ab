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
  /// - Parameter end: where a run ends before the bars do; what is missing after it is not needed.
  static func requireCurrent(
    _ history: MarketHistory, until end: Timestamp? = nil, file: String
  ) throws {
    let needed = end.map { history.known(at: $0) } ?? history
    guard let ended = needed.endedSeries else { return }
    throw Failure(
      "\(file): the bars of \(ended.key) end at \(ended.end), those of \(history.primary) at "
        + "\(ended.primaryEnd): ingest newer ones with `regimefolio ingest FILE --symbol "
        + "\(ended.key.symbol.name.shellWord) --timeframe \(ended.key.timeframe)`")
  }
}
