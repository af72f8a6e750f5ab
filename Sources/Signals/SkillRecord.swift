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
  public let pairs: [Pair]

  public init(_ pairs: [Pair] = []) {
    self.pairs = pairs.sorted { ($0.knownAt, $0.symbol) < ($1.knownAt, $1.symbol) }
  }

  /// The places of each symbol's pairs in order of time, the symbols in order.
  /// - Parameter pairs: in order of (knownAt, symbol).
  public static func places(_ pairs: ArraySlice<Pair>) -> [[Int]] {
    var columns: [(symbol: Symbol, places: [Int])] = []
    // At one time the symbols come in the order in which they came before.
    var next = 0
    for place in pairs.indices {
      let symbol = pairs[place].symbol
      if next >= columns.count || columns[next].symbol != symbol {
        next = columns.firstIndex { $0.symbol == symbol } ?? columns.count
        if next == columns.count { columns.append((symbol, [])) }
      }
      columns[next].places.append(place)
      next = (next + 1) % columns.count
    }
    return columns.sorted { $0.symbol < $1.symbol }.map(\.places)
  }

  /// The pairs whose outcome is known at `now`.
  public func known(at now: Timestamp) -> ArraySlice<Pair> {
    pairs.prefix(countKnown(pairs.count, at: now) { pairs[$0].knownAt })
  }
}
