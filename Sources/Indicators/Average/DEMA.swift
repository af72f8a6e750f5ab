/// Double exponential moving average, `2·EMA - EMA of EMA`, in the unit of the input.
///
/// It lags less than the EMA of the same period (Mulloy 1994). Each EMA is seeded with the simple
/// mean of its first `period` inputs, as in TA-Lib: nil for the first `2(period - 1)` inputs. A
/// constant series has exactly that constant as its average.
public struct DEMA: Sendable {
  private var first: EMA
  private var second: EMA

  public init(period: Int) {
    first = EMA(period: period)
    second = EMA(period: period)
  }

  /// Takes in the next value. Returns the average, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    guard let one = first.update(value), let two = second.update(one) else { return nil }
    return one + (one - two)
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    var average = DEMA(period: period)
    return Indicators.column(values.count) { average.update(values[$0]) }
  }
}
