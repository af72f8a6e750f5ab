import Market
import Signals

extension CrossRegimes {
  /// Of the bars of a grid whose closes are among the moments of signals.
  ///
  /// - Parameters:
  ///   - moments: of the signals, ascending.
  ///   - signals: of each symbol of the grid, one a moment.
  ///   - grid: bars whose returns count, such as days.
  ///   - names: of the regimes; a model with another number of states is read as one with so many.
  ///   - weights: of the symbols' votes.
  init(
    moments: [Timestamp], signals: [[SymbolSignal]], grid: BarGrid, names: [String],
    weights: [Double]
  ) {
    var labels: [[Int?]] = []
    var returns: [[Double?]] = []
    var moment = 0
    for step in grid.times.indices {
      let close = grid.knownAt(step)
      while moment < moments.count, moments[moment] < close { moment += 1 }
      guard moment < moments.count, moments[moment] == close else { continue }
      labels.append(signals.map { $0[moment].regimeLabel(of: names.count) })
      returns.append(
        grid.symbols.indices.map { symbol in
          guard step + 1 < grid.times.count, let bar = grid.bar(symbol, at: step + 1),
            let before = grid.lastClose(symbol, at: step)
          else { return nil }
          return grid.series[symbol].closes[bar] / before - 1
        })
    }
    self.init(
      symbols: grid.symbols, names: names, labels: labels, returns: returns, weights: weights)
  }
}
