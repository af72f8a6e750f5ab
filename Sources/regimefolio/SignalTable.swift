import Market
import Report
import SignalGraph
import Signals

/// Signals as a table: numbers as the shortest text that reads back to the same bits.
struct SignalTable {
  private let header: [String]
  private var rows: [[String]] = []

  init(header: [String]) {
    self.header = header
  }

  /// Adds a row, a cell a column.
  mutating func add(_ row: [String]) {
    precondition(row.count == header.count, "a row is as wide as the header")
    rows.append(row)
  }

  var csv: String {
    var text = CSVText(header: header)
    for row in rows { text.add(row) }
    return text.text
  }

  /// The columns that are text, whatever their cells look like: a symbol may look like a number.
  private static let words: Set<String> = ["known_at", "symbol", "timeframe", "alignment"]

  /// An array of rows, the columns by name; numbers stay numbers, an empty cell is null.
  var json: JSONValue {
    .array(
      rows.map { row in
        var members: [String: JSONValue] = [:]
        for (name, cell) in zip(header, row) {
          let isWord = SignalTable.words.contains(name)
          members[name] = isWord ? JSONValue.string(cell) : JSONValue.number(Double(cell))
        }
        return .object(members)
      })
  }

  static func nodes(_ nodes: [(key: NodeKey, signals: [NodeSignal])]) -> SignalTable {
    // Models of different windows may have different numbers of states.
    let states = nodes.flatMap { $0.signals.map(\.posterior.count) }.max() ?? 0
    var table = SignalTable(
      header: [
        "known_at", "symbol", "timeframe", "forecast", "mu", "gate_weight", "variance", "label",
        "confidence", "entropy",
      ] + (0..<states).flatMap { ["posterior_\($0)", "next_\($0)"] } + ["forecast_spread"])
    for (key, signals) in nodes {
      for signal in signals {
        var row = ["\(signal.knownAt)", key.symbol.name, key.timeframe.name]
        row.append(signal.forecast.map { "\($0)" } ?? "")
        row += ["\(signal.mu)", "\(signal.gateWeight)", "\(signal.variance)", "\(signal.label)"]
        row += ["\(signal.confidence)", "\(signal.entropy)"]
        for state in 0..<states {
          row +=
            state < signal.posterior.count
            ? ["\(signal.posterior[state])", "\(signal.nextPosterior[state])"] : ["", ""]
        }
        row.append(signal.forecastSpread.map { "\($0)" } ?? "")
        table.add(row)
      }
    }
    return table
  }

  static func symbols(_ symbols: [(symbol: Symbol, signals: [SymbolSignal])]) -> SignalTable {
    let parts = symbols.first { !$0.signals.isEmpty }?.signals[0].parts ?? []
    var table = SignalTable(
      header: [
        "known_at", "symbol", "net_alpha", "conviction", "alignment", "regime_size", "regime_label",
      ] + parts.flatMap { ["alpha_\($0.timeframe)", "conviction_\($0.timeframe)"] })
    for (symbol, signals) in symbols {
      for signal in signals {
        var row = ["\(signal.knownAt)", symbol.name, "\(signal.netAlpha)", "\(signal.conviction)"]
        row += [signal.alignment.rawValue, "\(signal.regimeSize)"]
        row.append(signal.regimeLabel.map(String.init) ?? "")
        for part in signal.parts { row += ["\(part.alpha)", "\(part.conviction)"] }
        table.add(row)
      }
    }
    return table
  }
}
