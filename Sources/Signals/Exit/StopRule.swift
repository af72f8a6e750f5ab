/// Stops a loss below the fill price.
struct StopRule: ExitRule {
  /// As a fraction.
  var loss: StateNumber

  var reason: ExitReason { .stop }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    guard let loss = loss.at(position.stateAtEntry) else { return nil }
    return -position.gain >= loss - OpenPosition.hair ? 1 : nil
  }

  func level(of position: OpenPosition, _ memory: [Double]) -> Double? {
    loss.at(position.stateAtEntry).map { position.entryPrice * (1 - position.sign * $0) }
  }
}
