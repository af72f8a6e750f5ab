/// How the timeframes of a symbol become one conviction: group `combine` of the portfolio file.
public struct CombineSettings: Sendable, Equatable {
  /// Share of agreeing weight from which the timeframes count as aligned.
  public var aligned = 0.7
  /// Share from which they count as partly aligned.
  public var partial = 0.4
  /// Size multipliers of the three cases.
  public var alignedSize = 1.0
  public var partialSize = 1.0
  public var conflictedSize = 0.5

  public init() {}
}
