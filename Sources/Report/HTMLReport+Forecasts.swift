import Market
import Research
import Statistics

/// What the forecasts are worth against naive ones: by timeframe, and by node.
extension HTMLReport {
  static func forecastTests(_ report: BacktestReport) -> HTMLPage.Section {
    let skills = report.timeframeSkills.filter { $0.pairs > 0 }
    let nodes = report.attribution.compactMap { row in row.skill.map { (row, $0) } }
    var body: Markup = "<p>There were no forecasts.</p>\n"
    if !skills.isEmpty {
      body = HTMLTable(columns: timeframeColumns, rows: skills.map(cells)).markup
    }
    if !nodes.isEmpty {
      let rows = nodes.map { row, skill in cells(of: row, skill) }
      body += """
        <details><summary>\(format.count(nodes.count)) nodes</summary>\
        \(HTMLTable(columns: nodeColumns, rows: rows).markup)</details>

        """
    }
    return HTMLPage.Section(
      id: "forecasts", title: "Forecasts against naive ones",
      note: """
        Diebold and Mariano's statistic (1995; small samples as Harvey, Leybourne and Newbold) of the \
        squared errors, with its p beneath: below 0 the forecast is better than zero, than the mean of \
        what came before, than the last outcome. By timeframe, losses are averaged over the symbols of \
        each time. Hits: exact binomial p, one-sided, of the hit rate against a coin; beneath, against \
        always naming the more frequent direction. Direction: Pesaran and Timmermann's one-sided p. All \
        before the gate.
        """,
      body: body)
  }

  private static let timeframeColumns =
    [HTMLTable.Column(title: "", isText: true)]
    + [
      "Pairs", "Times", "IC", "Rank IC", "R²", "Against zero", "Mean", "Previous", "|α|/yr",
    ].map { HTMLTable.Column(title: "\($0)") }

  private static let nodeColumns =
    [HTMLTable.Column(title: "", isText: true), HTMLTable.Column(title: "", isText: true)]
    + [
      "Pairs", "Hit rate", "Hits, p", "Direction", "IC", "Rank IC", "R²", "Against zero", "Mean",
      "Previous",
    ].map { HTMLTable.Column(title: "\($0)") }

  private static func cells(_ skill: TimeframeSkill) -> HTMLTable.Row {
    HTMLTable.Row(
      cells: [
        "\(skill.timeframe.name)", "\(format.count(skill.pairs))", "\(format.count(skill.times))",
        "\(format.fixed(skill.informationCoefficient, 3))",
        "\(format.fixed(skill.rankInformationCoefficient, 3))",
        "\(format.percent(skill.r2AgainstZero, 2))", comparison(skill.againstZero),
        comparison(skill.againstMean), comparison(skill.againstPrevious),
        "\(format.percent(skill.meanAbsoluteAlpha))",
      ].map { HTMLTable.Cell($0) })
  }

  private static func cells(of row: BacktestReport.AttributionRow, _ skill: ForecastSkill)
    -> HTMLTable.Row
  {
    let hit: Markup = """
      \(format.percent(row.hitRate))<small>\(format.percentInterval(row.hitInterval))</small>
      """
    let hits: Markup =
      skill.hitTest.map { test -> Markup in
        let majority = ChanceWording.value(skill.hitTestAgainstMajority?.pValueGreater, format)
        return "\(ChanceWording.value(test.pValueGreater, format))<small>\(majority)</small>"
      } ?? "\(NumberFormat.missing)"
    let direction: Markup =
      skill.direction.map {
        "\(format.fixed($0.statistic, 2))<small>p \(ChanceWording.value($0.pValue, format))</small>"
      } ?? "\(NumberFormat.missing)"
    return HTMLTable.Row(
      cells: [
        "\(row.symbol.name)", "\(row.timeframe.name)", "\(format.count(skill.pairs))",
        row.hitRate == nil ? "\(NumberFormat.missing)" : hit, hits, direction,
        "\(format.fixed(skill.informationCoefficient, 3))",
        "\(format.fixed(skill.rankInformationCoefficient, 3))",
        "\(format.percent(skill.r2AgainstZero, 2))", comparison(skill.againstZero),
        comparison(skill.againstMean), comparison(skill.againstPrevious),
      ].map { HTMLTable.Cell($0) })
  }

  private static func comparison(_ test: DieboldMariano?) -> Markup {
    guard let test else { return "\(NumberFormat.missing)" }
    let p = ChanceWording.value(test.pValue, format)
    return "\(format.fixed(test.statistic, 2))<small>p \(p)</small>"
  }
}
