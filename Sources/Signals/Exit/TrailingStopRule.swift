/// Stops a fall from the best close since the fill, the fill price to begin with.
struct TrailingStopRule: ExitRule {
  /// As a fraction of the best close.
  var fall: StateNumber
  /// Gain of the best close over the fill price from which the rule counts; nil: from the start.
  var after: StateNumber?

  var reason: ExitReason { .trailing }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    guard let allowed = fall.at(position.stateAtEntry), isActive(position) else { return nil }
    let fall = position.sign * (1 - position.close / position.bestClose)
    return fall >= allowed - OpenPosition.hair ? 1 : nil
  }

  func level(of position: OpenPosition, _ memory: [Double]) -> Double? {
    guard let fall = fall.at(position.stateAtEntry), isActive(position) else { return nil }
    return position.bestClose * (1 - position.sign * fall)
  }

  private func isActive(_ position: OpenPosition) -> Bool {
    guard let after else { return true }
    guard let gain = after.at(position.stateAtEntry) else { return true }
    let best = position.sign * (position.bestClose / position.entryPrice - 1)
    return best >= gain - OpenPosition.hair
  }
}
