/// Triple exponential moving average, `3·E1 - 3·E2 + E3`, in the unit of the input.
///
/// E1 is the EMA, E2 the EMA of E1, E3 that of E2 (Mulloy 1994). Each is seeded with the simple
/// mean of its first `period` inputs, as in TA-Lib: nil for the first `3(period - 1)` inputs. A
/// constant series has exactly that constant as its average.
public struct TEMA: Sendable {
  private var first: EMA
  private var second: EMA
  private var third: EMA

  public init(period: Int) {
    first = EMA(period: period)
    second = EMA(period: period)
    third = EMA(period: period)
  }

  /// Takes in the next value. Returns the average, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    guard let one = first.update(value), let two = second.update(one),
      let three = third.update(two)
    else { return nil }
    return three + 3 * (one - two)
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    var average = TEMA(period: period)
    return Indicators.column(values.count) { average.update(values[$0]) }
  }
}
