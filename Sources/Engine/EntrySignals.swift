import Market
import Signals

/// The closes at which columns of the user's say that a position is to be opened.
///
/// A value belongs to its bar; an older one says nothing about this. So only those that are not 0 are
/// kept, in the order of time, and a close at which none stands costs nothing.
struct EntrySignals: Sendable {
  struct Signal: Sendable {
    var close: Timestamp
    var symbol: Int
    var isLong: Bool
  }

  /// Ascending by close, then by symbol.
  private var signals: [Signal] = []
  private var next = 0

  /// - Parameters:
  ///   - columns: one a symbol: above 0 is long, below 0 short.
  ///   - short: whether a symbol may be sold short.
  init(_ columns: [ExtraColumn], short: (Int) -> Bool) {
    for (symbol, column) in columns.enumerated() {
      let (closes, values, isShort) = (column.knownAt, column.values, short(symbol))
      for index in values.indices where values[index] > 0 || values[index] < 0 && isShort {
        signals.append(
          Signal(close: closes[index], symbol: symbol, isLong: values[index] > 0))
      }
    }
    signals.sort { ($0.close, $0.symbol) < ($1.close, $1.symbol) }
  }

  /// The signals of a close. Closes come in order of time.
  mutating func signals(at close: Timestamp) -> ArraySlice<Signal> {
    while next < signals.count, signals[next].close < close { next += 1 }
    let first = next
    while next < signals.count, signals[next].close == close { next += 1 }
    return signals[first..<next]
  }
}
