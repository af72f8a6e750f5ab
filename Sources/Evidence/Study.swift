public import Models

/// The studies, in the order of the document.
public enum Study: String, CaseIterable, Sendable {
  case regimes, forecast, gate, noise, cost, profiles
  case series, variance, returns, choices, gates, methods

  /// Whether it reads real series, which the user must have.
  public var needsSeries: Bool {
    switch self {
    case .series, .variance, .returns, .choices, .gates, .methods: true
    default: false
    }
  }

  /// Seeds or markets of the full study; for the gate, records of each length.
  public var trials: Int {
    switch self {
    case .regimes, .forecast, .cost: 20
    case .gate: 2000
    case .noise: 100
    case .profiles: 60
    case .series, .variance, .returns, .choices, .gates, .methods: 1
    }
  }

  var command: String {
    "regimefolio evidence --study \(rawValue)" + (needsSeries ? " --data DIR" : "")
  }
}

/// Where studies keep their models, and how they report.
public struct Laboratory: Sendable {
  /// Models that are there already are not trained again, so a study that was stopped goes on.
  public var store: ModelStore
  public var workers: Int
  /// Reads the series of a universe; nil where the user has given none.
  public var read: (@Sendable (MarketUniverse) throws -> MarketBars)?
  /// Called after each trial with a line of progress.
  public var note: @Sendable (String) -> Void

  public init(
    store: ModelStore, workers: Int,
    read: (@Sendable (MarketUniverse) throws -> MarketBars)? = nil,
    note: @escaping @Sendable (String) -> Void
  ) {
    precondition(workers >= 1)
    self.store = store
    self.workers = workers
    self.read = read
    self.note = note
  }

  /// - Precondition: series were given.
  func bars(_ universe: MarketUniverse) throws -> MarketBars {
    guard let read else { preconditionFailure("a study of real series is run with some") }
    return try read(universe)
  }

  /// Makes one trial a seed, one after the other, for a trial itself uses all workers.
  /// - Parameter line: what to say of a trial.
  func trials<Trial>(
    _ seeds: [UInt64], _ trial: (UInt64, Laboratory) async throws -> Trial,
    line: (UInt64, Trial) -> String
  ) async rethrows -> [Trial] {
    var trials: [Trial] = []
    for seed in seeds {
      let made = try await trial(seed, self)
      trials.append(made)
      note(line(seed, made))
    }
    return trials
  }
}
