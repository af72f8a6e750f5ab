/// When a price has gone far: by its relative strength index, by its Bollinger bands, or by both.
public struct PriceExtremes: Sendable, Equatable {
  public enum Need: String, Sendable, CaseIterable {
    case any, all
  }

  /// Far up from this index on and far down from 100 less it: 70 and 30 say the same. Nil does not
  /// look at it.
  public var rsi: Double?
  public var rsiPeriod = 14
  /// Far up at this many standard deviations above the average of the closes, far down below it.
  public var bollinger: Double?
  public var bollingerPeriod = 20
  /// Whether both must have gone far where both are looked at.
  public var need: Need

  public init(need: Need) { self.need = need }

  public var isOff: Bool { rsi == nil && bollinger == nil }

  var readings: [Reading] {
    var readings: [Reading] = []
    if rsi != nil { readings.append(.rsi(period: rsiPeriod)) }
    if let bollinger {
      readings += [
        .close, .upperBand(period: bollingerPeriod, deviations: bollinger),
        .lowerBand(period: bollingerPeriod, deviations: bollinger),
      ]
    }
    return readings
  }

  /// Whether the index has gone far; false in its warm-up, nil where it is not looked at.
  func rsiIsFar(up: Bool, _ readings: Readings) -> Bool? {
    guard let rsi else { return nil }
    guard let now = readings[.rsi(period: rsiPeriod)] else { return false }
    return up ? now >= max(rsi, 100 - rsi) : now <= min(rsi, 100 - rsi)
  }

  /// Whether the close has reached its band; false in the warm-up, nil where bands are not looked at.
  func bandIsReached(up: Bool, _ readings: Readings) -> Bool? {
    guard let bollinger else { return nil }
    guard let close = readings[.close],
      let upper = readings[.upperBand(period: bollingerPeriod, deviations: bollinger)],
      let lower = readings[.lowerBand(period: bollingerPeriod, deviations: bollinger)]
    else { return false }
    // Bands without a width are touched from both sides by a price that stands still.
    guard upper > lower else { return false }
    return up ? close >= upper : close <= lower
  }
}
