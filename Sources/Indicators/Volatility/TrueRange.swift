import Market

/// True range, in the unit of the price: how far a bar has moved, the gap before it included.
///
/// `max(high - low, |previous close - high|, |previous close - low|)` (Wilder 1978). The first bar
/// has no previous close and gives nil, as in TA-Lib.
public struct TrueRange: Sendable {
  private var previousClose: Double?

  public init() {}

  /// Takes in the next bar. Returns its true range, or nil for the first bar.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Double? {
    defer { previousClose = close }
    guard let previousClose else { return nil }
    return max(
      high - low, max((previousClose - high).magnitude, (previousClose - low).magnitude))
  }

  /// The true ranges of whole columns of equal length; NaN for the first bar.
  public static func column(highs: [Double], lows: [Double], closes: [Double]) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    var range = TrueRange()
    return Indicators.column(closes.count) {
      range.update(high: highs[$0], low: lows[$0], close: closes[$0])
    }
  }
}
