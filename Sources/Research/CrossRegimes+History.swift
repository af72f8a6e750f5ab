import Market
import Signals

extension CrossRegimes {
  /// Of the bars of a grid whose closes are among the moments of signals. Nothing is read of a bar that
  /// closes after the last of them.
  ///
  /// - Parameters:
  ///   - moments: of the signals, ascending.
  ///   - signals: of each symbol of the grid, one a moment.
  ///   - grid: bars whose returns count, such as days, from one close of all markets to the next.
  ///   - names: of the regimes; a model with another number of states is read as one with so many.
  ///   - weights: of the symbols' votes.
  init(
    moments: [Timestamp], signals: [[SymbolSignal]], grid: BarGrid, names: [String],
    weights: [Double]
  ) {
    var labels: [[Int?]] = []
    var returns: [[Double?]] = []
    let following = nextCommonCloses(grid)
    let end = moments.last
    var moment = 0
    for step in grid.times.indices {
      let close = grid.knownAt(step)
      while moment < moments.count, moments[moment] < close { moment += 1 }
      guard moment < moments.count, moments[moment] == close else { continue }
      labels.append(signals.map { $0[moment].regimeLabel(of: names.count) })
      returns.append(
        grid.symbols.indices.map { symbol in
          guard let next = following[step], let end, grid.knownAt(next) <= end,
            let bar = grid.bar(symbol, at: next),
            let before = grid.lastClose(symbol, at: step)
          else { return nil }
          return grid.series[symbol].closes[bar] / before - 1
        })
    }
    self.init(
      symbols: grid.symbols, names: names, labels: labels, returns: returns, weights: weights)
  }
}

/// For each step that is a close of all markets, the next one that is: returns between the two are over
/// the same time for every symbol. Nil for the others.
private func nextCommonCloses(_ grid: BarGrid) -> [Int?] {
  let isCommon = grid.commonCloses()
  var following: [Int?] = isCommon.map { _ in nil }
  var next: Int?
  for step in isCommon.indices.reversed() where isCommon[step] {
    following[step] = next
    next = step
  }
  return following
}
