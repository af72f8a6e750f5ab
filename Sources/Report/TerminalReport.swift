import Allocation
import Market
import Research
import Signals
import Statistics

/// Reports for a terminal: the verdict first, then the figures it rests on.
public enum TerminalReport {
  /// The widest line.
  public static let width = 100

  static let format = NumberFormat.terminal

  /// Returns a backtest's summary.
  ///
  /// - Parameters:
  ///   - reportPath: Where the full report was written, if it was.
  ///   - useColour: Whether escape codes may be used; a file or a pipe takes none.
  public static func backtest(
    _ report: BacktestReport, reportPath: String? = nil, useColour: Bool = false
  ) -> String {
    var page = TerminalPage(width: width, useColour: useColour)
    let verdict = Verdict(report, format: format)
    // The first line is the answer, whatever it is.
    page.paragraph(verdict.headline, .strong)
    page.section(nil)
    header(report, &page)
    for remark in verdict.remarks { page.paragraph("- \(remark)", indent: 2) }
    baselines(report, &page)
    evidence(report, &page)
    if let ablation = report.ablation { self.ablation(ablation, &page) }
    if let paths = report.crossValidation { crossValidation(paths, &page) }
    months(report, &page)
    drawdowns(report, &page)
    risk(report, &page)
    regimes(report, &page)
    crossRegimes(report.crossRegimes, format, &page)
    symbols(report, &page)
    timeframes(report, &page)
    trades(report, &page)
    if let found = report.variance { variance(found, &page) }
    if let chance = report.placebo { placebo(chance, &page) }
    if let test = report.maxTest { maxTest(test, &page) }
    gates(report, &page)
    decisionCounts(report, &page)
    reasons(report, &page)
    ownStatistics(report, &page)
    page.section(nil)
    for warning in report.warnings { page.paragraph("warning: \(warning)", .worse, indent: 9) }
    page.paragraph(
      "costs: "
        + report.costs.parts.map { "\($0.name) \(format.fixed($0.amount, 2))" }
        .joined(separator: ", ") + " \(report.currency); "
        + "\(FillWording.count(report, format)); price returns, dividends excluded", .dim)
    if let drag = report.costDrag {
      page.paragraph(
        "cost drag: growth \(format.percent(drag.gross.compoundAnnualGrowthRate)) a year before costs, "
          + "\(format.percent(drag.net.compoundAnnualGrowthRate)) after; Sharpe ratio "
          + "\(format.fixed(drag.gross.sharpe, 2)) and \(format.fixed(drag.net.sharpe, 2))", .dim)
    }
    page.paragraph("run hash  \(report.runHash)")
    if let reportPath { page.paragraph("report    \(reportPath)") }
    return page.text
  }

  private static func header(_ report: BacktestReport, _ page: inout TerminalPage) {
    let names = report.symbols.map(\.name)
    let shown = names.prefix(8).joined(separator: " ")
    let symbols = names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    page.paragraph("\(report.portfolioName): \(symbols)", .strong, indent: 2)
    page.paragraph(
      "\(report.period), \(report.market), \(report.profile), "
        + "\(report.allocationMode), steps of \(report.primary.name), "
        + (report.isOutOfSample ? "out of sample" : "IN SAMPLE"), .dim)
    page.section(nil)
  }

  private static func baselines(_ report: BacktestReport, _ page: inout TerminalPage) {
    let columns: [TerminalTable.Column] = [
      .init("", .left, isFlexible: true), .init("CAGR"), .init("vol"), .init("Sharpe [95 %]"),
      .init("Sortino"), .init("max DD"), .init("Calmar"), .init("turn"), .init("cost"),
      .init("expo"),
    ]
    let rows = ([report.portfolio] + report.baselines).enumerated().map { index, curve in
      let summary = curve.performance
      let texts = [
        index == 0 ? curve.name : BaselineWording.short(curve.name),
        format.percent(summary.compoundAnnualGrowthRate),
        format.percent(summary.annualisedVolatility),
        "\(format.fixed(summary.sharpe, 2)) \(format.interval(curve.sharpeInterval, 1))",
        format.fixed(summary.sortino, 2), format.percent(summary.maximumDrawdown?.depth),
        format.fixed(summary.calmar, 2), format.fixed(curve.turnoverPerYear, 1),
        format.percent(curve.costPerYear, 2), format.percent(curve.exposure, 0),
      ]
      return texts.map { TerminalTable.Cell($0, index == 0 ? .strong : .plain) }
    }
    page.section("Against the baselines (same dates, same costs; turnover and cost a year)")
    page.table(TerminalTable(columns: columns, rows: rows))
    if let twins = BaselineWording.twins(report.baselines) { page.paragraph(twins, .dim) }
    guard !report.baselines.isEmpty else { return }
    let verdict = Verdict(report, format: format)
    page.section("Sharpe ratio minus the baseline's, paired, 95 % interval")
    let differences = verdict.comparisons.map { comparison -> [TerminalTable.Cell] in
      // Colour only for what is proved out of sample.
      let style: TerminalStyle =
        switch comparison.standing {
        case .better where report.isOutOfSample: .better
        case .worse where report.isOutOfSample: .worse
        default: .plain
        }
      return [
        TerminalTable.Cell(comparison.baseline),
        TerminalTable.Cell(format.fixed(comparison.advantage, 2, signed: true)),
        TerminalTable.Cell(format.interval(comparison.interval, 2, signed: true)),
        TerminalTable.Cell(comparison.standing.rawValue, style),
      ]
    }
    let table = TerminalTable(
      columns: [.init("", .left, isFlexible: true), .init(""), .init(""), .init("", .left)],
      rows: differences)
    page.lines(Array(table.lines(width: width, useColour: page.useColour).dropFirst()))
  }

  private static func regimes(_ report: BacktestReport, _ page: inout TerminalPage) {
    let all = report.regimeRows.filter { $0.symbol == nil }
    let rows = all.isEmpty ? report.regimeRows : all
    guard !rows.isEmpty else { return }
    let hasSymbols = all.isEmpty
    var columns: [TerminalTable.Column] = [
      .init("regime", .left), .init("days"), .init("share"), .init("mean/yr"),
      .init("std. error"), .init("vol/yr"), .init("mean weight"),
    ]
    if hasSymbols { columns.insert(.init("symbol", .left, isFlexible: true), at: 0) }
    let cells = rows.map { row -> [TerminalTable.Cell] in
      var texts = [
        row.regime, format.count(row.days), format.percent(row.share, 0),
        format.percent(row.annualisedReturn), format.percent(row.standardError),
        format.percent(row.annualisedVolatility), format.percent(row.exposure),
      ]
      if hasSymbols { texts.insert(row.symbol?.name ?? "", at: 0) }
      return texts.map { TerminalTable.Cell($0) }
    }
    let order = RegimeWording.order(report.regimeNames)
    page.section("By regime (\(report.regimeTimeframe.name), filtered, \(order))")
    page.table(TerminalTable(columns: columns, rows: cells))
    page.paragraph(RegimeWording.rows(report, format, hasSymbols: hasSymbols), .dim)
  }

  private static func gates(_ report: BacktestReport, _ page: inout TerminalPage) {
    guard !report.gates.isEmpty else { return }
    let columns: [TerminalTable.Column] = [
      .init("gate", .left), .init("from", .left), .init("verdict", .left), .init("t"),
      .init("eff. pairs"), .init("weight"), .init("proof would take", .left, isFlexible: true),
    ]
    let sorted = report.gates.enumerated().sorted { a, b in
      (a.element.timeframe, a.element.from, a.offset)
        < (b.element.timeframe, b.element.from, b.offset)
    }.map(\.element)
    let rows = sorted.map { gate -> [TerminalTable.Cell] in
      let calibration = gate.calibration
      let style: TerminalStyle = calibration.verdict == .open ? .better : .plain
      let more = [GateWording.more(calibration, format), gate.note].compactMap { $0 }
      return [
        TerminalTable.Cell(gate.timeframe.name),
        TerminalTable.Cell(gate.from.date + (gate.isServing ? ", serving" : "")),
        TerminalTable.Cell(calibration.verdict.rawValue, style),
        TerminalTable.Cell(format.fixed(calibration.t, 2)),
        TerminalTable.Cell(format.fixed(calibration.effectivePairs, 0)),
        TerminalTable.Cell(format.fixed(calibration.weight, 2)),
        TerminalTable.Cell(more.joined(separator: "; ")),
      ]
    }
    page.section("Gates (a shut forecast counts for nothing)")
    page.table(TerminalTable(columns: columns, rows: rows))
    if let chance = GateWording.chance(report.gates, format) { page.paragraph(chance, .dim) }
  }

  private static func reasons(_ report: BacktestReport, _ page: inout TerminalPage) {
    guard !report.reasons.isEmpty else { return }
    page.section("What changed or held the weights (symbols x decisions)")
    let rows = report.reasons.map { entry -> [TerminalTable.Cell] in
      let value = Int(entry.value).map { format.count($0) } ?? entry.value
      return [TerminalTable.Cell(entry.name), TerminalTable.Cell(value)]
    }
    let table = TerminalTable(
      columns: [.init("reason", .left, isFlexible: true), .init("count")], rows: rows)
    page.table(table)
  }
}
