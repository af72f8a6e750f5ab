import Foundation
import Indicators
import Kernels
import Market
import Testing

@Suite struct RegimeObservationTests {
  @Test func `names its columns and the one that tells volatility`() throws {
    #expect(RegimeObservation.volatility.names == ["log_return", "log_volatility_20"])
    #expect(RegimeObservation.relative.names == ["return_20", "volatility_ratio_10_250"])
    #expect(RegimeObservation.volatility.volatilityColumn == 1)
    #expect(RegimeObservation.relative.volatilityColumn == 1)
    #expect(RegimeObservation.volatility.canonical == "regime/1:volatility")
    #expect(RegimeObservation.relative.canonical == "regime/1:relative")
    let list = RegimeObservation.features(try FeatureSpec(names: ["log_return", "atr_14"]))
    #expect(list.names == ["log_return", "atr_14"])
    #expect(list.canonical == "regime/1:[log_return,atr_14]")
    #expect(list.volatilityColumn == nil)
  }

  @Test func `volatility is the return and the logarithm of the realised volatility`() {
    let series = GeneratedBars.walk.series(count: 300)
    let (firstValid, values) = RegimeObservation.volatility.observations(series)
    let returns = LogReturn.column(series.closes)
    #expect(firstValid == 20)
    for t in firstValid..<300 {
      let square = returns[(t - 19)...t].map { $0 * $0 }.reduce(0, +) / 20
      #expect(abs(values[t, 0] - log(series.closes[t] / series.closes[t - 1])) < 1e-14)
      #expect(abs(values[t, 1] - log(square.squareRoot())) < 1e-12)
    }
  }

  @Test func `relative is two of the features`() throws {
    let series = GeneratedBars.gappy.series(count: 300)
    let (firstValid, values) = RegimeObservation.relative.observations(series)
    let table = FeatureTable(
      series: series, spec: try FeatureSpec(names: RegimeObservation.relative.names))
    #expect(firstValid == 20)
    #expect(table.firstValid == 20)
    let start = firstValid * 2
    #expect(values.elements[start...] == table.values.elements[start...])
  }

  @Test(arguments: RegimeObservation.named.map(\.observation), GeneratedBars.allCases)
  func `is finite on any bars, and the stream gives the bits of the batch`(
    kind: RegimeObservation, bars: GeneratedBars
  ) {
    let series = bars.series(count: 3000)
    let (firstValid, values) = kind.observations(series)
    var stream = RegimeObservationStream(kind, .h1)
    #expect(firstValid == 20)
    for (t, bar) in series.enumerated() {
      let now = stream.update(bar)
      #expect((now != nil) == (t >= 20))
      guard let now else { continue }
      #expect(now.map(\.bitPattern) == values.row(t).map(\.bitPattern))
      #expect(now.allSatisfy { $0.isFinite && abs($0) < 20 }, "\(bars) bar \(t)")
    }
  }

  @Test func `the column of volatility is greater where prices move more`() throws {
    for kind in RegimeObservation.named.map(\.observation) {
      let calm = GeneratedBars.walk.bars(count: 400)
      var close = calm[399].close
      var random = CounterRandom(seed: 4, path: ["wild"])
      let wild = (1...50).map { index in
        close *= exp(0.05 * random.normal())
        return Bar(
          time: calm[399].time + Int64(index) * 3_600_000, open: close, high: close, low: close,
          close: close, volume: 1)
      }
      let (_, values) = kind.observations(
        BarSeries(symbol: "GEN", timeframe: .h1, calendar: .continuous, bars: calm + wild))
      let column = try #require(kind.volatilityColumn)
      let before = (300..<400).map { values[$0, column] }.max() ?? .infinity
      #expect(values[449, column] > before)
    }
  }

  @Test func `a flat stretch is very calm and not minus infinity`() {
    let series = GeneratedBars.movesThenFlat.series(count: 400)
    let (_, values) = RegimeObservation.volatility.observations(series)
    let (_, relative) = RegimeObservation.relative.observations(series)
    #expect(abs(relative[160, 1] - log(0.02)) < 1e-14)
    // One per cent a bar before, of which the slow average still remembers some.
    #expect(values[160, 1] < log(0.02 * 0.01))
    #expect(values[160, 1] > log(0.02 * 0.001))
    #expect(values[160, 0] == 0)
  }

  @Test(arguments: GeneratedBars.allCases)
  func `a list of log return and log volatility has the bits of the default`(
    bars: GeneratedBars
  ) throws {
    let series = bars.series(count: 500)
    let list = RegimeObservation.features(
      try FeatureSpec(names: RegimeObservation.volatility.names))
    let (firstValid, values) = list.observations(series)
    let expected = RegimeObservation.volatility.observations(series)
    #expect(firstValid == expected.firstValid)
    #expect(values.elements.map(\.bitPattern) == expected.values.elements.map(\.bitPattern))
  }

  @Test func `a list waits for the last of its features`() throws {
    let list = RegimeObservation.features(
      try FeatureSpec(names: ["log_return", "macd_histogram_12_26_9", "close_location"]))
    let (firstValid, values) = list.observations(GeneratedBars.walk.series(count: 100))
    #expect(firstValid == 33)
    #expect(values.columns == 3)
    #expect(values.elements[(33 * 3)...].allSatisfy { $0.isFinite })
  }

  @Test func `a short series has no valid row`() {
    let (firstValid, values) = RegimeObservation.relative.observations(
      GeneratedBars.walk.series(count: 20))
    #expect(firstValid == 20)
    #expect(values.rows == 20)
    #expect(values.elements.allSatisfy { $0.isNaN })
  }
}
