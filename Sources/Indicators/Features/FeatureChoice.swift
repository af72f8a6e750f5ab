public import Market

/// Which features the forecasts of a portfolio read: key `features` of the portfolio file.
public enum FeatureChoice: Sendable, Hashable {
  /// Everything stationary that has a meaning on the timeframe's bars.
  case stationary
  /// The original system's set, on every timeframe.
  case original
  /// A list, on every timeframe.
  case list(FeatureSpec)

  public func spec(for timeframe: Timeframe) -> FeatureSpec {
    switch self {
    case .stationary: .stationary(for: timeframe)
    case .original: .original
    case .list(let spec): spec
    }
  }

  /// The user's columns that are named.
  public var extras: [String] {
    if case .list(let spec) = self { return spec.extras }
    return []
  }
}
