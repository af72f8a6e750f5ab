public import Models

/// The studies, in the order of the document.
public enum Study: String, CaseIterable, Sendable {
  case regimes, forecast, gate, noise, cost, profiles

  /// Seeds or markets of the full study; for the gate, records of each length.
  public var trials: Int {
    switch self {
    case .regimes, .forecast, .cost: 20
    case .gate: 2000
    case .noise: 100
    case .profiles: 60
    }
  }

  var command: String { "regimefolio evidence --study \(rawValue)" }
}

/// Where studies keep their models, and how they report.
public struct Laboratory: Sendable {
  /// Models that are there already are not trained again, so a study that was stopped goes on.
  public var store: ModelStore
  public var workers: Int
  /// Called after each trial with a line of progress.
  public var note: @Sendable (String) -> Void

  public init(store: ModelStore, workers: Int, note: @escaping @Sendable (String) -> Void) {
    precondition(workers >= 1)
    self.store = store
    self.workers = workers
    self.note = note
  }
}
