import Market

/// Volume-weighted average price of the last `period` bars, in the unit of the price.
///
/// `sum v·p / sum v` with `p = (high + low + close) / 3` and v the volume; the plain mean of p where
/// there is no volume in the window. Nil for the first `period - 1` bars. The average since the
/// start of the day is `SessionVWAP`.
///
/// The sums are those of `SMA`: blocks at fixed positions, nothing ever subtracted, deviations
/// about one price inside the window. O(1) a bar on average; exact where all prices are equal.
public struct VWAP: Sendable {
  public let period: Int
  /// Elements before `position` hold price and volume of the current block's bars; those from it on
  /// the sums of `v·d`, v and `d = p - anchor` over the rest of the block before. The one after the
  /// last is 0.
  private var block: [SIMD4<Double>]
  private var anchor = 0.0
  private var head = SIMD4<Double>.zero
  private var position = 0
  private var isWarm = false

  public init(period: Int) {
    precondition(period >= 1, "a moving average needs a period of at least 1")
    self.period = period
    block = Array(repeating: .zero, count: period + 1)
  }

  /// Takes in the next bar. Returns the average price, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close, volume: bar.volume)
  }

  /// - Precondition: the volume is finite and not negative.
  public mutating func update(
    high: Double, low: Double, close: Double, volume: Double
  ) -> Double? {
    precondition(volume >= 0 && volume.isFinite, "\(volume) is no volume")
    let price = (high + low + close) / 3
    if position == 0 { startBlock(at: price) }
    head += terms(price: price, volume: volume)
    block[position] = SIMD4(price, volume, 0, 0)
    position += 1
    let sums = head + block[position]
    if position == period {
      position = 0
      isWarm = true
    }
    guard isWarm else { return nil }
    return anchor + (sums[1] > 0 ? sums[0] / sums[1] : sums[2] / Double(period))
  }

  private func terms(price: Double, volume: Double) -> SIMD4<Double> {
    let deviation = price - anchor
    return SIMD4(volume * deviation, volume, deviation, 0)
  }

  private mutating func startBlock(at price: Double) {
    anchor = price
    head = .zero
    guard isWarm else { return }
    var sums = SIMD4<Double>.zero
    for j in stride(from: period - 1, through: 0, by: -1) {
      sums += terms(price: block[j][0], volume: block[j][1])
      block[j] = sums
    }
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
