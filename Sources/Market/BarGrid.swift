/// The bars of several symbols on one timeframe, lined up: every time at which at least one of them
/// has a bar.
public struct BarGrid: Sendable {
  /// Sorted.
  public let symbols: [Symbol]
  public let timeframe: Timeframe
  /// One a symbol, in the same order.
  public let series: [BarSeries]
  /// Opens of the steps, ascending.
  public let times: [Timestamp]
  /// Bar of symbol s at step t at `t * symbols.count + s`; -1 where it has none.
  private let bars: [Int32]

  /// - Precondition: all series share one timeframe, and are at most one a symbol.
  public init(_ series: [BarSeries]) {
    precondition(!series.isEmpty && series.allSatisfy { $0.timeframe == series[0].timeframe })
    let sorted = series.sorted { $0.symbol < $1.symbol }
    self.series = sorted
    symbols = sorted.map(\.symbol)
    precondition(Set(symbols).count == symbols.count)
    timeframe = sorted[0].timeframe

    var times: [Timestamp] = []
    var bars: [Int32] = []
    var next = Array(repeating: 0, count: sorted.count)
    while true {
      var earliest: Timestamp?
      for (index, one) in sorted.enumerated() where next[index] < one.count {
        let time = one.times[next[index]]
        if earliest.map({ time < $0 }) ?? true { earliest = time }
      }
      guard let time = earliest else { break }
      times.append(time)
      for (index, one) in sorted.enumerated() {
        if next[index] < one.count, one.times[next[index]] == time {
          bars.append(Int32(next[index]))
          next[index] += 1
        } else {
          bars.append(-1)
        }
      }
    }
    self.times = times
    self.bars = bars
  }

  /// The close of a step: from then on its bars are known.
  public func knownAt(_ step: Int) -> Timestamp {
    times[step] + timeframe.milliseconds
  }

  /// The bar of a symbol at a step; nil where it has none.
  public func bar(_ symbol: Int, at step: Int) -> Int? {
    let index = bars[step * symbols.count + symbol]
    return index < 0 ? nil : Int(index)
  }

  /// The close of the symbol's last bar at or before a step; nil before its first.
  public func lastClose(_ symbol: Int, at step: Int) -> Double? {
    if let bar = bar(symbol, at: step) { return series[symbol].closes[bar] }
    let known = series[symbol].countKnown(at: knownAt(step))
    return known > 0 ? series[symbol].closes[known - 1] : nil
  }

  /// The steps whose close lies in `from ... to`.
  public func steps(from: Timestamp, to: Timestamp) -> Range<Int> {
    let first = countKnown(times.count, at: from - 1, knownAt: knownAt)
    let last = countKnown(times.count, at: to, knownAt: knownAt)
    return first..<max(first, last)
  }
}
