/// Leaves when the sizing regime has another label than at entry, with enough confidence, at so many
/// closes in a row.
struct RegimeChangeRule: ExitRule {
  var confidence: StateNumber
  /// Closes in a row.
  var confirm: Int

  var reason: ExitReason { .regimeChange }

  /// - Parameter memory: closes in a row so far.
  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    let closes = isOther(position) ? (memory.first ?? 0) + 1 : 0
    memory = [closes]
    return closes >= Double(confirm) ? 1 : nil
  }

  private func isOther(_ position: OpenPosition) -> Bool {
    guard let needed = confidence.at(position.stateAtEntry), let entry = position.regimeAtEntry,
      let now = position.regime, now != entry, let confidence = position.regimeConfidence
    else { return false }
    return confidence >= needed
  }
}
