import Market
import Research
import Statistics

/// Tails, gains and losses, the benchmark, and the deepest drawdowns.
extension HTMLReport {
  /// Drawdowns and risk figures side by side, where there are any.
  static func riskBand(_ report: BacktestReport) -> HTMLPage.Band {
    var band: HTMLPage.Band = []
    if !report.drawdowns.isEmpty { band.append(drawdowns(report)) }
    if !report.riskFigures.isEmpty { band.append(risk(report)) }
    return band
  }

  static func risk(_ report: BacktestReport) -> HTMLPage.Section {
    let columns =
      [HTMLTable.Column(title: "", isText: true)]
      + report.riskFigures.map { HTMLTable.Column(title: "\($0.name)") }
    let rows = RiskRow.all(of: report.riskFigures, format).map { row in
      HTMLTable.Row(
        cells: ([row.name] + row.values).map { HTMLTable.Cell("\($0)") })
    }
    return HTMLPage.Section(
      id: "risk", title: "Risk figures",
      note: """
        Per step of a \(report.stepName) unless a year is named; losses are below 0. Beta and what \
        follows it are against \(report.riskBenchmark). The growth-optimal leverage is mean over \
        variance of the returns above cash and an estimate: half of it (half Kelly) is more than most \
        could bear. Growth by the calendar is of all days, 365.25 a year.
        """,
      body: "<details><summary>\(format.count(rows.count)) figures</summary>"
        + HTMLTable(columns: columns, rows: rows).markup + "</details>\n")
  }

  static func drawdowns(_ report: BacktestReport) -> HTMLPage.Section {
    let columns =
      [HTMLTable.Column(title: "Peak", isText: true)]
      + ["Lowest", "Recovered", "Depth", "Steps below", "Days"].map {
        HTMLTable.Column(title: "\($0)")
      }
    let rows = report.drawdowns.map { episode in
      HTMLTable.Row(
        cells: [
          report.day(of: episode.peak), report.day(of: episode.valley),
          episode.recovery.map(report.day) ?? "not recovered",
          format.percent(episode.depth), format.count(episode.steps), format.count(episode.days),
        ].map { HTMLTable.Cell("\($0)") })
    }
    return HTMLPage.Section(
      id: "episodes", title: "Deepest drawdowns",
      note: """
        Of \(format.count(report.portfolio.performance.drawdownCount)). Days are of the calendar, from the \
        first close below the peak to the last one.
        """,
      body: HTMLTable(columns: columns, rows: rows).markup)
  }
}
