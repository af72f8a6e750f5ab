/// Kaufman's adaptive moving average, in the unit of the input.
///
/// `y ← y + c²(x - y)` with `c = e·(2/(fast + 1) - 2/(slow + 1)) + 2/(slow + 1)`. The efficiency
/// `e = |x_t - x_{t-n}| / sum |x_i - x_{i-1}|` over the last n changes is 1 for a straight line and
/// near 0 for noise (Kaufman 1995, "Smarter Trading"). It counts as 1 where nothing moved, as in
/// TA-Lib. The first value comes with input `period` (0-based) and starts from the input before.
public struct KAMA: Sendable {
  private var path: RollingSum
  private var oldest: Delay
  private let fastWeight: Double
  private let slowWeight: Double
  private var previous: Double?
  private var value: Double?

  /// - Precondition: `1 <= fast < slow`; TA-Lib fixes them at 2 and 30.
  public init(period: Int, fast: Int = 2, slow: Int = 30) {
    precondition(fast >= 1 && fast < slow, "the fast average has the shorter period")
    path = RollingSum(period: period)
    oldest = Delay(steps: period)
    fastWeight = 2 / Double(fast + 1)
    slowWeight = 2 / Double(slow + 1)
  }

  /// Takes in the next value. Returns the average, or nil in the warm-up.
  public mutating func update(_ x: Double) -> Double? {
    let oldest = oldest.update(x)
    defer { previous = x }
    guard let previous else { return nil }
    guard let path = path.update((x - previous).magnitude), let oldest else { return nil }
    let efficiency = path > 0 ? min(1, (x - oldest).magnitude / path) : 1
    let c = efficiency * (fastWeight - slowWeight) + slowWeight
    let last = value ?? previous
    let next = last + c * c * (x - last)
    value = next
    return next
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(
    _ values: [Double], period: Int, fast: Int = 2, slow: Int = 30
  ) -> [Double] {
    var average = KAMA(period: period, fast: fast, slow: slow)
    return Indicators.column(values.count) { average.update(values[$0]) }
  }
}
