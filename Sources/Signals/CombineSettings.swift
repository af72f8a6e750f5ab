/// How the timeframes of a symbol become one conviction: group `combine` of the portfolio file.
public struct CombineSettings: Sendable, Equatable {
  /// What a timeframe's forecast adds to the conviction. Net alpha is weighed by `precision` under
  /// that method and by the file's weights under the others.
  public enum Method: String, Sendable, CaseIterable {
    /// Its weight, times its regime's confidence, times how far it is beyond its threshold.
    case weighted
    /// The same with weights over the variance a unit of time: the calmer view counts for more.
    case precision
    /// Its weight on its side, however far beyond the threshold it is.
    case vote
    /// As `weighted`, but nothing at all unless one side has `consensus` of the weight.
    case consensus
  }

  public var method = Method.weighted
  /// Method `consensus`: the least share of the weight that must stand on one side.
  public var consensus = 0.6
  /// Share of agreeing weight from which the timeframes count as aligned.
  public var aligned = 0.7
  /// Share from which they count as partly aligned.
  public var partial = 0.4
  /// Size multipliers of the three cases.
  public var alignedSize = 1.0
  public var partialSize = 1.0
  public var conflictedSize = 0.5
  /// Whether a forecast is weighed by its regime's confidence, but under `vote`.
  ///
  /// No key of the portfolio file: the ablation without regimes sets it to false.
  public var weighsConfidence = true

  public init() {}
}
