import Research
import Statistics

extension TerminalReport {
  /// Every path of cross-validation, then the baselines over the same dates.
  static func crossValidation(_ report: CrossValidationReport, _ page: inout TerminalPage) {
    let columns: [TerminalTable.Column] = [
      .init("", .left, isFlexible: true), .init("CAGR"), .init("vol"), .init("Sharpe [95 %]"),
      .init("max DD"), .init("expo"), .init("paths above"),
    ]
    let paths = report.paths.map { path -> [TerminalTable.Cell] in
      let (curve, summary) = (path.curve, path.curve.performance)
      return [
        curve.name, format.percent(summary.compoundAnnualGrowthRate),
        format.percent(summary.annualisedVolatility),
        "\(format.fixed(summary.sharpe, 2)) \(format.interval(curve.sharpeInterval, 1))",
        format.percent(summary.maximumDrawdown?.depth), format.percent(curve.exposure, 0), "",
      ].map { TerminalTable.Cell($0, .plain) }
    }
    let baselines = report.baselines.map { baseline -> [TerminalTable.Cell] in
      let above = "\(baseline.pathsAbove) of \(report.paths.count)"
      return [baseline.name, "", "", format.fixed(baseline.sharpe, 2), "", "", above].map {
        TerminalTable.Cell($0, .dim)
      }
    }
    page.section(
      "Combinatorial purged cross-validation (\(CrossValidationWording.design(report, format)))")
    page.paragraph(CrossValidationWording.finding(report, format))
    page.table(TerminalTable(columns: columns, rows: paths + baselines))
    page.paragraph(
      "\(CrossValidationReport.caution) \(CrossValidationWording.borders(report, format))", .dim)
  }
}
