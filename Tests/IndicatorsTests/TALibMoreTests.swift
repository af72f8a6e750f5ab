import Indicators
import Testing

/// Agreement with TA-Lib 0.8.1 on generated bars, warm-up included, to 1e-9 relative.
@Suite struct TALibMoreTests {
  let fixture: TALibMoreFixture
  let high: [Double]
  let low: [Double]
  let close: [Double]
  static let tolerance = 1e-9

  init() throws {
    fixture = try TALibMoreFixture.shared.get()
    high = fixture.bars.high
    low = fixture.bars.low
    close = fixture.bars.close
  }

  private func check(_ column: [Double], _ name: String) throws {
    let difference = try fixture.bars.difference(of: column, from: name)
    #expect(difference <= Self.tolerance, "\(name)")
  }

  @Test func `the bars are those of the first fixture`() throws {
    let first = try TALibFixture.shared.get()
    #expect(first.high == high && first.low == low && first.close == close)
  }

  @Test(arguments: [2, 14, 20])
  func `averages agree`(period: Int) throws {
    try check(WMA.column(close, period: period), "WMA_\(period)")
    try check(DEMA.column(close, period: period), "DEMA_\(period)")
    try check(TEMA.column(close, period: period), "TEMA_\(period)")
    try check(KAMA.column(close, period: period), "KAMA_\(period)")
  }

  @Test(arguments: [2, 14, 20])
  func `changes agree`(period: Int) throws {
    try check(Momentum.column(close, period: period), "MOM_\(period)")
    try check(RateOfChange.column(close, period: period), "ROC_\(period)")
    try check(TRIX.column(close, period: period), "TRIX_\(period)")
  }

  @Test(arguments: [2, 14, 20])
  func `directional movement agrees`(period: Int) throws {
    let columns = DirectionalMovement.columns(
      highs: high, lows: low, closes: close, period: period)
    try check(columns.plusDI, "PLUS_DI_\(period)")
    try check(columns.minusDI, "MINUS_DI_\(period)")
    try check(columns.adx, "ADX_\(period)")
  }

  @Test(arguments: [2, 14, 20])
  func `oscillators of the price agree`(period: Int) throws {
    try check(
      WilliamsR.column(highs: high, lows: low, closes: close, period: period), "WILLR_\(period)")
    try check(CCI.column(highs: high, lows: low, closes: close, period: period), "CCI_\(period)")
    let aroon = Aroon.columns(highs: high, lows: low, period: period)
    try check(aroon.up, "AROON_UP_\(period)")
    try check(aroon.down, "AROON_DOWN_\(period)")
  }

  @Test(arguments: [(5, 3, 3), (14, 3, 3), (2, 1, 4)])
  func `the stochastic agrees`(period: Int, slowing: Int, signal: Int) throws {
    let columns = Stochastic.columns(
      highs: high, lows: low, closes: close, period: period, slowing: slowing, signal: signal)
    try check(columns.k, "STOCH_K_\(period)_\(slowing)_\(signal)")
    try check(columns.d, "STOCH_D_\(period)_\(slowing)_\(signal)")
  }

  @Test(arguments: [(14, 5, 3), (7, 14, 2)])
  func `the stochastic of the RSI agrees`(period: Int, window: Int, signal: Int) throws {
    let columns = StochasticRSI.columns(
      close, rsiPeriod: period, window: window, signal: signal)
    try check(columns.k, "STOCHRSI_K_\(period)_\(window)_\(signal)")
    try check(columns.d, "STOCHRSI_D_\(period)_\(window)_\(signal)")
  }

  @Test(arguments: [2, 14, 20])
  func `the money flow index agrees`(period: Int) throws {
    try check(
      MFI.column(
        highs: high, lows: low, closes: close, volumes: fixture.volume, period: period),
      "MFI_\(period)")
  }

  @Test func `sums of volume agree`() throws {
    try check(OBV.column(closes: close, volumes: fixture.volume), "OBV")
    try check(
      AccumulationDistribution.column(
        highs: high, lows: low, closes: close, volumes: fixture.volume), "AD")
  }

  @Test(arguments: [(3, 10), (5, 21)])
  func `the Chaikin oscillator agrees`(fast: Int, slow: Int) throws {
    try check(
      ChaikinOscillator.column(
        highs: high, lows: low, closes: close, volumes: fixture.volume, fast: fast, slow: slow),
      "ADOSC_\(fast)_\(slow)")
  }

  @Test func `a difference of 1e-8 would be noticed`() throws {
    let difference = try fixture.bars.difference(
      of: WMA.column(close, period: 14).map { $0 * (1 + 1e-8) }, from: "WMA_14")
    #expect(difference > Self.tolerance)
  }
}
