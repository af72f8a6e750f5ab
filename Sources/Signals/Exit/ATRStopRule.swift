/// Stops a loss below the fill price in average true ranges as they were at entry, of the primary
/// timeframe or of a slower one.
struct ATRStopRule: ExitRule {
  var ranges: StateNumber

  var reason: ExitReason { .atrStop }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    guard let ranges = ranges.at(position.stateAtEntry), let range = position.stopRangeAtEntry
    else { return nil }
    let loss = position.sign * (position.entryPrice - position.close)
    return loss >= ranges * range - position.priceHair ? 1 : nil
  }

  func level(of position: OpenPosition, _ memory: [Double]) -> Double? {
    guard let ranges = ranges.at(position.stateAtEntry), let range = position.stopRangeAtEntry
    else { return nil }
    return position.entryPrice - position.sign * ranges * range
  }
}
