import Market

/// The last stages: what may be traded at this decision, and whether the targets keep every limit.
extension AllocationDraft {
  mutating func applyTurnover(_ limit: TurnoverLimit) throws(AllocationError) {
    guard let outcome = try limit.apply(to: &lines) else { return }
    bound.append(outcome.bound)
    if let unreached = outcome.unreached { self.unreached.append(unreached) }
  }

  /// Re-checks every limit on the targets, and on what the positions will be where a symbol has no
  /// bar to trade at.
  ///
  /// - Throws: `AllocationError.limitNotKept` for a target that breaks a limit without a reason.
  mutating func recheck(_ limits: LimitSettings) throws(AllocationError) {
    let targets = lines.map { (symbol: $0.symbol, weight: $0.target) }
    let held = Dictionary(uniqueKeysWithValues: lines.map { ($0.symbol, $0.held) })
    let found = limits.violations(of: targets, held: held, covariance: input.covariance)
    for violation in found where !unreached.contains(where: { $0.violation == violation }) {
      throw .limitNotKept(violation)
    }
    let stale = zip(input.assets, lines).filter { asset, line in
      asset.ineligible == .stalePrice && line.held != 0
    }.map(\.1)
    guard !stale.isEmpty else { return }
    let reachable = lines.map { line in
      let isStale = stale.contains { $0.symbol == line.symbol }
      return (symbol: line.symbol, weight: isStale ? line.held : line.target)
    }
    for violation in limits.violations(of: reachable, covariance: input.covariance) {
      unreached.append(
        UnreachedLimit(violation: violation, reason: .untradable(stale.map(\.symbol))))
    }
  }
}
