extension RegimePart {
  /// Nodes with one number of states.
  struct Group: Sendable {
    var parts: [RegimePart]
    var choice: StateChoice
  }

  /// Fits the regimes of groups of nodes; those of a group have as many states as each other.
  ///
  /// Where the number is open each of the range is fitted and the lowest sum of BIC taken, the fewer
  /// states of equals. The nodes' models are independent, so the sum is the BIC of all of them
  /// together: `-2 sum log L + sum parameters * log T`, with `K - 1 + K (K - 1) + K D` parameters and
  /// those of the covariances (K D diagonal, K D (D + 1) / 2 full, D (D + 1) / 2 tied, K spherical).
  /// A number with which some node's fit leaves a state all but empty is out of the choice. The
  /// models are the bits of those with that number fixed.
  static func fitted(
    _ groups: [[NodeTable]], window: TrainingWindow, settings: RegimeSettings, seed: UInt64,
    minimumBars: Int, in context: FitContext
  ) async throws -> [Group] {
    // Every number for every node at once, the outcomes in order: an error is one of them.
    let numbers = Array(settings.states.candidates)
    let work = groups.flatMap { tables in
      numbers.flatMap { states in tables.map { (states: states, table: $0) } }
    }
    var outcomes = try await context.slots.map(work, rank: context.rank) { item in
      Result { () throws(TrainingError) in
        try RegimePart(
          item.table, window: window, settings: settings, states: item.states, seed: seed,
          minimumBars: minimumBars)
      }
    }
    return try groups.map { tables in
      let own = Array(outcomes.prefix(numbers.count * tables.count))
      outcomes.removeFirst(own.count)
      return try chosen(numbers, own, of: tables.count)
    }
  }

  /// - Parameter outcomes: of the first number for each node, of the second, and so on.
  private static func chosen(
    _ numbers: [Int], _ outcomes: [Result<RegimePart, TrainingError>], of nodes: Int
  ) throws(TrainingError) -> Group {
    var best: (parts: [RegimePart], bic: Double)?
    var candidates: [StateChoice.Candidate] = []
    var refusal: TrainingError?
    for (index, states) in numbers.enumerated() {
      let own = outcomes[index * nodes..<(index + 1) * nodes]
      do throws(TrainingError) {
        var parts: [RegimePart] = []
        for outcome in own { parts.append(try outcome.get()) }
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
    return Group(
      parts: best.parts,
      choice: StateChoice(candidates: candidates, states: best.parts[0].model.states))
  }
}
