/// Momentum, the change over a number of bars, `x_t - x_{t-period}`, in the unit of the input.
///
/// TA-Lib's MOM. Nil for the first `period` inputs.
public struct Momentum: Sendable {
  private var oldest: Delay

  public init(period: Int) {
    oldest = Delay(steps: period)
  }

  /// Takes in the next value. Returns the change, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    oldest.update(value).map { value - $0 }
  }

  /// The changes of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    Delay.column(values, steps: period) { $1 - $0 }
  }
}
