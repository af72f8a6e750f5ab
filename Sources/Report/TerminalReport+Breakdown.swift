import Market
import Research
import Statistics

/// Where the result came from: months, symbols, timeframes, trades, costs.
extension TerminalReport {
  static func evidence(_ report: BacktestReport, _ page: inout TerminalPage) {
    let rows = EvidenceRow.all(of: report, format)
    guard !rows.isEmpty else { return }
    page.section("How sure")
    for row in rows { page.paragraph("\(row.name)  \(row.value): \(row.meaning)", indent: 4) }
  }

  static func months(_ report: BacktestReport, _ page: inout TerminalPage) {
    guard let calendar = report.calendar, !calendar.years.isEmpty else { return }
    let columns =
      [TerminalTable.Column("%", .left)]
      + (MonthName.all + ["year"]).map { TerminalTable.Column($0) }
    let rows = calendar.years.map { year in
      [TerminalTable.Cell("\(year.year)")]
        + year.months.map { month in
          TerminalTable.Cell(month.map { format.fixed($0 * 100, 1) } ?? "")
        } + [TerminalTable.Cell(format.fixed(year.total * 100, 1), .strong)]
    }
    page.section("Returns by month")
    page.table(TerminalTable(columns: columns, rows: rows))
  }

  static func symbols(_ report: BacktestReport, _ page: inout TerminalPage) {
    guard !report.contributions.isEmpty else { return }
    let columns: [TerminalTable.Column] = [
      .init("symbol", .left, isFlexible: true), .init("mean weight"), .init("profit"),
      .init("of capital"), .init("unrealised"), .init("costs"), .init("traded/yr"), .init("fills"),
    ]
    let years =
      report.portfolio.performance.steps > 0
      ? Double(report.portfolio.performance.steps) / report.stepsPerYear : nil
    let rows = report.contributions.map { row in
      [
        row.symbol.name, format.percent(row.meanWeight), format.fixed(row.profit, 0),
        format.percent(row.profit / report.startCapital), format.fixed(row.unrealised, 0),
        format.fixed(row.costs, 0),
        format.percent(years.map { row.traded / $0 / report.startCapital }, 0),
        format.count(row.fills),
      ].map { TerminalTable.Cell($0) }
    }
    page.section(
      "By symbol (\(report.currency), after costs; shares of the start capital)")
    page.table(TerminalTable(columns: columns, rows: rows))
    let listings = ListingWording.incomplete(report)
    if !listings.isEmpty {
      page.paragraph("bars of \(listings.joined(separator: ", "))", .dim)
    }
  }

  static func timeframes(_ report: BacktestReport, _ page: inout TerminalPage) {
    let skills = report.timeframeSkills.filter { $0.pairs > 0 }
    guard !skills.isEmpty else { return }
    let columns: [TerminalTable.Column] = [
      .init("", .left), .init("pairs"), .init("times"), .init("IC"), .init("rank IC"),
      .init("R2"), .init("against zero"), .init("mean"), .init("previous"), .init("|alpha|/yr"),
    ]
    let rows = skills.map { skill in
      [
        skill.timeframe.name, format.count(skill.pairs), format.count(skill.times),
        format.fixed(skill.informationCoefficient, 3),
        format.fixed(skill.rankInformationCoefficient, 3), format.percent(skill.r2AgainstZero, 2),
        DieboldMarianoWording.text(skill.againstZero, format),
        DieboldMarianoWording.text(skill.againstMean, format),
        DieboldMarianoWording.text(skill.againstPrevious, format),
        format.percent(skill.meanAbsoluteAlpha),
      ].map { TerminalTable.Cell($0) }
    }
    page.section(
      "By timeframe: forecasts before the gate (Diebold-Mariano statistic and p; below 0 they are "
        + "better)")
    page.table(TerminalTable(columns: columns, rows: rows))
  }

  static func trades(_ report: BacktestReport, _ page: inout TerminalPage) {
    guard let all = report.tradeSummaries.first, all.count > 0 else { return }
    let columns: [TerminalTable.Column] = [
      .init("closed", .left, isFlexible: true), .init("trades"), .init("won [95 %]"),
      .init("profit factor"), .init("payoff"), .init("expectancy"), .init("mean return"),
      .init("median days"),
    ]
    let rows = report.tradeSummaries.enumerated().map { index, row -> [TerminalTable.Cell] in
      let won =
        "\(format.percent(row.winRate?.estimate, 0)) "
        + format.percentInterval(row.winRate.map { $0.lower...$0.upper }, 0)
      return [
        row.symbol?.name ?? "all", format.count(row.count), won,
        format.fixed(row.profits.profitFactor, 2), format.fixed(row.profits.payoff, 2),
        format.fixed(row.profits.expectancy, 2), format.percent(row.meanReturn, 2),
        format.fixed(row.medianHoldingDays, 1),
      ].map { TerminalTable.Cell($0, index == 0 ? .strong : .plain) }
    }
    page.section("Closed trades (parts of positions, at average entry; \(report.currency))")
    page.table(TerminalTable(columns: columns, rows: rows))
  }

  static func ablation(_ report: AblationReport, _ page: inout TerminalPage) {
    let columns: [TerminalTable.Column] = [
      .init("", .left, isFlexible: true), .init("CAGR"), .init("vol"), .init("Sharpe [95 %]"),
      .init("whole - this [95 %]"), .init("max DD"), .init("turn"), .init("cost"), .init("expo"),
    ]
    let rows = report.rows.enumerated().map { index, row -> [TerminalTable.Cell] in
      let (curve, summary) = (row.curve, row.curve.performance)
      let worth =
        index == 0
        ? ""
        : report.takesNothing(index)
          ? "same run"
          : "\(format.fixed(curve.sharpeAdvantage, 2, signed: true)) "
            + format.interval(curve.sharpeAdvantageInterval, 1, signed: true)
      return [
        row.name, format.percent(summary.compoundAnnualGrowthRate),
        format.percent(summary.annualisedVolatility),
        "\(format.fixed(summary.sharpe, 2)) \(format.interval(curve.sharpeInterval, 1))", worth,
        format.percent(summary.maximumDrawdown?.depth), format.fixed(curve.turnoverPerYear, 1),
        format.percent(curve.costPerYear, 2), format.percent(curve.exposure, 0),
      ].map { TerminalTable.Cell($0, index == 0 ? .strong : .plain) }
    }
    page.section("Ablation (same dates, bars and models; each other run counts as a trial)")
    page.table(TerminalTable(columns: columns, rows: rows))
    if let twins = AblationWording.twins(report) { page.paragraph(twins) }
    page.paragraph("\(AblationWording.difference) \(AblationWording.parts)", .dim)
  }

  static func ownStatistics(_ report: BacktestReport, _ page: inout TerminalPage) {
    guard !report.ownStatistics.isEmpty else { return }
    page.section("Statistics of your own")
    for entry in report.ownStatistics {
      page.paragraph("\(entry.name)  \(format.significant(entry.value))")
    }
  }
}

/// A Diebold-Mariano statistic with its p.
enum DieboldMarianoWording {
  static func text(_ test: DieboldMariano?, _ format: NumberFormat) -> String {
    guard let test else { return NumberFormat.missing }
    return "\(format.fixed(test.statistic, 2)) (\(ChanceWording.value(test.pValue, format)))"
  }
}

enum MonthName {
  static let all = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
