import Indicators
import Kernels
import Market
import Testing

@Suite struct FeatureStreamTests {
  @Test(arguments: GeneratedBars.allCases)
  func `is finite from the first to the last value`(kind: GeneratedBars) {
    for timeframe in [Timeframe.m1, .h1, .d1, .w1] {
      let spec = FeatureSpec.stationary(for: timeframe)
      var stream = FeatureStream(spec, timeframe)
      var isWarm = false
      for (index, bar) in kind.bars(count: 4000, timeframe).enumerated() {
        let values = stream.update(bar)
        #expect((values != nil) == (index >= 33))
        isWarm = isWarm || values != nil
        if let values {
          #expect(values.count == spec.count)
          #expect(values.allSatisfy { $0.isFinite && abs($0) < 1e9 }, "\(kind) bar \(index)")
        }
      }
      #expect(isWarm)
    }
  }

  /// Averages of flat prices stop an ulp apart while the range goes to 0: 30 000 bars let every
  /// recursion run into the smallest numbers there are.
  @Test func `stays calm through a very long pause`() {
    var stream = FeatureStream(.stationary(for: .h1), .h1)
    let bars = GeneratedBars.movesThenFlat.bars(count: 40_000)
    for (index, bar) in bars.enumerated() {
      guard let values = stream.update(bar), index > 20_000 else { continue }
      for (name, value) in zip(stream.spec.names, values)
      where !name.hasPrefix("hour") && !name.hasPrefix("weekday") && name != "volume_z_20" {
        #expect(value.isFinite && abs(value) < 4, "\(name) at \(index)")
      }
    }
  }

  @Test(arguments: GeneratedBars.allCases)
  func `gives the bits of the table, however the bars arrive`(kind: GeneratedBars) {
    let series = kind.series(count: 700)
    let spec = FeatureSpec.stationary(for: .h1)
    let table = FeatureTable(series: series, spec: spec)
    var random = CounterRandom(seed: 2, path: ["chunks", kind.rawValue])
    var saved = FeatureStream(spec, .h1)
    var row = 0
    while row < series.count {
      // A copy goes on for a chunk of odd length, and is kept.
      var copy = saved
      for index in row..<min(series.count, row + 1 + random.below(61)) {
        let values = copy.update(series[index])
        #expect(values?.map(\.bitPattern) == bits(table, index))
        row = index + 1
      }
      saved = copy
    }
  }

  @Test func `knows nothing of later bars`() {
    let spec = FeatureSpec.stationary(for: .h1)
    let bars = GeneratedBars.fat.bars(count: 300)
    let whole = FeatureTable(series: GeneratedBars.fat.series(count: 300), spec: spec)
    for cut in [34, 35, 99, 250] {
      let corrupted =
        bars[..<cut]
        + bars[cut...].map { bar in
          Bar(
            time: bar.time, open: 5, high: 900, low: 0.1, close: 3, volume: 1e9)
        }
      let table = FeatureTable(
        series: BarSeries(
          symbol: "GEN", timeframe: .h1, calendar: .continuous, bars: corrupted), spec: spec)
      for row in 0..<cut { #expect(bits(table, row) == bits(whole, row)) }
      #expect(bits(table, cut) != bits(whole, cut))
    }
  }

  private func bits(_ table: FeatureTable, _ row: Int) -> [UInt64]? {
    row < table.firstValid ? nil : table.values.row(row).map(\.bitPattern)
  }
}
