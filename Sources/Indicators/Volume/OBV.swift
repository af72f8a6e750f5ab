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
    return advance(close, volume)
  }

  @inline(__always)
  private mutating func advance(_ close: Double, _ volume: Double) -> Double {
    // Without a branch: which way the price goes next, no processor foresees.
    let gained = close > previousClose ? volume : 0
    let lost = close < previousClose ? volume : 0
    sum.add(gained - lost)
    previousClose = close
    return sum.value
  }

  /// The values of whole columns of equal length.
  public static func column(closes: [Double], volumes: [Double]) -> [Double] {
    precondition(closes.count == volumes.count)
    let (close, volume) = (closes.span, volumes.span)
    return writtenColumn(closes.count) { out in
      var balance = OBV()
      requiringVolumes(volume) { rows in
        for row in rows {
          out[row] = balance.advance(close[unchecked: row], volume[unchecked: row])
        }
      }
    }
  }
}
