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
  private var range: RollingRange
  private var signal: SMA

  public init(rsiPeriod: Int = 14, window: Int = 5, signal: Int = 3) {
    index = RSI(period: rsiPeriod)
    range = RollingRange(period: window)
    self.signal = SMA(period: signal)
  }

  /// Takes in the next close. Returns both values, or nil in the warm-up.
  public mutating func update(_ close: Double) -> Value? {
    let slots = (range.ownSlots(), signal.ownSlots())
    guard let strength = index.update(close),
      let range = range.update(high: strength, low: strength, in: slots.0)
    else { return nil }
    let k = StochasticRSI.k(strength, within: range)
    return signal.update(k, in: slots.1).map { Value(k: k, d: $0) }
  }

  @inline(__always)
  private static func k(_ strength: Double, within range: RollingRange.Extremes) -> Double {
    let (top, bottom) = (range.highest, range.lowest)
    return top - bottom >= 1e-9 ? 100 * ((strength - bottom) / (top - bottom)) : 0
  }

  /// The two columns for a whole column of closes; NaN in the warm-up.
  public static func columns(
    _ closes: [Double], rsiPeriod: Int = 14, window: Int = 5, signal: Int = 3
  ) -> (k: [Double], d: [Double]) {
    let strengths = RSI.column(closes, period: rsiPeriod)
    let strength = strengths.span
    return writtenColumns(closes.count) { k, d in
      let first = min(rsiPeriod, k.count)
      RollingRange.each(
        window, rows: first..<k.count, high: { strength[unchecked: $0] },
        low: { strength[unchecked: $0] }
      ) { row, range in
        k[row] = Self.k(strength[unchecked: row], within: range)
      }
      let second = min(first + window - 1, k.count)
      SMA.write(signal, rows: second..<k.count, of: { k[$0] }, to: d)
      for out in [k, d] { out.fillWarmUp(rsiPeriod + window + signal - 2) }
    }
  }
}
