public import Market
import SignalGraph

extension MarketHistory {
  /// The symbols that have a primary bar by `now`.
  /// - Parameter limit: milliseconds after which a price is stale.
  public func listings(at now: Timestamp, staleAfter limit: Int64) -> [SymbolListing] {
    symbols.compactMap { symbol in
      let bars = series(NodeKey(symbol, primary))
      let known = bars.countKnown(at: now)
      guard known > 0 else { return nil }
      let last = bars.knownAt(known - 1)
      return SymbolListing(
        symbol: symbol, first: bars.times[0], last: last,
        hasEnded: bars.calendar.isStale(since: last, at: now, primary, after: limit))
    }
  }

  /// What to say of symbols that begin long after the others, in words; none where all begin together.
  public func lateListingNotes(_ portfolio: Portfolio) throws(ResearchError) -> [String] {
    let span = try span(portfolio.onMissing)
    let late = listings(at: span.end, staleAfter: portfolio.staleAfter).late
    guard !late.isEmpty else { return [] }
    // The youngest say how much is cut.
    let shown = late.suffix(5)
    let names =
      shown.map { "\($0.symbol) (\($0.first.date))" }.joined(separator: ", ")
      + (late.count > shown.count ? " and \(late.count - shown.count) more" : "")
    switch portfolio.onMissing {
    case .error:
      let oldest = try self.span(.exclude).start
      let days = (span.start - oldest) / Timestamp.millisecondsPerDay
      return [
        "the common history begins on \(span.start.date), \(days) days after the first bars, because of "
          + "bars that begin late: \(names); with `model.on_missing: exclude` such a symbol joins when it "
          + "has bars enough"
      ]
    case .exclude:
      return [
        "bars that begin late: \(names); no fold holds a symbol before it has bars enough "
          + "(`model.on_missing: exclude`)"
      ]
    }
  }

  /// Refuses a first test window that begins before some symbols do, where those may not be left out of it.
  func requireListed(_ portfolio: Portfolio, until end: Timestamp) throws(ResearchError) {
    guard portfolio.onMissing == .error, let start = portfolio.split.start else { return }
    let all = listings(at: end, staleAfter: portfolio.staleAfter)
    let late = all.filter { $0.first >= start }
    // Where none has begun, it is the window that is wrong.
    guard !late.isEmpty, late.count < all.count else { return }
    throw .listedTooLate(late, start: start)
  }
}
