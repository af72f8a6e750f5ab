import Indicators
import Market
import Testing

/// What holds of the windows behind the indicators, whatever their lengths.
@Suite struct RollingWindowTests {
  @Test(arguments: [1, 2, 3, 4, 5, 11, 12, 13, 40])
  func `a mean of any length is that of its inputs, bar by bar and as a column`(period: Int) {
    let closes = GeneratedBars.walk.series(count: 300).closes
    let column = SMA.column(closes, period: period)
    var mean = SMA(period: period)
    for (t, close) in closes.enumerated() {
      let value = mean.update(close)
      #expect((value ?? .nan).bitPattern == column[t].bitPattern || value == nil && column[t].isNaN)
      guard t >= period - 1 else {
        #expect(value == nil)
        continue
      }
      let window = closes[t - period + 1...t]
      let expected = window.reduce(0, +) / Double(period)
      // Sums of up to 40 prices of about 100 are precise to some ulps.
      #expect(value.map { abs($0 - expected) < 1e-12 * expected } == true, "bar \(t)")
    }
  }

  @Test(arguments: [1, 2, 3, 5, 14, 40])
  func `the extremes are the greatest and the least of the last bars`(period: Int) {
    let series = GeneratedBars.fat.series(count: 300)
    var williams = WilliamsR(period: period)
    for (t, bar) in series.enumerated() {
      let value = williams.update(bar)
      guard t >= period - 1 else {
        #expect(value == nil)
        continue
      }
      let highest = series.highs[t - period + 1...t].max() ?? .nan
      let lowest = series.lows[t - period + 1...t].min() ?? .nan
      #expect(value == -100 * ((highest - bar.close) / (highest - lowest)), "bar \(t)")
    }
  }

  @Test func `windows of a bar follow the bar alone`() {
    var stochastic = Stochastic(period: 1, slowing: 1, signal: 1)
    let first = stochastic.update(high: 12, low: 8, close: 9)
    #expect(first?.k == 25 && first?.d == 25)
    let second = stochastic.update(high: 20, low: 10, close: 20)
    #expect(second?.k == 100 && second?.d == 100)
  }

  /// An indicator is a value: its windows' memory is shared until one of two copies takes in a bar.
  @Test(arguments: 1...20)
  func `a copy and its original do not see each other's bars`(bars: Int) {
    let closes = GeneratedBars.walk.series(count: bars + 30).closes
    var original = SMA(period: 5)
    for close in closes[..<bars] { _ = original.update(close) }
    var copy = original
    for close in closes[bars...] { _ = copy.update(2 * close) }
    var alone = SMA(period: 5)
    for close in closes[..<bars] { _ = alone.update(close) }
    for close in closes[bars...] { #expect(original.update(close) == alone.update(close)) }
  }
}
