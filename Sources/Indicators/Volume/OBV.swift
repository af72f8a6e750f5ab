/// On-balance volume: volume added on a rise of the close and taken off on a fall (Granville 1963).
///
/// Starts with the first bar's volume, as in TA-Lib, and has a value for every bar. Its level
/// depends on where the series begins; only its changes carry meaning. The sum is compensated, so
/// its rounding does not grow with the length of the series.
public struct OBV: Sendable {
  private var sum = CompensatedSum()
  private var previousClose: Double?

  public init() {}

  /// Takes in the next bar. Returns the volume on balance.
  ///
  /// - Precondition: the volume is finite and not negative.
  public mutating func update(close: Double, volume: Double) -> Double {
    precondition(volume >= 0 && volume.isFinite, "\(volume) is no volume")
    let last = previousClose ?? -.infinity
    if close > last { sum.add(volume) } else if close < last { sum.add(-volume) }
    previousClose = close
    return sum.value
  }

  /// The values of whole columns of equal length.
  public static func column(closes: [Double], volumes: [Double]) -> [Double] {
    precondition(closes.count == volumes.count)
    var balance = OBV()
    return closes.indices.map { balance.update(close: closes[$0], volume: volumes[$0]) }
  }
}
