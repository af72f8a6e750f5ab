import Research
import Statistics

extension HTMLReport {
  /// Every path of cross-validation, then the baselines over the same dates.
  static func crossValidation(_ report: CrossValidationReport) -> HTMLPage.Section {
    let columns =
      [HTMLTable.Column(title: "", isText: true, kind: "wrap")]
      + ["Growth/yr", "Volatility", "Sharpe ratio", "Drawdown", "Exposure", "Paths above"].map {
        HTMLTable.Column(title: "\($0)")
      }
    let paths = report.paths.map { path -> HTMLTable.Row in
      let (curve, summary) = (path.curve, path.curve.performance)
      let sharpe: Markup = """
        \(format.fixed(summary.sharpe, 2))<small>\(format.interval(curve.sharpeInterval, 2))</small>
        """
      let drawdown = format.percent(summary.maximumDrawdown?.depth)
      return HTMLTable.Row(
        cells: [
          HTMLTable.Cell("\(curve.name)"),
          HTMLTable.Cell("\(format.percent(summary.compoundAnnualGrowthRate))"),
          HTMLTable.Cell("\(format.percent(summary.annualisedVolatility))"),
          HTMLTable.Cell(sharpe), HTMLTable.Cell("\(drawdown)"),
          HTMLTable.Cell("\(format.percent(curve.exposure, 0))"), HTMLTable.Cell(""),
        ], kind: "own")
    }
    let baselines = report.baselines.map { baseline -> HTMLTable.Row in
      let cells = [
        baseline.name, "", "", format.fixed(baseline.sharpe, 2), "", "",
        "\(baseline.pathsAbove) of \(report.paths.count)",
      ]
      return HTMLTable.Row(cells: cells.map { HTMLTable.Cell("\($0)") }, kind: "")
    }
    let words = [
      CrossValidationWording.finding(report, format), CrossValidationReport.caution,
      CrossValidationWording.borders(report, format),
    ].joined(separator: " ")
    return HTMLPage.Section(
      id: "cpcv", title: "Combinatorial purged cross-validation",
      note: "\(CrossValidationWording.design(report, format)). \(words)",
      body: HTMLTable(columns: columns, rows: paths + baselines).markup)
  }
}
