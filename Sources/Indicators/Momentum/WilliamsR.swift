import Market

/// Williams' %R, -100...0: how far the close lies below the highest high of the last `period` bars.
///
/// `-100·(H - close) / (H - L)` with H the highest high and L the lowest low, this bar included;
/// 0 where they are equal, as in TA-Lib's WILLR. Nil for the first `period - 1` bars.
public struct WilliamsR: Sendable {
  private var highest: RollingMaximum
  private var lowest: RollingMaximum

  public init(period: Int) {
    highest = RollingMaximum(period: period)
    lowest = RollingMaximum(period: period)
  }

  /// Takes in the next bar. Returns the value, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Double? {
    let top = highest.update(high)?.value
    let bottom = lowest.update(-low).map { -$0.value }
    guard let top, let bottom else { return nil }
    return top > bottom ? -100 * ((top - close) / (top - bottom)) : 0
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], period: Int
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    var indicator = WilliamsR(period: period)
    return Indicators.column(closes.count) {
      indicator.update(high: highs[$0], low: lows[$0], close: closes[$0])
    }
  }
}
