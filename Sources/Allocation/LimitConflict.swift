/// Why a measure of diversification stays beyond its limit, whatever is cut.
struct LimitConflict: Sendable, Equatable {
  let measure: DiversificationMeasure
  let best: Double
  let with: [LimitName]
}
