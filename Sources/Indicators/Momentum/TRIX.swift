/// Change of a triply smoothed price from one bar to the next, in per cent.
///
/// `100·(E3_t - E3_{t-1}) / E3_{t-1}`, E3 the EMA of the EMA of the EMA (Hutson 1983). Each is
/// seeded with the simple mean of its first `period` inputs, as in TA-Lib: nil for the first
/// `3(period - 1) + 1` inputs. Exactly 0 on flat prices.
public struct TRIX: Sendable {
  private var first: EMA
  private var second: EMA
  private var third: EMA
  private var change = RateOfChange(period: 1)

  public init(period: Int) {
    first = EMA(period: period)
    second = EMA(period: period)
    third = EMA(period: period)
  }

  /// Takes in the next close. Returns the change, or nil in the warm-up.
  public mutating func update(_ close: Double) -> Double? {
    guard let one = first.update(close), let two = second.update(one),
      let three = third.update(two)
    else { return nil }
    return change.update(three)
  }

  /// The changes of a whole column of closes; NaN in the warm-up.
  public static func column(_ closes: [Double], period: Int) -> [Double] {
    var indicator = TRIX(period: period)
    return Indicators.column(closes.count) { indicator.update(closes[$0]) }
  }
}
