import Market

/// Wilder's directional movement: +DI, -DI and ADX, each 0...100 (Wilder 1978).
///
/// A bar's upward movement is `high - previous high`, if that is positive and greater than the
/// downward one, `previous low - low`; else 0; and the other way about. With sums decayed by
/// `s ← s - s / period + new`, `±DI = 100·sum of the movement / sum of the true range`, and
/// ADX is Wilder's average of `DX = 100·|+DI - -DI| / (+DI + -DI)`.
///
/// Warm-up as in TA-Lib: the sums start with the `period - 1` bars after the first, ±DI come from
/// bar `period` (0-based) on, ADX with bar `2·period - 1` and the mean of `period` DX. Where
/// nothing has ever moved ±DI are 0; a bar without DX counts as 0 in that mean and afterwards
/// leaves ADX as it is.
public struct DirectionalMovement: Sendable {
  public struct Value: Sendable, Equatable {
    public var plusDI: Double
    public var minusDI: Double
    /// Nil until `period` values of DX are known.
    public var adx: Double?
  }

  public let period: Int
  private var trueRange = TrueRange()
  private var previous: (high: Double, low: Double)?
  /// The decayed sums of the upward movement, the downward movement and the true range.
  private var up = 0.0
  private var down = 0.0
  private var range = 0.0
  private var seen = 0
  private var average: EMA
  private var adx: Double?

  public init(period: Int) {
    self.period = period
    average = .wilder(period: period)
  }

  /// Takes in the next bar. Returns the values, or nil in the warm-up of ±DI.
  public mutating func update(_ bar: Bar) -> Value? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Value? {
    let newRange = trueRange.update(high: high, low: low, close: close)
    defer { previous = (high, low) }
    guard let previous, let newRange else { return nil }
    let rise = high - previous.high
    let fall = previous.low - low
    if seen < period { seen += 1 }
    if seen == period {
      up -= up / Double(period)
      down -= down / Double(period)
      range -= range / Double(period)
    }
    if rise > 0 && rise > fall { up += rise }
    if fall > 0 && fall > rise { down += fall }
    range += newRange
    return seen == period ? value() : nil
  }

  private mutating func value() -> Value {
    guard range > 0 else {
      if adx == nil { adx = average.update(0) }
      return Value(plusDI: 0, minusDI: 0, adx: adx)
    }
    let plus = 100 * (up / range)
    let minus = 100 * (down / range)
    let both = plus + minus
    if both > 0 {
      adx = average.update(100 * ((plus - minus).magnitude / both))
    } else if adx == nil {
      adx = average.update(0)
    }
    return Value(plusDI: plus, minusDI: minus, adx: adx)
  }

  /// The three columns for whole columns of equal length; NaN in the warm-up.
  public static func columns(
    highs: [Double], lows: [Double], closes: [Double], period: Int
  ) -> (plusDI: [Double], minusDI: [Double], adx: [Double]) {
    precondition(highs.count == lows.count && lows.count == closes.count)
    var movement = DirectionalMovement(period: period)
    var plus = Array(repeating: Double.nan, count: closes.count)
    var minus = plus
    var adx = plus
    for index in closes.indices {
      guard
        let value = movement.update(high: highs[index], low: lows[index], close: closes[index])
      else { continue }
      plus[index] = value.plusDI
      minus[index] = value.minusDI
      if let average = value.adx { adx[index] = average }
    }
    return (plus, minus, adx)
  }
}
