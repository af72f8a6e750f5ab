public import Market

/// Opens and closes of a grid as dense tables, one row a step, eight symbols a vector: what the
/// vectorised runs read.
public struct PriceTable: Sendable {
  /// Sorted.
  public let symbols: [Symbol]
  public let timeframe: Timeframe
  /// Opens of the steps.
  public let times: [Timestamp]
  /// Vectors a row.
  let groups: Int
  /// `step * groups + symbol / 8`; not a number where the symbol has no bar.
  let opens: [SIMD8<Double>]
  /// Closes of the last bar; 0 before the first.
  let closes: [SIMD8<Double>]
  /// Whether every symbol has a bar at every step.
  let isComplete: Bool

  public init(_ grid: BarGrid) {
    symbols = grid.symbols
    timeframe = grid.timeframe
    times = grid.times
    groups = (grid.symbols.count + 7) / 8
    var isComplete = true
    var opens: [SIMD8<Double>] = []
    var closes: [SIMD8<Double>] = []
    opens.reserveCapacity(groups * times.count)
    closes.reserveCapacity(groups * times.count)
    var last = Array(repeating: SIMD8<Double>.zero, count: groups)
    for step in times.indices {
      for group in 0..<groups {
        var open = SIMD8<Double>(repeating: .nan)
        for symbol in group * 8..<min(group * 8 + 8, symbols.count) {
          guard let bar = grid.bar(symbol, at: step) else {
            isComplete = false
            continue
          }
          open[symbol - group * 8] = grid.series[symbol].opens[bar]
          last[group][symbol - group * 8] = grid.series[symbol].closes[bar]
        }
        opens.append(open)
        closes.append(last[group])
      }
    }
    self.opens = opens
    self.closes = closes
    self.isComplete = isComplete
  }

  /// Whether a symbol has a bar at a step.
  func hasBar(_ symbol: Int, at step: Int) -> Bool {
    !opens[step * groups + symbol / 8][symbol % 8].isNaN
  }

  /// The close of a step.
  public func knownAt(_ step: Int) -> Timestamp { times[step] + timeframe.milliseconds }
}
