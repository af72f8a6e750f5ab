/// Why a measure of diversification stays beyond its limit, whatever is cut.
struct LimitConflict: Sendable, Equatable {
  let measure: DiversificationMeasure
  let best: Double
  let with: [LimitName]
  /// Whether it is what is stuck that stands against it: the others alone could be cut far enough.
  let isOfStuck: Bool
}
