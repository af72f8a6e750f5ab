public import Market

/// Replays given target weights: no models, no limits, no rounding.
public struct WeightReplay: SynchronousDecisionMaker {
  /// Ascending by the close at which they are decided.
  private let decisions: [(close: Timestamp, weights: [Double])]
  private var next = 0

  /// - Parameter weights: at each decision's close, one weight a symbol in the book's order; no entry
  ///   holds.
  public init(_ weights: [Timestamp: [Double]]) {
    decisions = weights.map { (close: $0.key, weights: $0.value) }.sorted { $0.close < $1.close }
  }

  /// The weights that are decided at a close; nil where none are. Closes come in order of time.
  mutating func weights(at close: Timestamp) -> [Double]? {
    while next < decisions.count, decisions[next].close < close { next += 1 }
    guard next < decisions.count, decisions[next].close == close else { return nil }
    return decisions[next].weights
  }

  public mutating func decide(_ moment: Moment) -> Targets? {
    guard let weights = self.weights(at: moment.now) else { return nil }
    return Targets(
      weights: weights.map { .some($0) },
      reasons: Array(repeating: "given weights", count: weights.count))
  }
}
