import Market
import Research

extension TerminalReport {
  /// Whether the symbols' regimes come together, and how returns correlate meanwhile.
  static func crossRegimes(
    _ regimes: CrossRegimes?, _ format: NumberFormat, _ page: inout TerminalPage
  ) {
    guard let regimes, regimes.bars > 0 else { return }
    page.section("Regimes of the symbols together")
    let columns = CrossRegimeRow.titles.enumerated().map { index, title in
      index == 0
        ? TerminalTable.Column("regime", .left, isFlexible: true)
        : TerminalTable.Column(title.lowercased())
    }
    let rows = CrossRegimeRow.all(of: regimes, format).map { row in
      row.texts.map { TerminalTable.Cell($0) }
    }
    page.table(TerminalTable(columns: columns, rows: rows))
    let extremes = CrossRegimeRow.extremes(regimes, format)
    if !extremes.isEmpty {
      page.paragraph("in the same regime: " + extremes.joined(separator: "; "))
    }
    if let gaps = CrossRegimeRow.gaps(regimes, format) { page.paragraph(gaps) }
    page.paragraph(CrossRegimeRow.note(regimes, format), .dim)
  }
}
