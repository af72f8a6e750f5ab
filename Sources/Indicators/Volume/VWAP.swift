import Market

/// Volume-weighted average price of the last `period` bars, in the unit of the price.
///
/// `sum v·p / sum v` with `p = (high + low + close) / 3` and v the volume; the plain mean of p where
/// there is no volume in the window. Nil for the first `period - 1` bars. The average since the
/// start of the day is `SessionVWAP`.
///
/// Deviations are summed about one price inside the window, and nothing is ever subtracted
/// (`BlockWindow`). O(1) a bar on average; exact where all prices are equal.
public struct VWAP: Sendable {
  /// The sums of `v·d`, v and `d = p - anchor`; an input is p and v.
  private struct Sums: WindowPart {
    var sums = SIMD4<Double>.zero

    mutating func append(_ bar: SIMD2<Double>, anchor: SIMD2<Double>, place: Double) {
      add(bar, anchor)
    }
    mutating func prepend(_ bar: SIMD2<Double>, anchor: SIMD2<Double>, place: Double) {
      add(bar, anchor)
    }

    private mutating func add(_ bar: SIMD2<Double>, _ anchor: SIMD2<Double>) {
      let deviation = bar[0] - anchor[0]
      sums += SIMD4(bar[1] * deviation, bar[1], deviation, 0)
    }

    static func joined(_ older: Sums, _ newer: Sums, rest: Double) -> Sums {
      Sums(sums: newer.sums + older.sums)
    }
  }

  public let period: Int
  private var window: BlockWindow<Sums>

  public init(period: Int) {
    self.period = period
    window = BlockWindow(period: period)
  }

  /// Takes in the next bar. Returns the average price, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close, volume: bar.volume)
  }

  /// - Precondition: the volume is finite and not negative.
  public mutating func update(
    high: Double, low: Double, close: Double, volume: Double
  ) -> Double? {
    requireVolume(volume)
    guard let sums = window.update(SIMD2((high + low + close) / 3, volume))?.sums else {
      return nil
    }
    return window.anchor[0] + (sums[1] > 0 ? sums[0] / sums[1] : sums[2] / Double(period))
  }

  /// The averages of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], volumes: [Double], period: Int
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    precondition(closes.count == volumes.count)
    var average = VWAP(period: period)
    return Indicators.column(closes.count) {
      average.update(high: highs[$0], low: lows[$0], close: closes[$0], volume: volumes[$0])
    }
  }
}
