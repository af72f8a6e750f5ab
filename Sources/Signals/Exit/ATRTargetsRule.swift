/// Takes profit in parts: at each of several gains, in average true ranges at entry, a share of what
/// was entered. The last share closes what is left where they sum to 1.
struct ATRTargetsRule: ExitRule {
  /// Ascending.
  var targets: [ExitSettings.ATRTarget]

  var reason: ExitReason { .atrTarget }

  /// Shares are sums of decimals: .1 + .2 + .7 must count as all.
  private static let hair = 1e-9

  /// - Parameter memory: how many targets were reached, which is a whole number.
  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    guard let range = position.atrAtEntry else { return nil }
    let before = Int(memory.first ?? 0)
    let gain = position.sign * (position.close - position.entryPrice)
    var reached = before
    while reached < targets.count,
      gain >= targets[reached].ranges * range - position.priceHair
    {
      reached += 1
    }
    guard reached > before else { return nil }
    memory = [Double(reached)]
    let (left, rest) = (left(after: before), left(after: reached))
    return rest <= ATRTargetsRule.hair ? 1 : 1 - rest / left
  }

  /// The price of the next target.
  func level(of position: OpenPosition, _ memory: [Double]) -> Double? {
    let reached = Int(memory.first ?? 0)
    guard let range = position.atrAtEntry, reached < targets.count else { return nil }
    return position.entryPrice + position.sign * targets[reached].ranges * range
  }

  /// The share of what was entered that is left after so many targets.
  private func left(after count: Int) -> Double {
    1 - targets.prefix(count).reduce(0) { $0 + $1.share }
  }
}
