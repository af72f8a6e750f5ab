import Market
import Report
import SignalGraph
import Signals

/// Signals as CSV: numbers as the shortest text that reads back to the same bits.
enum SignalTable {
  static func nodes(_ nodes: [(key: NodeKey, signals: [NodeSignal])]) -> String {
    // Models of different windows may have different numbers of states.
    let states = nodes.flatMap { $0.signals.map(\.posterior.count) }.max() ?? 0
    var header =
      "known_at,symbol,timeframe,forecast,mu,gate_weight,variance,label,confidence,entropy"
    for state in 0..<states { header += ",posterior_\(state),next_\(state)" }
    var text = header + ",forecast_spread\n"
    for (key, signals) in nodes {
      for signal in signals {
        text += "\(signal.knownAt),\(key.symbol),\(key.timeframe),"
        text += signal.forecast.map { "\($0)" } ?? ""
        text += ",\(signal.mu),\(signal.gateWeight),\(signal.variance),\(signal.label)"
        text += ",\(signal.confidence),\(signal.entropy)"
        for state in 0..<states {
          text +=
            state < signal.posterior.count
            ? ",\(signal.posterior[state]),\(signal.nextPosterior[state])" : ",,"
        }
        text += signal.forecastSpread.map { ",\($0)" } ?? ","
        text += "\n"
      }
    }
    return text
  }

  static func symbols(_ symbols: [(symbol: Symbol, signals: [SymbolSignal])]) -> String {
    var text = "known_at,symbol,net_alpha,conviction,alignment,regime_size,regime_label"
    for part in symbols.first?.signals.first?.parts ?? [] {
      text += ",alpha_\(part.timeframe),conviction_\(part.timeframe)"
    }
    text += "\n"
    for (symbol, signals) in symbols {
      for signal in signals {
        text += "\(signal.knownAt),\(symbol),\(signal.netAlpha),\(signal.conviction)"
        text += ",\(signal.alignment.rawValue),\(signal.regimeSize),"
        text += signal.regimeLabel.map(String.init) ?? ""
        for part in signal.parts { text += ",\(part.alpha),\(part.conviction)" }
        text += "\n"
      }
    }
    return text
  }

  /// A table as an array of rows, the columns by name; numbers stay numbers.
  static func json(_ csv: String) -> JSONValue {
    let lines = csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first else { return .array([]) }
    return .array(
      lines.dropFirst().map { fields in
        var row: [String: JSONValue] = [:]
        for (name, field) in zip(header, fields) {
          // A symbol that looks like a number is a symbol.
          let isText = ["known_at", "symbol", "timeframe", "alignment"].contains(name)
          row[name] =
            isText ? .string(field) : field.isEmpty ? .null : Double(field).map { .number($0) }
        }
        return .object(row)
      })
  }
}
