import Market
import Research
import Statistics

/// Tails and the deepest drawdowns of the portfolio itself; the page has all curves.
extension TerminalReport {
  static func risk(_ report: BacktestReport, _ page: inout TerminalPage) {
    guard let own = report.riskFigures.first else { return }
    let rows = RiskRow.all(of: [own], format).filter { $0.values[0] != NumberFormat.missing }
    page.section(
      "Risk figures (per step of a \(report.stepName); beta and what follows against "
        + "\(report.riskBenchmark))")
    // Two columns of names and values side by side.
    let half = (rows.count + 1) / 2
    let cells = (0..<half).map { index -> [TerminalTable.Cell] in
      let right = half + index < rows.count ? rows[half + index] : nil
      return [
        TerminalTable.Cell(rows[index].name), TerminalTable.Cell(rows[index].values[0]),
        TerminalTable.Cell(right?.name ?? ""), TerminalTable.Cell(right?.values[0] ?? ""),
      ]
    }
    let table = TerminalTable(
      columns: [.init("", .left), .init(""), .init("", .left, isFlexible: true), .init("")],
      rows: cells)
    page.lines(Array(table.lines(width: width, useColour: page.useColour).dropFirst()))
  }

  static func drawdowns(_ report: BacktestReport, _ page: inout TerminalPage) {
    guard !report.drawdowns.isEmpty else { return }
    let rows = report.drawdowns.map { episode in
      [
        report.day(of: episode.peak), report.day(of: episode.valley),
        episode.recovery.map(report.day) ?? "not recovered",
        format.percent(episode.depth), format.count(episode.steps), format.count(episode.days),
      ].map { TerminalTable.Cell($0) }
    }
    let all = format.count(report.portfolio.performance.drawdownCount)
    page.section("Deepest drawdowns (of \(all); days are of the calendar)")
    page.table(
      TerminalTable(
        columns: [
          .init("peak", .left), .init("lowest"), .init("recovered"), .init("depth"),
          .init("steps below"), .init("days"),
        ], rows: rows))
  }
}
