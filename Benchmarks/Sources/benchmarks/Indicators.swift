import Indicators
import Kernels
import Market

/// Indicators over 10 000 hourly bars (100 times, so that a call's own cost does not count), one
/// over a single long column, and all default features.
@MainActor
func measureIndicators(_ session: Session) async throws {
  let series = GeneratedInputs.series("BENCH", .h1, bars: 10_000)
  let (highs, lows, closes) = (series.highs, series.lows, series.closes)
  try session.share("highs", highs)
  try session.share("lows", lows)
  try session.share("closes", closes)
  func measure(_ name: String, column: () -> [Double]) async throws {
    try await session.measure("indicator \(name)", 100 * closes.count, "bar") {
      var last: [Double] = []
      for _ in 0..<100 { last = column() }
      return last
    } value: {
      checksum($0)
    }
  }
  try await measure("EMA 20") { EMA.column(closes, period: 20) }
  try await measure("SMA 20") { SMA.column(closes, period: 20) }
  try await measure("RSI 14") { RSI.column(closes, period: 14) }
  try await measure("BBANDS 20") { BollingerBands.columns(closes, period: 20, width: 2).upper }
  try await measure("ATR 14") {
    ATR.column(highs: highs, lows: lows, closes: closes, period: 14)
  }
  try await measure("MACD 12 26 9") { MACD.columns(closes).line }

  let long = (0..<100).flatMap { _ in closes }
  try session.share("long_closes", long)
  try await session.measure("indicator MACD, one column", long.count, "bar") {
    MACD.columns(long)
  } value: {
    checksum($0.line)
  }

  let spec = FeatureSpec.stationary(for: .h1)
  try await session.measure("features, all \(spec.count)", series.count, "bar") {
    FeatureTable(series: series, spec: spec)
  } value: {
    checksum($0.values.elements)
  }
  try session.finish("indicators")
}
