import Market

/// How much of a node's bars a forecast on a window could be fitted to. Nothing of it depends on a fit, so it
/// is known before there is one.
public struct ForecastReach: Sendable, Equatable {
  /// Complete rows of features in the training part, which the scaler is fitted to.
  public var rows = 0
  /// Targets that the weights are learned from.
  public var training = 0
  /// Targets that stop the training.
  public var stopping = 0
}

extension NodeTable {
  /// Counts what `ForecastSamples` would give.
  /// - Parameters:
  ///   - mode: of the networks, which reads some bars before a target.
  ///   - maxGap: missing slots before a bar that a segment may run over.
  public func forecastReach(
    in window: TrainingWindow, mode: ForecastMode, maxGap: Int
  ) -> ForecastReach {
    var reach = ForecastReach()
    reach.rows = trainingFeatures(in: window).count
    var segment = ReachedSegment(mode)
    // Whether there is a variance hangs on no decay.
    var variance = EWMAVariance(decay: 0.985)
    let known = rows.prefix(countKnown(at: window.to))
    for (index, row) in known.enumerated() {
      if let move = row.logReturn { variance.update(move, missing: row.missingBefore) }
      if row.missingBefore > maxGap { segment.close(into: &reach) }
      guard row.observation != nil, row.features != nil, let sigma2 = variance.next else {
        continue
      }
      segment.addStep()
      guard index + 1 < known.count, known[index + 1].logReturn != nil, sigma2 > 0,
        known[index + 1].missingBefore == 0
      else { continue }
      let outcomeAt = known[index + 1].knownAt
      guard !window.isShut(row.knownAt, outcomeAt) else { continue }
      if row.knownAt > window.from ?? .distantPast, outcomeAt <= window.trainTo {
        segment.addTrainingTarget()
      } else if row.knownAt >= window.stopFrom, segment.isFull {
        reach.stopping += 1
      }
    }
    segment.close(into: &reach)
    return reach
  }

  /// The rows of features that a forecast's scaler is fitted to.
  func trainingFeatures(in window: TrainingWindow) -> [[Double]] {
    seen(in: window).filter { $0.knownAt <= window.trainTo }.compactMap(\.features)
  }
}

/// The targets of one segment, of which its chunks or windows reach some (`ForecastMode.epoch`).
private struct ReachedSegment {
  private let mode: ForecastMode
  private var steps = 0
  /// Targets within the burn-in of the segment, or before the first window is full; and those after.
  private var (early, late) = (0, 0)

  init(_ mode: ForecastMode) {
    self.mode = mode
  }

  /// Whether the last step ends a window; a dense network forecasts at every step.
  var isFull: Bool {
    switch mode {
    case .dense: true
    case .windowed(let length): steps >= length
    }
  }

  mutating func addStep() { steps += 1 }

  /// Adds the last step's target.
  mutating func addTrainingTarget() {
    let isReached =
      switch mode {
      case .dense(_, let burnIn): steps > burnIn
      case .windowed: isFull
      }
    if isReached { late += 1 } else { early += 1 }
  }

  mutating func close(into reach: inout ForecastReach) {
    reach.training += late
    // A segment of no more steps than the burn-in is one chunk, with a loss at every target.
    if case .dense(_, let burnIn) = mode, steps <= burnIn { reach.training += early }
    (steps, early, late) = (0, 0, 0)
  }
}
