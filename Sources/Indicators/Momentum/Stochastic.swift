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

  private var highest: RollingMaximum
  private var lowest: RollingMaximum
  private var slow: SMA
  private var signal: SMA

  public init(period: Int = 5, slowing: Int = 3, signal: Int = 3) {
    highest = RollingMaximum(period: period)
    lowest = RollingMaximum(period: period)
    slow = SMA(period: slowing)
    self.signal = SMA(period: signal)
  }

  /// Takes in the next bar. Returns both values, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Value? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Value? {
    let top = highest.update(high)?.value
    let bottom = lowest.update(-low).map { -$0.value }
    guard let top, let bottom else { return nil }
    let fast = top > bottom ? 100 * ((close - bottom) / (top - bottom)) : 0
    guard let k = slow.update(fast), let d = signal.update(k) else { return nil }
    return Value(k: k, d: d)
  }

  /// The two columns for whole columns of equal length; NaN in the warm-up.
  public static func columns(
    highs: [Double], lows: [Double], closes: [Double], period: Int = 5, slowing: Int = 3,
    signal: Int = 3
  ) -> (k: [Double], d: [Double]) {
    precondition(highs.count == lows.count && lows.count == closes.count)
    var oscillator = Stochastic(period: period, slowing: slowing, signal: signal)
    var k = Array(repeating: Double.nan, count: closes.count)
    var d = k
    for index in closes.indices {
      guard
        let value = oscillator.update(
          high: highs[index], low: lows[index], close: closes[index])
      else { continue }
      k[index] = value.k
      d[index] = value.d
    }
    return (k, d)
  }
}
