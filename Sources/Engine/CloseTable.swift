import Market

/// The closes of a grid as one dense table, a row a step: what every step reads of every symbol.
struct CloseTable: Sendable {
  /// Close of symbol s at step t at `t * symbols + s`; not a number where it has no bar.
  let closes: [Double]
  let symbols: Int

  init(_ grid: BarGrid) {
    let (symbols, times) = (grid.symbols.count, grid.times)
    var closes = Array(repeating: Double.nan, count: times.count * symbols)
    var next = Array(repeating: 0, count: symbols)
    // A block of rows at a time stays in the cache while one symbol after the other is written.
    for first in stride(from: 0, to: times.count, by: 256) {
      let block = first..<min(first + 256, times.count)
      for symbol in 0..<symbols {
        let (own, values) = (grid.series[symbol].times, grid.series[symbol].closes)
        var bar = next[symbol]
        for step in block where bar < own.count && own[bar] == times[step] {
          closes[step * symbols + symbol] = values[bar]
          bar += 1
        }
        next[symbol] = bar
      }
    }
    self.closes = closes
    self.symbols = symbols
  }

  /// Where the row of a step lies in `closes`.
  func row(_ step: Int) -> Range<Int> { step * symbols..<(step + 1) * symbols }
}
