import Kernels
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
    sum.add(AccumulationDistribution.term(high, low, close, volume))
    return sum.value
  }

  @inline(__always)
  private static func term(
    _ high: Double, _ low: Double, _ close: Double, _ volume: Double
  ) -> Double {
    high > low ? ((close - low) - (high - close)) / (high - low) * volume : 0
  }

  /// The line of whole columns of equal length.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], volumes: [Double]
  ) -> [Double] {
    writtenColumn(closes.count) { write(highs, lows, closes, volumes, to: $0) }
  }

  /// Writes the line of whole columns of equal length.
  static func write(
    _ highs: [Double], _ lows: [Double], _ closes: [Double], _ volumes: [Double], to out: Output
  ) {
    precondition(highs.count == lows.count && lows.count == closes.count)
    precondition(closes.count == volumes.count && closes.count == out.count)
    var sum = CompensatedSum()
    let areVolumes = highs.withUnsafeBufferPointer { high in
      lows.withUnsafeBufferPointer { low in
        closes.withUnsafeBufferPointer { close in
          volumes.withUnsafeBufferPointer { volume in
            ColumnKernels.addMoneyFlows(
              high: high, low: low, close: close, volume: volume, sum: &sum.sum,
              compensation: &sum.compensation, into: out)
          }
        }
      }
    }
    requireVolumes(volumes, areVolumes: areVolumes)
  }
}
