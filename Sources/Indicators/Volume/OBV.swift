import Kernels

/// On-balance volume: volume added on a rise of the close and taken off on a fall (Granville 1963).
///
/// Starts with the first bar's volume, as in TA-Lib, and has a value for every bar. Its level
/// depends on where the series begins; only its changes carry meaning. The sum is compensated, so
/// its rounding does not grow with the length of the series.
public struct OBV: Sendable {
  private var sum = CompensatedSum()
  private var previousClose = -Double.infinity

  public init() {}

  /// Takes in the next bar. Returns the volume on balance.
  ///
  /// - Precondition: the volume is finite and not negative.
  public mutating func update(close: Double, volume: Double) -> Double {
    requireVolume(volume)
    sum.add(OBV.term(close, after: previousClose, volume))
    previousClose = close
    return sum.value
  }

  @inline(__always)
  private static func term(_ close: Double, after last: Double, _ volume: Double) -> Double {
    // Without a branch: which way the price goes next, no processor foresees.
    (close > last ? volume : 0) - (close < last ? volume : 0)
  }

  /// The values of whole columns of equal length.
  public static func column(closes: [Double], volumes: [Double]) -> [Double] {
    precondition(closes.count == volumes.count)
    return writtenColumn(closes.count) { out in
      guard !out.isEmpty else { return }
      // The first bar, which has none before it.
      var first = OBV()
      out[0] = first.update(close: closes[0], volume: volumes[0])
      var sum = first.sum
      let rest = 1..<out.count
      let areVolumes = closes.withUnsafeBufferPointer { close in
        volumes.withUnsafeBufferPointer { volume in
          ColumnKernels.addBalances(
            close: .init(rebasing: close[rest]), previousClose: .init(rebasing: close.dropLast()),
            volume: .init(rebasing: volume[rest]), sum: &sum.sum, compensation: &sum.compensation,
            into: Output(rebasing: out[rest]))
        }
      }
      requireVolumes(volumes, areVolumes: areVolumes)
    }
  }
}
