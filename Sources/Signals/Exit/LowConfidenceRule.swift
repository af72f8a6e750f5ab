/// Leaves when the sizing regime's confidence is too low.
struct LowConfidenceRule: ExitRule {
  var confidence: StateNumber

  var reason: ExitReason { .lowConfidence }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    guard let least = confidence.at(position.stateAtEntry), let now = position.regimeConfidence,
      now < least
    else { return nil }
    return 1
  }
}
