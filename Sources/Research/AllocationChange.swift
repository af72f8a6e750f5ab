public import Allocation
public import Market

/// How the weight wanted of a symbol differs from that of the decision before, stage by stage.
///
/// Both decisions are made by the same models from the same holdings, so the difference is that of
/// what was known at either. Models that have learned from bars after the one before see it in hindsight.
/// The parts sum to the change of the weight after the limits.
public struct AllocationChange: Sendable, Equatable {
  /// A stage and what it adds now beyond what it added before, in weight.
  public struct Part: Sendable, Equatable {
    public var stage: String
    public var change: Double
  }

  public let symbol: Symbol
  /// Weights after the limits.
  public let before: Double
  public let now: Double
  public let parts: [Part]
  /// Why the weight is what it is now, where that was no reason before.
  public let newReasons: [AllocationReason]

  public init(from before: AllocationLine, to now: AllocationLine) {
    symbol = now.symbol
    self.before = before.limited
    self.now = now.limited
    func steps(_ line: AllocationLine) -> [(stage: String, added: Double)] {
      [
        // What is stuck comes of no stage.
        ("prior", line.isStuck ? 0 : line.prior), ("volatility target", line.scaled - line.prior),
        ("regime", line.afterRegime - line.scaled), ("tilt", line.tilted - line.afterRegime),
        ("limits", line.limited - line.tilted), ("stale price", line.isStuck ? line.limited : 0),
      ]
    }
    parts = zip(steps(before), steps(now)).map { then, later in
      Part(stage: later.stage, change: later.added - then.added)
    }
    newReasons = now.reasons.filter { !before.reasons.contains($0) }
  }
}

extension AllocationReport {
  /// What changed since the decision before, in the order of the rows; none where there was none.
  public var changes: [AllocationChange] {
    guard let previous else { return [] }
    return zip(previous.decision.lines, decision.lines).map { AllocationChange(from: $0, to: $1) }
  }
}
