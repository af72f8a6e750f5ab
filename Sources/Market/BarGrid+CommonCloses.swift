extension BarGrid {
  /// The calendars of the grid, each once, in the order of their first symbols.
  public var calendars: [TradingCalendar] {
    var found: [TradingCalendar] = []
    for one in series where !found.contains(one.calendar) { found.append(one.calendar) }
    return found
  }

  /// Whether all markets that trade by a step close at it.
  ///
  /// A coin's weekend is no step of a share's: from Friday to Monday both have moved once, the coin by
  /// all of its weekend. Returns from one common close to the next are over the same time, whichever
  /// calendars the symbols keep. A market counts from its first bar on, and is closed where none of its
  /// symbols has a bar and its calendar misses none: a holiday, a weekend. One whose bars are missing
  /// holds nobody up. Only bars up to a step decide about it.
  public func commonCloses() -> [Bool] {
    let calendars = calendars
    guard calendars.count > 1 else { return Array(repeating: true, count: times.count) }
    let markets = calendars.map { calendar in
      symbols.indices.filter { series[$0].calendar == calendar }
    }
    var lastOpens: [Timestamp?] = calendars.map { _ in nil }
    return times.indices.map { step in
      let end = knownAt(step)
      var isCommon = true
      for (market, members) in markets.enumerated() {
        if members.contains(where: { bar($0, at: step) != nil }) {
          lastOpens[market] = times[step]
        } else if let last = lastOpens[market],
          calendars[market].missingSlots(from: last, to: end, timeframe) == 0
        {
          isCommon = false
        }
      }
      return isCommon
    }
  }
}
