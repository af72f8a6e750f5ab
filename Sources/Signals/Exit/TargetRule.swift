/// Takes profit at a gain over the fill price.
struct TargetRule: ExitRule {
  /// As a fraction.
  var gain: StateNumber

  var reason: ExitReason { .target }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    guard let gain = gain.at(position.stateAtEntry) else { return nil }
    return position.gain >= gain - OpenPosition.hair ? 1 : nil
  }

  func level(of position: OpenPosition, _ memory: [Double]) -> Double? {
    gain.at(position.stateAtEntry).map { position.entryPrice * (1 + position.sign * $0) }
  }
}
