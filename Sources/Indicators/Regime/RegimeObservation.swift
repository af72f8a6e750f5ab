/// What the regime model looks at: two numbers a bar.
public enum RegimeObservation: String, CaseIterable, Sendable {
  /// `ln(c_t / c_{t-1})` and `ln` of the realised volatility of the last 20 bars.
  ///
  /// The second is at least `ln(.02)` plus that of the 250-bar volatility, and at least `ln(1e-8)`,
  /// so that flat prices are a very calm market (`VolatilityFloor`).
  case volatility
  /// The 20-bar log return over `σ sqrt 20`, σ the EWMA volatility (decay .94), and
  /// `ln(volatility of the last 10 bars / EWMA volatility with a half-life of 250 bars)`.
  ///
  /// Relative to the market's own slow volatility, so that a label keeps its meaning as the level
  /// drifts; labels last about 15 bars. The ratio is at least .02.
  case relative

  /// The names of the columns.
  public var names: [String] {
    switch self {
    case .volatility: ["log_return", "log_volatility_20"]
    case .relative: ["return_20", "volatility_ratio_10_250"]
    }
  }

  /// The column whose state means order the states by volatility, calm first.
  public var volatilityColumn: Int { 1 }

  /// The text that stands for this choice in a model's id: feature-code version and name.
  public var canonical: String { "regime/\(FeatureSpec.version):\(rawValue)" }
}
