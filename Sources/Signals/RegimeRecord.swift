public import Market

/// The out-of-sample record of a timeframe's regimes: how likely each was for a bar, and what that bar
/// returned.
///
/// A pair enters once its outcome is known. Only regimes of models that had not seen the bar may be
/// entered.
public struct RegimeRecord: Sendable, Equatable {
  public struct Pair: Sendable, Equatable {
    /// When the outcome became known.
    public var knownAt: Timestamp
    public var symbol: Symbol
    /// Of the states for the bar, as they were known before it.
    public var probabilities: [Double]
    /// The bar's log return in the sigmas expected of it.
    public var outcome: Double

    public init(
      knownAt: Timestamp, symbol: Symbol, probabilities: [Double], outcome: Double
    ) {
      self.knownAt = knownAt
      self.symbol = symbol
      self.probabilities = probabilities
      self.outcome = outcome
    }
  }

  /// In order of (knownAt, symbol).
  public let pairs: [Pair]

  public init(_ pairs: [Pair]) {
    self.pairs = pairs.sorted { ($0.knownAt, $0.symbol) < ($1.knownAt, $1.symbol) }
  }

  /// The pairs whose outcome is known at `now`.
  func known(at now: Timestamp) -> ArraySlice<Pair> {
    pairs.prefix(countKnown(pairs.count, at: now) { pairs[$0].knownAt })
  }
}
