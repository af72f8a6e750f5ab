/// Stops a loss below the fill price in forecast standard deviations of one primary bar as they were at
/// entry.
struct SigmaStopRule: ExitRule {
  var deviations: StateNumber

  var reason: ExitReason { .sigmaStop }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    guard let deviations = deviations.at(position.stateAtEntry),
      let deviation = position.deviationAtEntry
    else { return nil }
    return -position.gain >= deviations * deviation - OpenPosition.hair ? 1 : nil
  }

  func level(of position: OpenPosition, _ memory: [Double]) -> Double? {
    guard let deviations = deviations.at(position.stateAtEntry),
      let deviation = position.deviationAtEntry
    else { return nil }
    return position.entryPrice * (1 - position.sign * deviations * deviation)
  }
}
