import Kernels
import Market

/// A random market with all that makes real ones hard: late listings, delistings, missing bars,
/// times at which nobody traded, and opens away from the last close.
struct GeneratedMarket {
  var series: [BarSeries]

  init(seed: Int, symbols count: Int = 4, steps: Int = 60) {
    var random = CounterRandom(seed: UInt64(seed), path: ["market"])
    let start = Timestamp(year: 2020, month: 1, day: 1)
    let nobody = (0..<steps).map { _ in random.uniform() < 0.05 }
    series = (0..<count).map { index in
      let listed = random.uniform() < 0.3 ? random.below(steps / 2) : 0
      let delisted = random.uniform() < 0.2 ? steps / 2 + random.below(steps / 2) : steps
      var close = 1 + 200 * random.uniform()
      var bars: [Bar] = []
      for step in 0..<steps {
        let open = close * (1 + 0.01 * max(-3, min(3, random.normal())))
        let next = open * (1 + 0.02 * max(-3, min(3, random.normal())))
        let isMissing = random.uniform() < 0.1 || nobody[step]
        // The first two keep their first bar, so that there is a market from the start.
        guard step >= listed, step < delisted, !isMissing || (step == 0 && index < 2) else {
          continue
        }
        bars.append(
          Bar(
            time: start + Int64(step) * Timeframe.h1.milliseconds, open: open,
            high: max(open, next) * 1.001, low: min(open, next) * 0.999, close: next, volume: 1))
        close = next
      }
      if bars.isEmpty {
        bars.append(Bar(time: start, open: 10, high: 10, low: 10, close: 10, volume: 1))
      }
      return BarSeries(
        symbol: Symbol("S\(index)"), timeframe: .h1, calendar: .continuous, bars: bars)
    }
  }

  var grid: BarGrid { BarGrid(series) }

  /// The same market with every bar that opens after `time` changed out of recognition, or gone.
  func corrupted(after time: Timestamp, seed: Int) -> GeneratedMarket {
    var random = CounterRandom(seed: UInt64(seed), path: ["corrupt"])
    var copy = self
    copy.series = series.map { one in
      BarSeries(
        symbol: one.symbol, timeframe: one.timeframe, calendar: one.calendar,
        bars: one.compactMap { bar in
          guard bar.time > time else { return bar }
          guard random.uniform() < 0.7 else { return nil }
          let (open, close) = (bar.open * 9 * random.uniform() + 1, 500 * random.uniform() + 1)
          return Bar(
            time: bar.time, open: open, high: max(open, close), low: min(open, close),
            close: close, volume: 0)
        })
    }
    return copy
  }

  /// The same market as it was known when `time` was over.
  func truncated(after time: Timestamp) -> GeneratedMarket {
    var copy = self
    copy.series = series.map { one in one.prefix(one.times.count { $0 <= time }) }
    return copy
  }
}
