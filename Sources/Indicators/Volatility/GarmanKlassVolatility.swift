import Kernels
import Market

/// Garman and Klass' volatility of one bar, from all four prices of the last `period` bars.
///
/// `sqrt(mean of ln(high / low)² / 2 - (2 ln 2 - 1)·ln(close / open)²)` (Garman and Klass 1980, "On
/// the estimation of security price volatilities from historical data"): about seven times as
/// precise as the close alone for a price without drift or gaps. No term is negative, since open
/// and close lie between low and high. Not annualised. Exactly 0 where high = low throughout. Nil
/// for the first `period - 1` bars.
public struct GarmanKlassVolatility: Sendable {
  public let period: Int
  private var variances: RollingSum

  public init(period: Int = 20) {
    self.period = period
    variances = RollingSum(period: period)
  }

  /// Takes in the next bar. Returns the volatility, or nil in the warm-up.
  ///
  /// - Precondition: the low is positive; open and close lie between it and the high.
  public mutating func update(_ bar: Bar) -> Double? {
    update(open: bar.open, high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(
    open: Double, high: Double, low: Double, close: Double
  ) -> Double? {
    precondition(
      low > 0 && low <= min(open, close) && max(open, close) <= high,
      "a bar from \(open) to \(close) within \(low) and \(high) has no logarithmic range")
    let range = Elementary.log(high / low)
    let body = Elementary.log(close / open)
    // 2 ln 2 - 1.
    let variance = 0.5 * (range * range) - 0.38629436111989061883 * (body * body)
    return variances.update(variance).map { ($0 / Double(period)).squareRoot() }
  }

  /// The volatilities of whole columns of equal length; NaN in the warm-up.
  public static func column(
    opens: [Double], highs: [Double], lows: [Double], closes: [Double], period: Int = 20
  ) -> [Double] {
    precondition(opens.count == highs.count && highs.count == lows.count)
    precondition(lows.count == closes.count)
    var volatility = GarmanKlassVolatility(period: period)
    return Indicators.column(closes.count) {
      volatility.update(
        open: opens[$0], high: highs[$0], low: lows[$0], close: closes[$0])
    }
  }
}
