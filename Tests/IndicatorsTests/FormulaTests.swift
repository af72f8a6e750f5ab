import Foundation
import Indicators
import Market
import Testing

/// Agreement of the indicators that TA-Lib lacks with their formulas in numpy, warm-up included, to
/// 1e-9 relative; see Fixtures/README.md.
@Suite struct FormulaTests {
  private struct File: Decodable {
    let columns: [String: [Double?]]
  }

  let bars: TALibMoreFixture
  let fixture: TALibFixture
  let high: [Double]
  let low: [Double]
  let close: [Double]
  static let tolerance = 1e-9

  init() throws {
    bars = try TALibMoreFixture.shared.get()
    high = bars.bars.high
    low = bars.bars.low
    close = bars.bars.close
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/formulas.json")
    let columns = try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).columns
    fixture = TALibFixture(high: high, low: low, close: close, columns: columns)
  }

  private func check(_ column: [Double], _ name: String) throws {
    let difference = try fixture.difference(of: column, from: name)
    #expect(difference <= Self.tolerance, "\(name)")
  }

  /// For columns of the order of 1 that cross 0, where a relative difference says nothing.
  private func checkAbsolutely(_ column: [Double], _ name: String) throws {
    let expected = try #require(fixture.columns[name])
    try #require(column.count == expected.count)
    for (index, (value, reference)) in zip(column, expected).enumerated() {
      #expect(value.isNaN == (reference == nil), "warm-up of \(name) at bar \(index)")
      if let reference { #expect((value - reference).magnitude <= 1e-12, "\(name) bar \(index)") }
    }
  }

  @Test(arguments: [3, 14, 20])
  func `rolling moments agree`(period: Int) throws {
    try check(SMA.column(close, period: period), "MEAN_\(period)")
    try check(StandardDeviation.column(close, period: period), "DEVIATION_\(period)")
    try checkAbsolutely(RollingSkewness.column(close, period: period), "SKEW_\(period)")
    try checkAbsolutely(ZScore.column(close, period: period), "ZSCORE_\(period)")
  }

  @Test(arguments: [3, 14, 20])
  func `volatilities of a window agree`(period: Int) throws {
    try check(RealisedVolatility.column(closes: close, period: period), "REALISED_\(period)")
    try check(
      ParkinsonVolatility.column(highs: high, lows: low, period: period), "PARKINSON_\(period)")
    try check(
      GarmanKlassVolatility.column(
        opens: bars.open, highs: high, lows: low, closes: close, period: period),
      "GARMANKLASS_\(period)")
  }

  @Test func `log returns and their weighted volatilities agree`() throws {
    try check(LogReturn.column(close), "LOGRETURN")
    try check(EWMAVolatility.column(closes: close, decay: 0.94), "EWMA_94")
    var slow = EWMAVolatility(halfLife: 250)
    let returns = LogReturn.column(close)
    let column = returns.map { $0.isNaN ? .nan : slow.update($0) ?? .nan }
    try check(column, "EWMA_HALFLIFE_250")
  }

  @Test(arguments: [3, 14, 20])
  func `measures of volume agree`(period: Int) throws {
    try check(
      VWAP.column(
        highs: high, lows: low, closes: close, volumes: bars.volume, period: period),
      "VWAP_\(period)")
    try check(VolumeRatio.column(bars.volume, period: period), "VOLUMERATIO_\(period)")
    try checkAbsolutely(VolumeZScore.column(bars.volume, period: period), "VOLUMEZ_\(period)")
  }

  /// The bars are hourly from midnight of Wednesday 2020-01-01.
  private var series: BarSeries {
    let start = Timestamp(year: 2020, month: 1, day: 1)
    return BarSeries(
      symbol: "GEN", timeframe: .h1, calendar: .continuous,
      bars: close.indices.map { index in
        Bar(
          time: start + Int64(index) * Timeframe.h1.milliseconds, open: bars.open[index],
          high: high[index], low: low[index], close: close[index], volume: bars.volume[index])
      })
  }

  @Test func `the average price since midnight agrees`() throws {
    try check(SessionVWAP.column(series), "SESSIONVWAP")
  }

  @Test func `time of day and day of week agree`() throws {
    let hours = series.times.map { CyclicTime(timeOfDay: $0) }
    let days = series.times.map { CyclicTime(dayOfWeek: $0) }
    try check(hours.map(\.sine), "HOUR_SIN")
    try check(hours.map(\.cosine), "HOUR_COS")
    try check(days.map(\.sine), "WEEKDAY_SIN")
    try check(days.map(\.cosine), "WEEKDAY_COS")
  }

  @Test func `a difference of 1e-8 would be noticed`() throws {
    let difference = try fixture.difference(
      of: ParkinsonVolatility.column(highs: high, lows: low, period: 14).map { $0 * (1 + 1e-8) },
      from: "PARKINSON_14")
    #expect(difference > Self.tolerance)
  }
}
