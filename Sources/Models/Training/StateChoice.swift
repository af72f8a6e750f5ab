/// What was tried for the number of states, and what was taken.
public struct StateChoice: Sendable, Equatable {
  /// A number of states and the sum of its models' BIC; nil where a start left no state filled.
  public struct Candidate: Sendable, Equatable {
    public var states: Int
    public var bic: Double?
  }

  /// In the order of their states.
  public var candidates: [Candidate]
  public var states: Int
}
