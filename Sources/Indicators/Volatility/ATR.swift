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
    column(highs, lows, closes, period, { average, _ in average }, { averages, _ in averages })
  }

  /// What `value` makes of each average and the close of its bar, `pair` of two at a time; NaN in the
  /// warm-up.
  @inline(__always)
  static func column(
    _ highs: [Double], _ lows: [Double], _ closes: [Double], _ period: Int,
    _ value: (_ average: Double, _ close: Double) -> Double,
    _ pair: (_ averages: SIMD2<Double>, _ closes: SIMD2<Double>) -> SIMD2<Double>
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    let (high, low, close) = (highs.span, lows.span, closes.span)
    return writtenColumn(closes.count) { out in
      var indicator = ATR(period: period)
      let warm = out.warmUp { row in
        indicator.update(high: high[row], low: low[row], close: close[row])
          .map { value($0, close[row]) }
      }
      // From here on the close before is found in the column.
      var average = indicator.average
      TrueRange.write(highs, lows, closes, rows: warm..<out.count, to: out)
      average.advance(
        over: warm..<out.count, memory: average.memory, isSmall: true,
        preparingAgain: {
          out[$0] = TrueRange.range(
            high: high[unchecked: $0], low: low[unchecked: $0],
            previousClose: close[unchecked: $0 &- 1])
        }, { $0.advance(out[$1]) },
        write: { average, row in out[row] = value(average.value, close[unchecked: row]) },
        writePair: { first, second, row in
          let closes = SIMD2(close[unchecked: row], close[unchecked: row &+ 1])
          let values = pair(SIMD2(first.value, second.value), closes)
          (out[row], out[row &+ 1]) = (values[0], values[1])
        })
    }
  }
}
