import Market

/// A node's history as the variance models' training reads it.
struct VarianceSamples: Sendable {
  /// One bar, and what came of it where that is known and may be seen.
  struct Step: Sendable {
    var knownAt: Timestamp
    var inputs: VarianceInputs
    var outcome: Outcome?
    /// Whether more slots are missing before this bar than a training chunk may run over.
    var startsSegment: Bool
  }

  /// The next bar over the EWMA variance at this one; none across a gap, and none where the market stood
  /// still: the EWMA fades towards 0 there, and one bar that opens it again would outweigh all others.
  struct Outcome: Sendable {
    var knownAt: Timestamp
    /// Its range variance and its squared return.
    var range: Double
    var square: Double
  }

  let steps: [Step]

  /// Reads what is known up to the window's end.
  init(_ table: NodeTable, decay: Double, window: TrainingWindow, maxGap: Int) {
    let rows = table.rows.prefix(table.countKnown(at: window.to))
    var stream = VarianceInputStream(decay: decay)
    var steps: [Step] = []
    // A gap before rows that give no step begins a segment at the first that does.
    var startsSegment = false
    for (index, row) in rows.enumerated() {
      startsSegment = startsSegment || row.missingBefore > maxGap
      guard let inputs = stream.update(row) else { continue }
      var step = Step(
        knownAt: row.knownAt, inputs: inputs, outcome: nil, startsSegment: startsSegment)
      startsSegment = false
      if index + 1 < rows.count {
        let next = rows[index + 1]
        if next.missingBefore == 0, let move = next.logReturn, row.volatility.hasMoved,
          !window.isShut(row.knownAt, next.knownAt)
        {
          step.outcome = Outcome(
            knownAt: next.knownAt, range: next.volatility.range / inputs.ewma,
            square: move * move / inputs.ewma)
        }
      }
      steps.append(step)
    }
    self.steps = steps
  }

  /// Whether a step's outcome lies in the part that the weights are learned from.
  static func trains(_ step: Step, _ window: TrainingWindow) -> Bool {
    guard let outcome = step.outcome else { return false }
    return step.knownAt > window.from ?? .distantPast && outcome.knownAt <= window.trainTo
  }

  /// Whether a step's outcome lies in the part that stops the training.
  static func stops(_ step: Step, _ window: TrainingWindow) -> Bool {
    step.outcome != nil && step.knownAt >= window.stopFrom
  }

  /// Contiguous sequences of the steps, with a target where `uses` says so.
  /// - Parameter scaled: the network's inputs of a step.
  func sequences(
    from first: Int = 0, scaled: (Step) -> [Float], uses: (Step) -> Bool
  ) -> [TrainingSequence] {
    var result: [TrainingSequence] = []
    var (inputs, targets): ([Float], [Float]) = ([], [])
    func close() {
      if targets.contains(where: { !$0.isNaN }) {
        result.append(TrainingSequence(inputs: inputs, regimes: [], targets: targets))
      }
      (inputs, targets) = ([], [])
    }
    for step in steps[first...] {
      if step.startsSegment { close() }
      inputs += scaled(step)
      targets.append(uses(step) ? Float(step.outcome?.range ?? .nan) : .nan)
    }
    close()
    return result
  }
}
