/// Asks that the price has gone far the other way: down before a long position (a low relative strength
/// index, a close at the lower Bollinger band), up before a short one.
struct ReversionRule: EntryRule {
  var extremes: PriceExtremes

  var readings: [Reading] { extremes.readings }

  func refusal(of candidate: EntryCandidate) -> EntryRefusal? {
    let looks = [
      extremes.rsiIsFar(up: !candidate.isLong, candidate.readings),
      extremes.bandIsReached(up: !candidate.isLong, candidate.readings),
    ].compactMap { $0 }
    let isFar = extremes.need == .all ? !looks.contains(false) : looks.contains(true)
    return isFar ? nil : .notExtreme
  }
}
