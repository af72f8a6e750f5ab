/// A measure of how spread risk is.
public enum DiversificationMeasure: Sendable, Equatable {
  /// `1 / Σ RC²`.
  case effectiveBets
  /// The risk-weighted mean correlation of the positions.
  case averageCorrelation
}
