import Market

/// Money flow index, 0...100: the part of the turnover that came with a rising price.
///
/// `100·P / (P + N)`. A bar's flow is its typical price `(high + low + close) / 3` times its
/// volume; P sums the flows of the last `period` bars whose typical price rose, N of those whose it
/// fell (Quong and Soudack 1989). Nil for the first `period` bars, as in TA-Lib's MFI. 0 where
/// P + N is 0. TA-Lib gives 0 for any P + N below 1, in whatever unit; this does not.
public struct MFI: Sendable {
  private var rising: RollingSum
  private var falling: RollingSum
  private var previousPrice: Double?

  public init(period: Int) {
    rising = RollingSum(period: period)
    falling = RollingSum(period: period)
  }

  /// Takes in the next bar. Returns the index, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close, volume: bar.volume)
  }

  /// - Precondition: the volume is finite and not negative.
  public mutating func update(
    high: Double, low: Double, close: Double, volume: Double
  ) -> Double? {
    precondition(volume >= 0 && volume.isFinite, "\(volume) is no volume")
    let price = (high + low + close) / 3
    defer { previousPrice = price }
    guard let previousPrice else { return nil }
    let flow = price * volume
    let positive = rising.update(price > previousPrice ? flow : 0)
    let negative = falling.update(price < previousPrice ? flow : 0)
    guard let positive, let negative else { return nil }
    let sum = positive + negative
    return sum > 0 ? 100 * (positive / sum) : 0
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], volumes: [Double], period: Int
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    precondition(closes.count == volumes.count)
    var index = MFI(period: period)
    return Indicators.column(closes.count) {
      index.update(high: highs[$0], low: lows[$0], close: closes[$0], volume: volumes[$0])
    }
  }
}
