/// Stochastic of the relative strength index, 0...100 (Chande and Kroll 1994).
///
/// `K = 100·(r - L) / (H - L)`, r the RSI and H and L its extremes over the last `window` bars;
/// D is the simple mean of the last `signal` K. TA-Lib's STOCHRSI; both values come together, from
/// bar `rsiPeriod + window + signal - 2` (0-based) on.
///
/// Where the RSI has moved by less than 1e-9 of a point K is 0, as TA-Lib's for equal values: after
/// a move and a pause the RSI stands still but for its rounding, and that has no place in 0...100.
public struct StochasticRSI: Sendable {
  public struct Value: Sendable, Equatable {
    public var k: Double
    public var d: Double
  }

  private var index: RSI
  private var highest: RollingMaximum
  private var lowest: RollingMaximum
  private var signal: SMA

  public init(rsiPeriod: Int = 14, window: Int = 5, signal: Int = 3) {
    index = RSI(period: rsiPeriod)
    highest = RollingMaximum(period: window)
    lowest = RollingMaximum(period: window)
    self.signal = SMA(period: signal)
  }

  /// Takes in the next close. Returns both values, or nil in the warm-up.
  public mutating func update(_ close: Double) -> Value? {
    guard let strength = index.update(close) else { return nil }
    let top = highest.update(strength)?.value
    let bottom = lowest.update(-strength).map { -$0.value }
    guard let top, let bottom else { return nil }
    let k = top - bottom >= 1e-9 ? 100 * ((strength - bottom) / (top - bottom)) : 0
    return signal.update(k).map { Value(k: k, d: $0) }
  }

  /// The two columns for a whole column of closes; NaN in the warm-up.
  public static func columns(
    _ closes: [Double], rsiPeriod: Int = 14, window: Int = 5, signal: Int = 3
  ) -> (k: [Double], d: [Double]) {
    var oscillator = StochasticRSI(rsiPeriod: rsiPeriod, window: window, signal: signal)
    var k = Array(repeating: Double.nan, count: closes.count)
    var d = k
    for (index, close) in closes.enumerated() {
      guard let value = oscillator.update(close) else { continue }
      k[index] = value.k
      d[index] = value.d
    }
    return (k, d)
  }
}
