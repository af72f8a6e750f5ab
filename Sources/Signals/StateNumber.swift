/// A number of a rule: one for all, or one for each state at entry.
public enum StateNumber: Sendable, Equatable {
  case all(Double)
  /// Nil switches the rule off in a state.
  case byState([Double?])

  /// The number for a position that was entered in `state`; nil where that is not known.
  public func at(_ state: Int?) -> Double? {
    switch self {
    case .all(let number): return number
    case .byState(let numbers):
      guard let state, numbers.indices.contains(state) else { return nil }
      return numbers[state]
    }
  }
}

/// What tells states apart where a rule's numbers differ by state.
public enum StateSource: String, Sendable, CaseIterable {
  /// The label of the sizing regime.
  case regime
  /// How the regimes of all timeframes stand together (`RegimeMixture`).
  case mixture

  public func state(label: Int?, mixture: RegimeMixture?) -> Int? {
    switch self {
    case .regime: label
    case .mixture: mixture?.rawValue
    }
  }
}
