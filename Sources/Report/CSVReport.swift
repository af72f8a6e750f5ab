import Allocation
import Market
public import Research

/// Results as comma-separated values, for spreadsheets.
public enum CSVReport {
  /// Returns an allocation, a line a symbol: the way of its weight, its risk, its trade, its reasons.
  ///
  /// Weights are fractions of equity with all their digits; what does not exist is empty.
  public static func allocation(_ report: AllocationReport) -> String {
    var csv = CSVText(header: [
      "symbol", "as_of", "price", "held", "conviction", "budget", "prior", "scaled", "after_regime",
      "tilted", "limited", "target", "risk_contribution", "previous", "trade_quantity",
      "trade_notional", "reasons",
    ])
    let changes = report.changes
    for (index, row) in report.rows.enumerated() {
      let line = row.line
      let numbers: [Double?] = [
        row.price, line.held, line.conviction, line.budget, line.prior, line.scaled,
        line.afterRegime, line.tilted, line.limited, line.target, line.riskContribution,
        changes.isEmpty ? nil : changes[index].before, row.tradeQuantity,
        row.tradeQuantity * row.price,
      ]
      csv.add(
        [row.symbol.name, report.asOf.description] + numbers.map(CSVText.number)
          + [row.why.joined(separator: "; ")])
    }
    return csv.text
  }
}
