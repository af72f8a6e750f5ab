public import Market

/// From when to when a symbol has bars, as it is known at a time.
public struct SymbolListing: Sendable, Equatable {
  public var symbol: Symbol
  /// The open of its first bar.
  public var first: Timestamp
  /// The close of its last one.
  public var last: Timestamp
  /// Whether its bars had ended by then: its last price was stale.
  public var hasEnded: Bool

  public init(symbol: Symbol, first: Timestamp, last: Timestamp, hasEnded: Bool) {
    self.symbol = symbol
    self.first = first
    self.last = last
    self.hasEnded = hasEnded
  }
}

extension Sequence<SymbolListing> {
  /// Those that begin more than a tenth of all history after the first of them, in order of time.
  public var late: [SymbolListing] {
    guard let start = map(\.first).min(), let end = map(\.last).max() else { return [] }
    return filter { $0.first - start > (end - start) / 10 }
      .sorted { ($0.first, $0.symbol) < ($1.first, $1.symbol) }
  }

  /// Milliseconds of the history that folds are cut from where late symbols may join (`model.on_missing:
  /// exclude`) if there are any; else all wait for the youngest. 0 where the symbols have no time in common.
  public var lengthForFolds: Int64 {
    let firsts = map(\.first)
    guard let start = late.isEmpty ? firsts.max() : firsts.min(), let end = map(\.last).max() else {
      return 0
    }
    return Swift.max(0, end - start)
  }
}
