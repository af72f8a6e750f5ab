/// Change of a triply smoothed price from one bar to the next, in per cent.
///
/// `100·(E3_t - E3_{t-1}) / E3_{t-1}`, E3 the EMA of the EMA of the EMA (Hutson 1983). Each is
/// seeded with the simple mean of its first `period` inputs, as in TA-Lib: nil for the first
/// `3(period - 1) + 1` inputs. Exactly 0 on flat prices.
public struct TRIX: Sendable {
  private var averages: ThreefoldEMA

  public init(period: Int) {
    averages = ThreefoldEMA(period: period)
  }

  /// Takes in the next close. Returns the change, or nil in the warm-up.
  public mutating func update(_ close: Double) -> Double? {
    if averages.third.isWarm { return advance(close) }
    _ = averages.update(close)
    return nil
  }

  @inline(__always)
  private mutating func advance(_ close: Double) -> Double {
    let last = averages.third.value
    return RateOfChange.percent(from: last, to: averages.advance(close))
  }

  /// The changes of a whole column of closes; NaN in the warm-up.
  public static func column(_ closes: [Double], period: Int) -> [Double] {
    let x = closes.span
    return writtenColumn(closes.count) { out in
      var indicator = TRIX(period: period)
      let warm = out.warmUp { indicator.update(x[$0]) }
      indicator.advance(over: warm..<out.count, memory: period) { indicator, row in
        out[row] = indicator.advance(x[unchecked: row])
      }
    }
  }
}

extension TRIX: FadingMemory {
  func isSame(as other: TRIX) -> Bool { averages.isSame(as: other.averages) }
}
