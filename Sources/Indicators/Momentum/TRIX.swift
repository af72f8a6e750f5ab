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
    let last = averages.third.isWarm ? averages.third.value : nil
    let now = averages.update(close)
    guard let last, let now else { return nil }
    return RateOfChange.percent(from: last, to: now)
  }

  /// The changes of a whole column of closes; NaN in the warm-up.
  public static func column(_ closes: [Double], period: Int) -> [Double] {
    let x = closes.span
    return writtenColumn(closes.count) { out in
      var averages = ThreefoldEMA(period: period)
      let warm = out.warmUp { averages.update(x[$0]) }
      averages.advance(over: warm..<out.count, memory: averages.first.memory) {
        $0.advance(x[unchecked: $1])
      } write: { averages, row in
        out[row] = averages.third.value
      }
      // From the end on, so that the average before is still there.
      for row in (warm..<out.count).reversed() {
        out[row] = RateOfChange.percent(from: out[row &- 1], to: out[row])
      }
      out.fillWarmUp(warm)
    }
  }
}
