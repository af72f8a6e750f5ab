extension RegimePart {
  /// Fits the regimes of nodes that have as many states as each other.
  ///
  /// Where the number is open each of the range is fitted and the lowest sum of BIC taken, the fewer
  /// states of equals. The nodes' models are independent, so the sum is the BIC of all of them
  /// together: `-2 sum log L + sum parameters * log T`, with `K - 1 + K (K - 1) + K D` parameters and
  /// those of the covariances (K D diagonal, K D (D + 1) / 2 full, D (D + 1) / 2 tied, K spherical).
  /// A number with which some node's fit leaves a state all but empty is out of the choice. The
  /// models are the bits of those with that number fixed.
  static func fitted(
    _ tables: [NodeTable], window: TrainingWindow, settings: RegimeSettings, seed: UInt64,
    minimumBars: Int
  ) throws(TrainingError) -> (parts: [RegimePart], choice: StateChoice) {
    var best: (parts: [RegimePart], bic: Double)?
    var candidates: [StateChoice.Candidate] = []
    var refusal: TrainingError?
    for states in settings.states.candidates {
      do throws(TrainingError) {
        var parts: [RegimePart] = []
        for table in tables {
          parts.append(
            try RegimePart(
              table, window: window, settings: settings, states: states, seed: seed,
              minimumBars: minimumBars))
        }
        let bic = parts.reduce(0) { $0 + $1.fit.bic }
        candidates.append(StateChoice.Candidate(states: states, bic: bic))
        if best.map({ bic < $0.bic }) ?? true { best = (parts, bic) }
      } catch {
        guard case .regime(_, _, .emptyState) = error else { throw error }
        candidates.append(StateChoice.Candidate(states: states, bic: nil))
        refusal = refusal ?? error
      }
    }
    guard let best else {
      guard let refusal else { preconditionFailure("a range holds a number") }
      throw refusal
    }
    return (
      best.parts,
      StateChoice(candidates: candidates, states: best.parts[0].model.states)
    )
  }
}
