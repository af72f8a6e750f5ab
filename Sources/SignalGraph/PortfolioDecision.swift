public import Allocation
public import Market

/// The outcome of one close at which there was something to decide.
public struct PortfolioDecision: Sendable, Equatable {
  public var now: Timestamp
  /// Weight to trade to, by symbol; nil leaves it. The weight that is held leaves it too, and withdraws
  /// an order that waits.
  public var targets: [Double?]
  public var reasons: [String]
  /// The whole allocation; nil when an exit rule fired and the others' weights are left as they are.
  public var allocation: AllocationDecision?
  /// By symbol, what the allocation did about it; none where there is none.
  public var outcomes: [DecisionOutcome] = []
  /// `in_out`: by symbol, what kept the entry rules from opening a position; nil where one stands.
  public var refusals: [DecisionOutcome?] = []
}
