/// What the regime model looks at in a bar.
public enum RegimeObservation: Sendable, Hashable {
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
  /// Features by name, those of the forecast's lists and `log_return` and `log_volatility_20`.
  case features(FeatureSpec)

  /// Those that have a name of their own.
  public static let named: [(name: String, observation: RegimeObservation)] = [
    ("volatility", .volatility), ("relative", .relative),
  ]

  /// The names of the columns.
  public var names: [String] {
    switch self {
    case .volatility: ["log_return", "log_volatility_20"]
    case .relative: ["return_20", "volatility_ratio_10_250"]
    case .features(let spec): spec.names
    }
  }

  /// The column whose state means order the states by volatility, calm first; nil for a list, whose
  /// states are ordered by the returns of the bars in them.
  public var volatilityColumn: Int? {
    switch self {
    case .volatility, .relative: 1
    case .features: nil
    }
  }

  /// The user's columns that are named.
  public var extras: [String] {
    if case .features(let spec) = self { return spec.extras }
    return []
  }

  /// The text that stands for this choice in a model's id: feature-code version and name, or the
  /// names of a list in brackets.
  public var canonical: String {
    let choice =
      switch self {
      case .volatility: "volatility"
      case .relative: "relative"
      case .features(let spec): "[" + spec.names.joined(separator: ",") + "]"
      }
    return "regime/\(FeatureSpec.version):\(choice)"
  }
}
