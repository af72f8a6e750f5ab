import Market

/// Stochastic oscillator, 0...100: where the close lies between the extremes of the last bars.
///
/// `fast K = 100·(close - L) / (H - L)` with H the highest high and L the lowest low of the last
/// `period` bars, this one included (Lane 1984); K is the simple mean of the last `slowing` fast K,
/// D that of the last `signal` K. Where H = L fast K is 0, as in TA-Lib's STOCH. Both values come
/// together, from bar `period + slowing + signal - 3` (0-based) on.
public struct Stochastic: Sendable {
  public struct Value: Sendable, Equatable {
    public var k: Double
    public var d: Double
  }

  private var range: RollingRange
  private var slow: SMA
  private var signal: SMA

  public init(period: Int = 5, slowing: Int = 3, signal: Int = 3) {
    range = RollingRange(period: period)
    slow = SMA(period: slowing)
    self.signal = SMA(period: signal)
  }

  /// Takes in the next bar. Returns both values, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Value? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Value? {
    let slots = (range.ownSlots(), slow.ownSlots(), signal.ownSlots())
    guard let range = range.update(high: high, low: low, in: slots.0) else { return nil }
    let fast = Stochastic.fast(close, within: range)
    guard let k = slow.update(fast, in: slots.1), let d = signal.update(k, in: slots.2) else {
      return nil
    }
    return Value(k: k, d: d)
  }

  @inline(__always)
  private static func fast(_ close: Double, within range: RollingRange.Extremes) -> Double {
    let (top, bottom) = (range.highest, range.lowest)
    return top > bottom ? 100 * ((close - bottom) / (top - bottom)) : 0
  }

  /// The two columns for whole columns of equal length; NaN in the warm-up.
  public static func columns(
    highs: [Double], lows: [Double], closes: [Double], period: Int = 5, slowing: Int = 3,
    signal: Int = 3
  ) -> (k: [Double], d: [Double]) {
    precondition(highs.count == lows.count && lows.count == closes.count)
    let (high, low, close) = (highs.span, lows.span, closes.span)
    return writtenColumns(closes.count) { k, d in
      // Fast K stands where D is going to.
      RollingRange.each(
        period, rows: 0..<d.count, high: { high[unchecked: $0] }, low: { low[unchecked: $0] }
      ) { row, range in
        d[row] = fast(close[unchecked: row], within: range)
      }
      let first = min(period - 1, d.count)
      SMA.write(slowing, rows: first..<d.count, of: { d[$0] }, to: k)
      let second = min(first + slowing - 1, d.count)
      SMA.write(signal, rows: second..<d.count, of: { k[$0] }, to: d)
      for out in [k, d] { out.fillWarmUp(period + slowing + signal - 3) }
    }
  }
}
