import Indicators
import Market
import Models

extension TrainingPlan {
  /// Why no regime model can be fitted to a node on a window, and the same in words that follow the symbol's
  /// name; nil where one can.
  ///
  /// A price that stands still over the whole window is like one that is not there: nothing can be learned of
  /// it, and it must not keep the others from being trained.
  static func shortfall(_ table: NodeTable, in window: TrainingWindow, _ portfolio: Portfolio) -> (
    error: TrainingError, text: String
  )? {
    let observations = table.regimeObservations(in: window)
    let found = observations.count
    let needed = portfolio.minimumBars
    guard found >= needed else {
      return (
        .tooLittleHistory(
          symbol: table.symbol, timeframe: table.timeframe, found: found, needed: needed),
        "\(found) bars of \(needed)"
      )
    }
    if let column = NodeTable.constantColumn(of: observations) {
      let name = portfolio.regime.observations.names[column]
      return (
        .regime(
          symbol: table.symbol, timeframe: table.timeframe,
          .constantObservation(column: column, name: name)),
        "\(name) never changes in its training window"
      )
    }
    guard table.returns(in: window).contains(where: { $0 != 0 }) else {
      return (
        .noReturns(symbol: table.symbol, timeframe: table.timeframe),
        "no return in its training window"
      )
    }
    return nil
  }
}

extension TrainingPlan {
  /// Refuses a plan that has left every symbol out of what serves now, with the reasons.
  public func requireServing() throws(ResearchError) {
    guard !jobs.contains(where: { $0.fold.kind == .serving }) else { return }
    let reasons = notes.filter { $0.isExclusion && $0.fold.kind == .serving }
    throw .noSymbolsLeft(reasons.map { "\($0.timeframe): \($0.text)" })
  }
}
