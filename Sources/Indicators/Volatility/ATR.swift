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
    column(highs, lows, closes, period) { average, _ in average }
  }

  /// What `value` makes of each average and the close of its bar; NaN in the warm-up.
  @inline(__always)
  static func column(
    _ highs: [Double], _ lows: [Double], _ closes: [Double], _ period: Int,
    _ value: (_ average: Double, _ close: Double) -> Double
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    let (high, low, close) = (highs.span, lows.span, closes.span)
    return writtenColumn(closes.count) { out in
      var indicator = ATR(period: period)
      let warm = out.warmUp { row in
        indicator.update(high: high[row], low: low[row], close: close[row])
      }
      // From here on the close before is found in the column.
      var average = indicator.average
      TrueRange.write(high, low, close, rows: warm..<out.count, to: out)
      average.advance(
        over: warm..<out.count, memory: average.memory, isSmall: true,
        preparingAgain: { TrueRange.write(high, low, close, rows: $0..<$0 + 1, to: out) },
        { $0.advance(out[$1]) }, write: { average, row in out[row] = average.value })
      for row in min(period, out.count)..<out.count {
        out[row] = value(out[row], close[unchecked: row])
      }
    }
  }
}
