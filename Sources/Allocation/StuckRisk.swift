public import Market

/// What positions that cannot be traded take of the volatility target, which is that of all together, and
/// what it leaves of the others.
public struct StuckRisk: Sendable, Equatable {
  /// Those that have a covariance, sorted.
  public let symbols: [Symbol]
  /// A year, expected of them alone.
  public let volatility: Double
  /// A year.
  public let target: Double
  /// The factor on every other weight: at least 0, and below 1.
  public let left: Double

  /// Whether the others lose more than a hundredth of their weights.
  public var isNoticeable: Bool { left < 0.99 }
}

extension StuckRisk: CustomStringConvertible {
  public var description: String {
    "what is held of \(symbols.map(\.name).joined(separator: ", ")) cannot be traded and has"
      + " \(percentText(volatility / target)) of the volatility target of \(percentText(target)):"
      + (left > 0
        ? " the others keep x\(factorText(left)) of their weights"
        : " nothing is left for the others")
  }
}
