import Research
import Statistics

/// What chance alone would have made of the same run, and of the best of many variants.
extension TerminalReport {
  static func placebo(_ placebo: Placebo, _ page: inout TerminalPage) {
    let finding = ChanceWording.finding(placebo, .terminal)
    guard placebo.hasOverlay else {
      page.section("Placebo")
      page.paragraph(finding)
      return
    }
    let format = NumberFormat.terminal
    page.section(
      "Placebo (\(ChanceWording.owners(placebo)) sizes, shifted in time "
        + "\(format.count(placebo.shifts.count)) times: only timing is lost)")
    let rows = PlaceboRow.all(of: placebo, format).map { row in
      ([row.name, row.own, row.median, row.band, row.below, row.pValue]).map {
        TerminalTable.Cell($0)
      }
    }
    page.table(
      TerminalTable(
        columns: [
          .init("", .left, isFlexible: true), .init("run"), .init("placebo median"),
          .init("5 % to 95 %"), .init("below the run"), .init("p"),
        ], rows: rows))
    page.paragraph(finding)
  }

  static func maxTest(_ report: MaxTestReport, _ page: inout TerminalPage) {
    let format = NumberFormat.terminal
    page.section(
      "Max test over the variants (\(ChanceWording.measure(report)) minus that of "
        + "\(report.benchmark), a year)")
    let rows = zip(report.names, report.test.rows).map { name, row -> [TerminalTable.Cell] in
      let isProved = row.adjustedPValue.map { $0 <= ChanceWording.level } ?? false
      let style: TerminalStyle =
        isProved ? (row.difference ?? 0) > 0 ? .better : .worse : .plain
      return [
        TerminalTable.Cell(name), TerminalTable.Cell(format.fixed(row.difference, 2, signed: true)),
        TerminalTable.Cell(format.fixed(row.standardError, 2)),
        TerminalTable.Cell(format.fixed(row.statistic, 2)),
        TerminalTable.Cell(ChanceWording.value(row.pValue, format)),
        TerminalTable.Cell(ChanceWording.value(row.adjustedPValue, format), style),
      ]
    }
    page.table(
      TerminalTable(
        columns: [
          .init("", .left, isFlexible: true), .init("difference"), .init("std. error"),
          .init("t"), .init("p alone"), .init("p of all"),
        ], rows: rows))
    page.paragraph(ChanceWording.finding(report, format))
  }
}

/// A line of the placebo's table, in words.
struct PlaceboRow {
  var name: String
  var own: String
  var median: String
  var band: String
  var below: String
  var pValue: String

  static func all(of placebo: Placebo, _ format: NumberFormat) -> [PlaceboRow] {
    func row(
      _ name: String, _ figure: (Placebo.Figures) -> Double?, isMatched: Bool = false,
      _ text: (Double?) -> String
    ) -> PlaceboRow {
      let standing = placebo.standing(figure)
      let band = standing.map { "\(text($0.low)) to \(text($0.high))" } ?? NumberFormat.missing
      let below = standing.map { "\(format.count($0.below)) of \(format.count($0.count))" }
      return PlaceboRow(
        name: name, own: text(figure(placebo.own)), median: text(standing?.median), band: band,
        below: isMatched ? "" : below ?? NumberFormat.missing,
        pValue: isMatched ? "" : ChanceWording.value(standing?.pValue, format))
    }
    return [
      row("Sharpe ratio", \.sharpe) { format.fixed($0, 2) },
      row("Growth a year", \.compoundAnnualGrowthRate) { format.percent($0) },
      row("Deepest drawdown", \.maximumDrawdown) { format.percent($0) },
      // What the shift is meant to leave alone.
      row("Exposure", \.exposure, isMatched: true) { format.percent($0) },
    ]
  }
}
