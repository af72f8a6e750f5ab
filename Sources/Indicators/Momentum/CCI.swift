import Market

/// Commodity channel index: how far the typical price is from its mean, in mean deviations.
///
/// `(p - m) / (0.015·d)` with `p = (high + low + close) / 3`, m the mean of the last `period` p and
/// `d = sum |p_i - m| / period` (Lambert 1980). 0 for a window of equal prices, as in TA-Lib's CCI.
/// Nil for the first `period - 1` bars.
///
/// The mean is O(1) a bar. The mean deviation moves all its terms with m, so it is summed afresh,
/// `period` steps a bar; nothing can drift.
public struct CCI: Sendable {
  public let period: Int
  private var average: SMA
  /// The last `period` typical prices, as a ring.
  private var prices: [Double]
  private var position = 0

  public init(period: Int) {
    self.period = period
    average = SMA(period: period)
    prices = Array(repeating: 0, count: period)
  }

  /// Takes in the next bar. Returns the index, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Double? {
    let price = (high + low + close) / 3
    prices[position] = price
    position = position + 1 < period ? position + 1 : 0
    guard let mean = average.update(price) else { return nil }
    var deviations = 0.0
    for past in prices { deviations += (past - mean).magnitude }
    guard deviations > 0 else { return 0 }
    return (price - mean) / (0.015 * (deviations / Double(period)))
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], period: Int
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    var index = CCI(period: period)
    return Indicators.column(closes.count) {
      index.update(high: highs[$0], low: lows[$0], close: closes[$0])
    }
  }
}
