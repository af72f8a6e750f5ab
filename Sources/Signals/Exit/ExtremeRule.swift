/// Takes profit where a price has gone far in the position's direction: the relative strength index of
/// a long position is at its level or above, the close at its upper Bollinger band or above; mirrored
/// for a short one.
struct ExtremeRule: ExitRule {
  enum Look: Sendable {
    case rsi, bollinger, both
  }

  var extremes: PriceExtremes
  var look: Look

  var reason: ExitReason {
    switch look {
    case .rsi: .rsi
    case .bollinger: .bollinger
    case .both: .rsiAndBollinger
    }
  }

  var readings: [Reading] { extremes.readings }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    let rsi = extremes.rsiIsFar(up: position.isLong, position.readings) ?? false
    let band = extremes.bandIsReached(up: position.isLong, position.readings) ?? false
    let isHit =
      switch look {
      case .rsi: rsi
      case .bollinger: band
      case .both: rsi && band
      }
    return isHit ? 1 : nil
  }
}
