/// What keeps a regime model from being fitted or used, with the data to act on.
public enum HMMError: Error, Equatable {
  /// The training window holds fewer observations than a fit needs.
  case tooFewObservations(found: Int, needed: Int)
  /// An observation is NaN or infinite. Columns count from 0; those of a node's observations have a name.
  case notFinite(row: Int, column: Int, name: String? = nil)
  /// An observation never changes, so it tells no states apart and has no variance.
  case constantObservation(column: Int, name: String? = nil)
  /// Every start ended with a state that holds fewer than the wanted part of the bars.
  case emptyState(states: Int, restarts: Int, smallestOccupancy: Double, needed: Double)
  /// The parameters are not those of a Gaussian hidden Markov model.
  case invalidParameters(reason: String)
}

extension HMMError {
  /// The same error with the name of the observation that it is about.
  func naming(_ names: [String]) -> HMMError {
    switch self {
    case .notFinite(let row, let column, nil):
      .notFinite(row: row, column: column, name: names[column])
    case .constantObservation(let column, nil):
      .constantObservation(column: column, name: names[column])
    default: self
    }
  }
}

extension HMMError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewObservations(let found, let needed):
      return "a regime model needs \(needed) observations and has \(found): "
        + "ingest more history or use a finer timeframe"
    case .notFinite(let row, let column, let name):
      return "regime observation \(name ?? "\(column + 1)") of row \(row + 1) is not finite: "
        + "look for zero or missing prices there with `regimefolio data check`"
    case .constantObservation(let column, let name):
      return "regime observation \(name ?? "\(column + 1)") is constant over the training window: "
        + "leave symbols that stand still out of such folds (model.on_missing: exclude), use a longer "
        + "window, or take it out of regime.observations"
    case .emptyState(let states, let restarts, let smallest, let needed):
      return "all \(restarts) starts of a regime model of \(states) states left a state with "
        + "\(percent(smallest)) of the bars, below \(percent(needed)): "
        + "lower regime.states or use a longer training window"
    case .invalidParameters(let reason):
      return "these are no parameters of a Gaussian hidden Markov model: \(reason)"
    }
  }

  /// A share with three decimals of a per cent, which tell one below the limit from the limit.
  private func percent(_ share: Double) -> String {
    (0...1).contains(share) ? "\(Double(Int(share * 1e5 + 0.5)) / 1e3) %" : "a share of \(share)"
  }
}
