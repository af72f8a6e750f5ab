import Market

/// Average true range, in the unit of the price: Wilder's average of the true range.
///
/// The first value comes with bar `period` (0-based): the mean of the true ranges of bars
/// `1...period`, as in TA-Lib.
public struct ATR: Sendable {
  public let period: Int
  private var range = TrueRange()
  private var average: EMA

  public init(period: Int) {
    self.period = period
    average = .wilder(period: period)
  }

  /// Takes in the next bar. Returns the average, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Double? {
    guard let range = range.update(high: high, low: low, close: close) else { return nil }
    return average.update(range)
  }

  /// The averages of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], period: Int
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    var average = ATR(period: period)
    return Indicators.column(closes.count) {
      average.update(high: highs[$0], low: lows[$0], close: closes[$0])
    }
  }
}
