extension ExitSettings {
  /// The numbers that may differ by the state at entry, by their names in the portfolio file.
  public enum Level: String, Sendable, CaseIterable {
    case target, stop, trailing, breakeven
    case trailingAfter = "trailing_after"
    case atrStop = "atr_stop"
    case sigmaStop = "sigma_stop"
    case atrTrailing = "atr_trailing"
    case regimeChange = "regime_change"
    case lowConfidence = "low_confidence"

    /// The number that holds in every state.
    var field: WritableKeyPath<ExitSettings, Double?> {
      switch self {
      case .target: \.target
      case .stop: \.stop
      case .trailing: \.trailing
      case .trailingAfter: \.trailingAfter
      case .atrStop: \.atrStop
      case .sigmaStop: \.sigmaStop
      case .atrTrailing: \.atrTrailing
      case .breakeven: \.breakeven
      case .regimeChange: \.regimeChange
      case .lowConfidence: \.lowConfidence
      }
    }
  }

  /// A number, the same in every state or not; nil where it is off.
  public subscript(level: Level) -> StateNumber? {
    get { byState[level].map { .byState($0) } ?? self[keyPath: level.field].map { .all($0) } }
    set {
      byState[level] = nil
      self[keyPath: level.field] = nil
      switch newValue {
      case nil: break
      case .all(let number): self[keyPath: level.field] = number
      case .byState(let numbers): byState[level] = numbers
      }
    }
  }
}
