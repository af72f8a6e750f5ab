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
  private static func terms(
    _ close: SIMD2<Double>, after last: SIMD2<Double>, _ volume: SIMD2<Double>
  ) -> SIMD2<Double> {
    // Without a branch: which way the price goes next, no processor foresees.
    let gained = SIMD2.zero.replacing(with: volume, where: close .> last)
    let lost = SIMD2.zero.replacing(with: volume, where: close .< last)
    return gained - lost
  }

  @inline(__always)
  private static func term(_ close: Double, after last: Double, _ volume: Double) -> Double {
    terms(SIMD2(close, 0), after: SIMD2(last, 0), SIMD2(volume, 0))[0]
  }

  /// The values of whole columns of equal length.
  public static func column(closes: [Double], volumes: [Double]) -> [Double] {
    precondition(closes.count == volumes.count)
    let (close, volume) = (closes.span, volumes.span)
    return writtenColumn(closes.count) { out in
      var sum = CompensatedSum()
      requiringVolumes(volume) { rows in
        var rest = rows
        if rows.lowerBound == 0 {
          // The first bar, which has none before it.
          var first = OBV()
          out[0] = first.update(close: close[0], volume: volume[0])
          sum = first.sum
          rest = 1..<rows.upperBound
        }
        sum.write(
          rest,
          term: { term(close[$0], after: close[$0 - 1], volume[$0]) },
          pair: { terms(close.pair($0), after: close.pair($0 &- 1), volume.pair($0)) }, to: out)
      }
    }
  }
}
