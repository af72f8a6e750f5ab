public import Market

/// The out-of-sample record of a timeframe's forecasts: what was said, and what came of it.
///
/// A pair enters once its outcome is known. Only forecasts of models that had seen neither the bar
/// nor the window around it may be entered.
public struct SkillRecord: Sendable, Equatable {
  /// A forecast of the next bar's return in sigmas, and that return in the same sigmas.
  public struct Pair: Sendable, Equatable {
    /// When the outcome became known.
    public var knownAt: Timestamp
    public var symbol: Symbol
    public var forecast: Double
    public var outcome: Double

    public init(knownAt: Timestamp, symbol: Symbol, forecast: Double, outcome: Double) {
      self.knownAt = knownAt
      self.symbol = symbol
      self.forecast = forecast
      self.outcome = outcome
    }
  }

  /// In order of (knownAt, symbol).
  public private(set) var pairs: [Pair]

  public init(_ pairs: [Pair] = []) {
    self.pairs = pairs.sorted { ($0.knownAt, $0.symbol) < ($1.knownAt, $1.symbol) }
  }

  public mutating func add(_ more: [Pair]) {
    self = SkillRecord(pairs + more)
  }

  /// The pairs whose outcome is known at `now`.
  public func known(at now: Timestamp) -> ArraySlice<Pair> {
    pairs.prefix(countKnown(pairs.count, at: now) { pairs[$0].knownAt })
  }
}
