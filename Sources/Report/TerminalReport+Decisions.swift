import Market
import Research

extension TerminalReport {
  /// Above this number of symbols only their sums are shown.
  private static let symbolsShown = 8

  /// What became of each symbol at each decision.
  static func decisionCounts(_ report: BacktestReport, _ page: inout TerminalPage) {
    let counts = report.decisionCounts
    guard !counts.rows.isEmpty else { return }
    let shown = counts.symbols.count <= symbolsShown ? counts.symbols.map(\.name) : []
    let columns =
      [TerminalTable.Column("", .left, isFlexible: true)]
      + (shown + ["all"]).map { TerminalTable.Column($0) }
    let rows = counts.rows.map { row in
      let numbers = (shown.isEmpty ? [] : row.counts) + [row.total]
      return [TerminalTable.Cell(row.name)]
        + numbers.map { TerminalTable.Cell(format.count($0)) }
    }
    page.section(
      "Why no trade (one outcome a symbol at each of \(format.count(counts.decisions)) decisions)")
    page.table(TerminalTable(columns: columns, rows: rows))
  }
}
