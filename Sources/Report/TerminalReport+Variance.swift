import Allocation
import Market
import Research

extension TerminalReport {
  /// How good the variance forecasts were, and what sizing by them does.
  static func variance(_ report: VarianceReport, _ page: inout TerminalPage) {
    page.section(
      "Variance of the next bar (EWMA \(format.arrow) forecast; a level of 1 is right)")
    page.table(
      TerminalTable(
        columns: [.init("", .left)] + VarianceWording.columns.dropLast().map { .init($0) }
          + VarianceWording.columns.suffix(1).map {
            TerminalTable.Column($0, .left, isFlexible: true)
          },
        rows: report.rows.map { row in
          [TerminalTable.Cell(row.timeframe.name)]
            + VarianceWording.cells(row, format).map { TerminalTable.Cell($0) }
        }))
    page.paragraph(VarianceWording.finding(report))
    for line in report.fallbacks { page.paragraph("- \(line)", .dim, indent: 2) }
    if let note = report.sizingNote { page.paragraph(note, .dim) }
    guard !report.sizings.isEmpty else { return }
    page.section("Sized by either variance (unsteady: spread over mean of 20-step volatility)")
    page.table(
      TerminalTable(
        columns: [.init("allocation.variance", .left, isFlexible: true)]
          + VarianceWording.sizingColumns.map { .init($0) },
        rows: report.sizings.map { sizing in
          ([sizing.variance.rawValue + (sizing.isOwn ? " (this run)" : "")]
            + VarianceWording.cells(sizing, format)).map {
              TerminalTable.Cell($0, sizing.isOwn ? .strong : .plain)
            }
        }))
  }
}
