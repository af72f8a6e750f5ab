import Market

/// Accumulation / distribution line: volume weighted by where the bar closed, summed (Chaikin).
///
/// Adds `volume·((close - low) - (high - close)) / (high - low)`, nothing where high = low, as in
/// TA-Lib's AD. It has a value for every bar. Its level depends on where the series begins. The sum
/// is compensated, so its rounding does not grow with the length of the series.
public struct AccumulationDistribution: Sendable {
  private var sum = CompensatedSum()

  public init() {}

  /// Takes in the next bar. Returns the line.
  public mutating func update(_ bar: Bar) -> Double {
    update(high: bar.high, low: bar.low, close: bar.close, volume: bar.volume)
  }

  /// - Precondition: the volume is finite and not negative.
  public mutating func update(
    high: Double, low: Double, close: Double, volume: Double
  ) -> Double {
    precondition(volume >= 0 && volume.isFinite, "\(volume) is no volume")
    if high > low {
      sum.add(((close - low) - (high - close)) / (high - low) * volume)
    }
    return sum.value
  }

  /// The line of whole columns of equal length.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], volumes: [Double]
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    precondition(closes.count == volumes.count)
    var line = AccumulationDistribution()
    return closes.indices.map {
      line.update(high: highs[$0], low: lows[$0], close: closes[$0], volume: volumes[$0])
    }
  }
}
