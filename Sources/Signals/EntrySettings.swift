/// When a position may be opened: group `entry` of the portfolio file (mode `in_out`).
public struct EntrySettings: Sendable, Equatable {
  /// The size of forecast that counts.
  public enum Threshold: Sendable, Equatable {
    /// Expected log return per primary bar.
    case logReturn(Double)
    /// Standard deviations of the node's own validation forecasts; written `0.5s`.
    case deviations(Double)
  }

  public var threshold = Threshold.deviations(0.5)
  /// A forecast this many thresholds large counts in full.
  public var cap = 3.0
  /// Least confidence of a timeframe's regime for its forecast to count.
  public var confidence = 0.65
  /// Whether short positions may be opened.
  public var short = false

  public init() {}
}
