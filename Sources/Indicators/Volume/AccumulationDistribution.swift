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
    requireVolume(volume)
    return advance(high, low, close, volume)
  }

  /// `update` with a volume that is known to be one.
  @inline(__always)
  mutating func advance(
    _ high: Double, _ low: Double, _ close: Double, _ volume: Double
  ) -> Double {
    sum.add(high > low ? ((close - low) - (high - close)) / (high - low) * volume : 0)
    return sum.value
  }

  /// The line of whole columns of equal length.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], volumes: [Double]
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    precondition(closes.count == volumes.count)
    let (high, low, close, volume) = (highs.span, lows.span, closes.span, volumes.span)
    return writtenColumn(closes.count) { out in
      var line = AccumulationDistribution()
      requiringVolumes(volume) { rows in
        for row in rows {
          out[row] = line.advance(
            high[unchecked: row], low[unchecked: row], close[unchecked: row],
            volume[unchecked: row])
        }
      }
    }
  }
}
