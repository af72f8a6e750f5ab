import Market

/// Money flow index, 0...100: the part of the turnover that came with a rising price.
///
/// `100·P / (P + N)`. A bar's flow is its typical price `(high + low + close) / 3` times its
/// volume; P sums the flows of the last `period` bars whose typical price rose, N of those whose it
/// fell (Quong and Soudack 1989). Nil for the first `period` bars, as in TA-Lib's MFI. 0 where
/// P + N is 0. TA-Lib gives 0 for any P + N below 1, in whatever unit; this does not.
public struct MFI: Sendable {
  /// The flows with a rising and with a falling price.
  private struct Flows: WindowPart {
    var sums = SIMD2<Double>.zero

    mutating func append(_ flows: SIMD2<Double>, anchor: SIMD2<Double>, place: Double) {
      sums += flows
    }
    mutating func prepend(_ flows: SIMD2<Double>, anchor: SIMD2<Double>, place: Double) {
      sums += flows
    }

    static func joined(_ older: Flows, _ newer: Flows, rest: Double) -> Flows {
      Flows(sums: newer.sums + older.sums)
    }

    @inline(__always)
    var index: Double {
      let sum = sums[0] + sums[1]
      return sum > 0 ? 100 * (sums[0] / sum) : 0
    }
  }

  private var window: BlockWindow<Flows>
  private var previousPrice: Double?

  public init(period: Int) {
    window = BlockWindow(period: period)
  }

  /// Takes in the next bar. Returns the index, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close, volume: bar.volume)
  }

  /// - Precondition: the volume is finite and not negative.
  public mutating func update(
    high: Double, low: Double, close: Double, volume: Double
  ) -> Double? {
    requireVolume(volume)
    let price = (high + low + close) / 3
    defer { previousPrice = price }
    guard let previousPrice else { return nil }
    return window.update(MFI.flows(price, after: previousPrice, volume))?.index
  }

  @inline(__always)
  private static func flows(_ price: Double, after last: Double, _ volume: Double) -> SIMD2<Double>
  {
    // Without a branch: which way the price goes next, no processor foresees.
    SIMD2.zero.replacing(with: price * volume, where: SIMD2(price, last) .> SIMD2(last, price))
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], volumes: [Double], period: Int
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    precondition(closes.count == volumes.count)
    let (high, low, close, volume) = (highs.span, lows.span, closes.span, volumes.span)
    return writtenColumns(closes.count) { out, prices in
      requiringVolumes(volume) { rows in
        for row in rows {
          prices[row] = (high[unchecked: row] + low[unchecked: row] + close[unchecked: row]) / 3
        }
      }
      out.fillWarmUp(period)
      BlockWindow<Flows>.each(
        min(1, out.count)..<out.count, period: period,
        input: { flows(prices[$0], after: prices[$0 &- 1], volume[unchecked: $0]) }
      ) { row, _, window in
        out[row] = window.index
      }
    }.0
  }
}
