import Market

/// What the bars of a file leave open of its symbols' calendars, or say against them: a note each, not
/// one a symbol.
struct CalendarNotes {
  private struct Doubt {
    var symbol: Symbol
    var found: TradingCalendar
    var stored: TradingCalendar
  }

  private var untold: [Symbol] = []
  private var doubts: [Doubt] = []

  /// A new symbol that is taken as trading around the clock because nothing says otherwise.
  mutating func add(untold symbol: Symbol) {
    untold.append(symbol)
  }

  /// A known symbol, and what its bars look like.
  mutating func add(_ symbol: Symbol, found: TradingCalendar, stored: TradingCalendar) {
    doubts.append(Doubt(symbol: symbol, found: found, stored: stored))
  }

  var lines: [String] {
    var lines: [String] = []
    if !untold.isEmpty {
      lines.append(
        "its bars do not tell the calendar of \(CalendarNotes.list(untold)): taken as "
          + "\(TradingCalendar.continuous.rawValue); say --calendar sessions for shares, "
          + "24x5 for currencies")
    }
    for stored in TradingCalendar.allCases {
      for found in TradingCalendar.allCases {
        let symbols = doubts.filter { $0.stored == stored && $0.found == found }.map(\.symbol)
        guard !symbols.isEmpty else { continue }
        lines.append(
          "the bars of \(CalendarNotes.list(symbols)) look like \(found.rawValue), stored is "
            + "\(stored.rawValue); say --calendar \(found.rawValue) to change it")
      }
    }
    return lines
  }

  private static func list(_ symbols: [Symbol]) -> String {
    let shown = symbols.prefix(12).map(\.name).joined(separator: ", ")
    return symbols.count > 12 ? "\(shown) and \(symbols.count - 12) more" : shown
  }
}
