/// Leaves when the fast average of closes crosses the slow one against the position.
///
/// Averages that stand against it from entry on have not crossed: they must have stood with it, at
/// entry or at a close since, before they can.
struct AverageCrossRule: ExitRule {
  var averages: AveragePair

  var reason: ExitReason { .averages }
  var readings: [Reading] { averages.readings }

  /// - Parameter memory: 1 once the averages have stood with the position.
  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    if memory.isEmpty {
      let distance = averages.distance(position.readingsAtEntry)
      memory = [distance.map { position.sign * $0 > 0 } == true ? 1 : 0]
    }
    guard let distance = averages.distance(position.readings) else { return nil }
    if position.sign * distance > 0 { memory = [1] }
    return position.sign * distance < 0 && memory[0] == 1 ? 1 : nil
  }
}
