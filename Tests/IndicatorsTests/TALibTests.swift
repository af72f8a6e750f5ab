import Indicators
import Testing

/// Agreement with TA-Lib 0.8.1 on generated bars, warm-up included.
///
/// The tolerance is 1e-9 relative. All but one function agree to 2e-13 or better. TA-Lib takes
/// STDDEV from a difference of squares, which costs it 7e-10 for two closes a thousandth apart
/// (period 2, where half the distance is the exact answer: `StandardDeviationTests`).
@Suite struct TALibTests {
  let fixture: TALibFixture
  static let tolerance = 1e-9

  init() throws {
    fixture = try TALibFixture.shared.get()
  }

  private func check(_ column: [Double], _ name: String) throws {
    let difference = try fixture.difference(of: column, from: name)
    #expect(difference <= Self.tolerance, "\(name)")
  }

  @Test(arguments: [2, 14, 20])
  func `averages of closes agree`(period: Int) throws {
    try check(SMA.column(fixture.close, period: period), "SMA_\(period)")
    try check(EMA.column(fixture.close, period: period), "EMA_\(period)")
  }

  @Test(arguments: [2, 14, 20])
  func `the relative strength index agrees`(period: Int) throws {
    try check(RSI.column(fixture.close, period: period), "RSI_\(period)")
  }

  @Test(arguments: [2, 14, 20])
  func `ranges agree`(period: Int) throws {
    let (high, low, close) = (fixture.high, fixture.low, fixture.close)
    try check(
      ATR.column(highs: high, lows: low, closes: close, period: period), "ATR_\(period)")
    try check(
      NATR.column(highs: high, lows: low, closes: close, period: period), "NATR_\(period)")
  }

  @Test func `the true range agrees`() throws {
    try check(
      TrueRange.column(highs: fixture.high, lows: fixture.low, closes: fixture.close), "TRANGE")
  }

  @Test(arguments: [2, 14, 20])
  func `deviations and bands agree`(period: Int) throws {
    try check(StandardDeviation.column(fixture.close, period: period), "STDDEV_\(period)")
    let bands = BollingerBands.columns(fixture.close, period: period, width: 2)
    try check(bands.upper, "BBANDS_UPPER_\(period)")
    try check(bands.middle, "BBANDS_MIDDLE_\(period)")
    try check(bands.lower, "BBANDS_LOWER_\(period)")
  }

  @Test(arguments: [(12, 26, 9), (5, 13, 4)])
  func `the MACD agrees`(fast: Int, slow: Int, signal: Int) throws {
    let macd = MACD.columns(fixture.close, fast: fast, slow: slow, signal: signal)
    try check(macd.line, "MACD_LINE_\(fast)_\(slow)_\(signal)")
    try check(macd.signal, "MACD_SIGNAL_\(fast)_\(slow)_\(signal)")
    try check(macd.histogram, "MACD_HISTOGRAM_\(fast)_\(slow)_\(signal)")
  }

  @Test func `a difference of 1e-8 would be noticed`() throws {
    let difference = try fixture.difference(
      of: EMA.column(fixture.close, period: 14).map { $0 * (1 + 1e-8) }, from: "EMA_14")
    #expect(difference > Self.tolerance)
  }
}
