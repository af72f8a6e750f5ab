import Market

/// Williams' %R, -100...0: how far the close lies below the highest high of the last `period` bars.
///
/// `-100·(H - close) / (H - L)` with H the highest high and L the lowest low, this bar included;
/// 0 where they are equal, as in TA-Lib's WILLR. Nil for the first `period - 1` bars.
public struct WilliamsR: Sendable {
  private var range: RollingRange

  public init(period: Int) {
    range = RollingRange(period: period)
  }

  /// Takes in the next bar. Returns the value, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Double? {
    range.update(high: high, low: low).map { WilliamsR.value(close, within: $0) }
  }

  @inline(__always)
  private static func value(_ close: Double, within range: RollingRange.Extremes) -> Double {
    let (top, bottom) = (range.highest, range.lowest)
    return top > bottom ? -100 * ((top - close) / (top - bottom)) : 0
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], period: Int
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    let (high, low, close) = (highs.span, lows.span, closes.span)
    return writtenColumn(closes.count) { out in
      out.fillWarmUp(period - 1)
      RollingRange.each(
        period, rows: 0..<out.count, high: { high[unchecked: $0] }, low: { low[unchecked: $0] }
      ) { row, range in
        out[row] = value(close[unchecked: row], within: range)
      }
    }
  }
}
