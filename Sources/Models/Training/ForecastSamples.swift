import Kernels
import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// A node's history as the forecast's training reads it: inputs, regime probabilities and targets.
struct ForecastSamples: Sendable {
  /// One bar: the inputs of the network, and the next bar's return in sigmas where it is known.
  struct Step: Sendable {
    var knownAt: Timestamp
    var inputs: [Double]
    var regime: [Double]
    /// r(t+1) / sigma(t), clipped; nil across a gap, at the end and where the window is shut.
    var target: Double?
    /// When the target's outcome is known.
    var outcomeAt: Timestamp?
    /// Whether more slots are missing before this bar than a training chunk may run over.
    var startsSegment: Bool
  }

  let scaler: StandardScaler
  let steps: [Step]
  private let features: Int
  private let states: Int

  /// - Parameters:
  ///   - targetClip: sigmas.
  ///   - maxGap: missing slots before a bar that a segment may run over.
  /// - Precondition: the training part has a complete row of features (`ForecastReach`).
  init(
    _ table: NodeTable, regime part: RegimePart, window: TrainingWindow, enter: Double,
    targetClip: Double, maxGap: Int
  ) {
    let rows = table.rows.prefix(table.countKnown(at: window.to))
    let training = table.trainingFeatures(in: window)
    #if PLANTED_DEFECTS
      let all = table.rows.compactMap(\.features)
      let isPlanted = PlantedDefect.scalerOnAllRows.isPlanted
      let scaler = StandardScaler(fittedTo: Matrix(rows: isPlanted ? all : training))
    #else
      let scaler = StandardScaler(fittedTo: Matrix(rows: training))
    #endif
    var filter = RegimeFilter(part.model, threshold: enter)
    var variance = EWMAVariance(decay: part.varianceDecay)
    var steps: [Step] = []
    // A gap before rows that give no step begins a segment at the first that does.
    var startsSegment = false
    for (index, row) in rows.enumerated() {
      startsSegment = startsSegment || row.missingBefore > maxGap
      if let logReturn = row.logReturn { variance.update(logReturn, missing: row.missingBefore) }
      guard let regime = filter.update(row.observation), let features = row.features,
        let sigma2 = variance.next
      else { continue }
      var step = Step(
        knownAt: row.knownAt, inputs: scaler.squashed(features),
        regime: regime.posterior, target: nil, outcomeAt: nil,
        startsSegment: startsSegment)
      startsSegment = false
      if index + 1 < rows.count, let next = rows[index + 1].logReturn,
        rows[index + 1].missingBefore == 0, sigma2 > 0,
        !window.isShut(row.knownAt, rows[index + 1].knownAt)
      {
        step.target = min(targetClip, max(-targetClip, next / sigma2.squareRoot()))
        step.outcomeAt = rows[index + 1].knownAt
        #if PLANTED_DEFECTS
          let sigma = sigma2.squareRoot()
          step.plant(table, index, sigma: sigma, clip: targetClip)
        #endif
      }
      steps.append(step)
    }
    self.scaler = scaler
    self.steps = steps
    features = scaler.columns
    states = part.model.states
  }

  /// Contiguous sequences of the training part.
  func training(_ window: TrainingWindow) -> [TrainingSequence] {
    let from = window.from ?? .distantPast
    return sequences(of: steps[...]) { step in
      guard let outcomeAt = step.outcomeAt, step.knownAt > from, outcomeAt <= window.trainTo else {
        return false
      }
      return true
    }
  }

  /// Sequences of the early-stopping part, each with `context` bars before it to warm the state.
  func stopping(_ window: TrainingWindow, context: Int) -> [TrainingSequence] {
    guard let first = steps.firstIndex(where: { $0.knownAt >= window.stopFrom }) else { return [] }
    return sequences(of: steps[max(0, first - context)...]) { step in
      step.knownAt >= window.stopFrom
    }
  }

  /// Inputs and targets of the steps that a part uses, for the regression.
  func pairs(_ isUsed: (Step) -> Bool) -> (inputs: [[Double]], targets: [Double]) {
    var inputs: [[Double]] = []
    var targets: [Double] = []
    for step in steps where isUsed(step) {
      guard let target = step.target else { continue }
      inputs.append(step.inputs)
      targets.append(target)
    }
    return (inputs, targets)
  }

  private func sequences(of steps: ArraySlice<Step>, uses: (Step) -> Bool) -> [TrainingSequence] {
    var result: [TrainingSequence] = []
    var (inputs, regimes, targets): ([Float], [Float], [Float]) = ([], [], [])
    func close() {
      if targets.contains(where: { !$0.isNaN }) {
        result.append(TrainingSequence(inputs: inputs, regimes: regimes, targets: targets))
      }
      (inputs, regimes, targets) = ([], [], [])
    }
    for step in steps {
      if step.startsSegment { close() }
      for value in step.inputs { inputs.append(Float(value)) }
      for value in step.regime { regimes.append(Float(value)) }
      if uses(step), let target = step.target {
        targets.append(Float(target))
      } else {
        targets.append(.nan)
      }
    }
    close()
    return result
  }
}
