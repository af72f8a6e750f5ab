import SignalGraph
import Signals
import Trading

/// The protective orders that exit settings put into the market, followed from close to close: given out
/// when they change, and not otherwise.
struct StandingBrackets: Sendable {
  private let exit: [ExitSettings]
  /// Of a position that has not gained yet, by symbol.
  private let fresh: [Bracket?]
  /// The symbols whose orders wait for a gain of the best close.
  private let waiting: [Int]
  private let hasAny: Bool
  /// What was given out last; nil before.
  private var standing: [Bracket?]?

  /// - Parameter exit: one a symbol.
  init(_ exit: [ExitSettings]) {
    self.exit = exit
    fresh = exit.map { $0.bracket() }
    waiting = exit.indices.filter { symbol in
      exit[symbol].intrabar && exit[symbol][.trailing] != nil && exit[symbol][.trailingAfter] != nil
    }
    hasAny = exit.contains(where: \.intrabar)
  }

  /// Forgets what was given out.
  mutating func reset() { standing = nil }

  /// The orders from the next open on, one a symbol; nil where those that stand are the same.
  mutating func changed(_ book: Book) -> [Bracket?]? {
    guard hasAny else { return nil }
    guard var brackets = standing else {
      standing = fresh
      return changed(book) ?? fresh
    }
    var isChanged = false
    for symbol in waiting {
      let gain = book.quantities[symbol] == 0 ? 0 : book.bestGain(symbol) ?? 0
      let bracket = exit[symbol].bracket(bestGain: gain)
      guard bracket != brackets[symbol] else { continue }
      brackets[symbol] = bracket
      isChanged = true
    }
    guard isChanged else { return nil }
    standing = brackets
    return brackets
  }
}
