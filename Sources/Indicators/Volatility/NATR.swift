import Market

/// Normalised average true range, in per cent of the close: `100·ATR / close`.
///
/// Warm-up as `ATR`. Closes are positive.
public struct NATR: Sendable {
  private var average: ATR

  public init(period: Int) {
    average = ATR(period: period)
  }

  /// Takes in the next bar. Returns the value, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Double? {
    average.update(high: high, low: low, close: close).map { NATR.percent($0, of: close) }
  }

  @inline(__always)
  private static func percent(_ average: Double, of close: Double) -> Double {
    100 * (average / close)
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], period: Int
  ) -> [Double] {
    ATR.column(
      highs, lows, closes, period, { percent($0, of: $1) }, { 100 * ($0 / $1) })
  }
}
