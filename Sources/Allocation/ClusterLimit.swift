/// A limit on what symbols that move together may come to: groups that the correlations form anew at
/// each decision (`correlationClusters`).
public struct ClusterLimit: Sendable, Equatable {
  /// Every two symbols of a cluster correlate at least this much.
  public var rho: Double
  /// The most that the absolute weights of a cluster of two or more may add up to; nil is no limit.
  public var max: Double?
  /// The least number of symbols in the portfolio for the limit to apply: a small portfolio of one
  /// asset class is one cluster, and a limit on it would only be another limit on gross.
  public var from: Int

  public init(rho: Double = 0.7, max: Double? = nil, from: Int = 8) {
    self.rho = rho
    self.max = max
    self.from = from
  }

  /// What a portfolio that holds a prior is limited to unless its file says otherwise.
  public static let ofPrior = ClusterLimit(rho: 0.7, max: 0.4, from: 8)
}
