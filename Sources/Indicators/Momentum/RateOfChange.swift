/// Rate of change in per cent, `100·(x_t - x_{t-period}) / x_{t-period}`.
///
/// TA-Lib's ROC. Nil for the first `period` inputs; 0 where the older value is 0, as in TA-Lib.
public struct RateOfChange: Sendable {
  private var oldest: Delay

  public init(period: Int) {
    oldest = Delay(steps: period)
  }

  /// Takes in the next value. Returns the change in per cent, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    oldest.update(value).map { RateOfChange.percent(from: $0, to: value) }
  }

  @inline(__always)
  static func percent(from old: Double, to new: Double) -> Double {
    old == 0 ? 0 : 100 * ((new - old) / old)
  }

  /// The changes of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    Delay.column(values, steps: period) { percent(from: $0, to: $1) }
  }
}
