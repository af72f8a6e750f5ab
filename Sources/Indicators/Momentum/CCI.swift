import Market

/// Commodity channel index: how far the typical price is from its mean, in mean deviations.
///
/// `(p - m) / (0.015·d)` with `p = (high + low + close) / 3`, m the mean of the last `period` p and
/// `d = sum |p_i - m| / period` (Lambert 1980). 0 for a window of equal prices, as in TA-Lib's CCI.
/// Nil for the first `period - 1` bars.
///
/// The mean is O(1) a bar. The mean deviation moves all its terms with m, so it is summed afresh,
/// `period` steps a bar; nothing can drift.
public struct CCI: Sendable {
  public let period: Int
  private let count: Double
  private var average: SMA

  public init(period: Int) {
    self.period = period
    count = Double(period)
    average = SMA(period: period)
  }

  /// Takes in the next bar. Returns the index, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Double? {
    let price = (high + low + close) / 3
    guard let mean = average.update(price) else { return nil }
    let deviations = average.sum { ($0 - mean).magnitude }
    return CCI.value(price - mean, deviations: deviations, count)
  }

  @inline(__always)
  private static func value(_ deviation: Double, deviations: Double, _ count: Double) -> Double {
    deviations > 0 ? deviation / (0.015 * (deviations / count)) : 0
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], period: Int
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    let (high, low, close) = (highs.span, lows.span, closes.span)
    return writtenColumns(closes.count) { out, prices in
      for row in 0..<out.count {
        prices[row] = (high[unchecked: row] + low[unchecked: row] + close[unchecked: row]) / 3
      }
      out.fillWarmUp(period - 1)
      SMA.write(period, rows: 0..<out.count, of: { prices[$0] }, to: out)
      var row = period - 1
      while row < out.count {
        // Four rows have the same prices in the same places, but for three.
        let place = row % period
        let lanes = place + 4 <= period && row + 4 <= out.count ? 4 : 1
        let means =
          lanes == 4
          ? SIMD4(out[row], out[row + 1], out[row + 2], out[row + 3])
          : SIMD4(repeating: out[row])
        let sums = sumsOfDeviations(prices, row - place, place, lanes, means, period)
        for lane in 0..<lanes {
          let deviation = prices[row + lane] - means[lane]
          out[row + lane] = value(deviation, deviations: sums[lane], Double(period))
        }
        row += lanes
      }
    }.0
  }

  /// The sums of the distances from the means, over the windows of up to four rows in a row.
  ///
  /// In the order of `update`: place p holds price p of the block as far as the row has come, and of the
  /// block before from there on.
  /// - Parameters:
  ///   - block: the row at which the block starts.
  ///   - place: that of the first of the rows in the block, 0-based.
  @inline(__always)
  private static func sumsOfDeviations(
    _ prices: Output, _ block: Int, _ place: Int, _ lanes: Int, _ means: SIMD4<Double>,
    _ period: Int
  ) -> SIMD4<Double> {
    var sums = SIMD4<Double>.zero
    @inline(__always)
    func add(_ past: SIMD4<Double>) {
      let deviations = past - means
      let magnitudes = unsafeBitCast(deviations, to: SIMD4<UInt64>.self) & (.max >> 1)
      sums += unsafeBitCast(magnitudes, to: SIMD4<Double>.self)
    }
    for p in 0...place { add(SIMD4(repeating: prices[block + p])) }
    let mixed = place + 1..<place + lanes
    for p in mixed {
      var past = SIMD4(repeating: prices[block + p])
      for lane in 0..<p - place { past[lane] = prices[block - period + p] }
      add(past)
    }
    for p in mixed.upperBound..<period { add(SIMD4(repeating: prices[block - period + p])) }
    return sums
  }
}
