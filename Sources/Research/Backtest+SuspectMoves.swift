import Market
import SignalGraph

extension Backtest {
  /// What to warn of where a close moves within a run as no market does, in words; a line a symbol.
  ///
  /// Moves are from bar to bar of a symbol's own primary series, as `data check` lists them, whatever the
  /// calendars of the others.
  func suspectMoves(from start: Timestamp, to end: Timestamp) -> [String] {
    var all = history.symbols.map { history.series(NodeKey($0, history.primary)) }
    if let benchmark, !history.symbols.contains(benchmark.symbol) { all.append(benchmark) }
    return all.compactMap { bars -> String? in
      let moves = bars.closeMoves.filter { move in
        move.factor > CloseMove.suspectFactor && move.time >= start
          && move.time + bars.timeframe.milliseconds <= end
      }
      return moves.doubt.map { "\(bars.symbol): the close \($0)" }
    }
  }
}
