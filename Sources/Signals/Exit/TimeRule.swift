/// Closes a position that has been held for so many closes, that of the fill's bar included.
struct TimeRule: ExitRule {
  var limit: ExitSettings.BarLimit

  var reason: ExitReason { .time }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    guard let limit = limit.limit(enteredIn: position.stateAtEntry) else { return nil }
    return position.bars >= limit ? 1 : nil
  }
}
