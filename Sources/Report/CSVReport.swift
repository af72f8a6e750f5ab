import Allocation
import Market
public import Research

/// Results as comma-separated values, for spreadsheets.
public enum CSVReport {
  /// Returns an allocation, a line a symbol: the way of its weight, its risk, its trade, its reasons.
  ///
  /// Weights are fractions of equity with all their digits; what does not exist is empty.
  public static func allocation(_ report: AllocationReport) -> String {
    let head = [
      "symbol", "as_of", "price", "held", "conviction", "budget", "prior", "scaled", "after_regime",
      "tilted", "limited", "target", "risk_contribution", "previous", "trade_quantity",
      "trade_notional", "reasons",
    ]
    let changes = report.changes
    let rows = report.rows.enumerated().map { index, row in
      let line = row.line
      let numbers: [Double?] = [
        row.price, line.held, line.conviction, line.budget, line.prior, line.scaled,
        line.afterRegime, line.tilted, line.limited, line.target, line.riskContribution,
        changes.isEmpty ? nil : changes[index].before, row.tradeQuantity,
        row.tradeQuantity * row.price,
      ]
      return [row.symbol.name, report.asOf.description]
        + numbers.map { $0.map { "\($0)" } ?? "" }
        + [line.reasons.map(\.description).joined(separator: "; ")]
    }
    return ([head] + rows).map { $0.map(field).joined(separator: ",") + "\n" }.joined()
  }

  /// Quoted where it must be (RFC 4180).
  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
