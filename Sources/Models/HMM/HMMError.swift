/// What keeps a regime model from being fitted or used, with the data to act on.
public enum HMMError: Error, Equatable {
  /// The training window holds fewer observations than a fit needs.
  case tooFewObservations(found: Int, needed: Int)
  /// An observation is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// An observation never changes, so it tells no states apart and has no variance.
  case constantObservation(column: Int)
  /// Every start ended with a state that holds fewer than the wanted part of the bars.
  case emptyState(states: Int, restarts: Int, smallestOccupancy: Double, needed: Double)
  /// The parameters are not those of a Gaussian hidden Markov model.
  case invalidParameters(reason: String)
}

extension HMMError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewObservations(let found, let needed):
      return "a regime model needs \(needed) observations and has \(found): "
        + "ingest more history or use a finer timeframe"
    case .notFinite(let row, let column):
      return "regime observation \(column) of row \(row) is not finite: "
        + "look for zero or missing prices there with `regimefolio data check`"
    case .constantObservation(let column):
      return "regime observation \(column) is constant over the training window: "
        + "leave it out of regime.observations or use a longer window"
    case .emptyState(let states, let restarts, let smallest, let needed):
      return "all \(restarts) starts of a regime model of \(states) states left a state with "
        + "a share of \(smallest) of the bars, below \(needed): "
        + "lower regime.states or use a longer training window"
    case .invalidParameters(let reason):
      return "these are no parameters of a Gaussian hidden Markov model: \(reason)"
    }
  }
}
