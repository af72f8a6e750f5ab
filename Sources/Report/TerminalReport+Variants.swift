import Market
import Research
import Statistics

extension TerminalReport {
  /// Returns a file's profiles side by side, then their baselines.
  ///
  /// - Parameters:
  ///   - reportPath: Where the page was written, if it was.
  ///   - useColour: Whether escape codes may be used.
  public static func variants(
    _ comparison: VariantComparison, reportPath: String? = nil, useColour: Bool = false
  ) -> String {
    var page = TerminalPage(width: width, useColour: useColour)
    let report = comparison.variants[comparison.own].report
    // The first lines are the answers, the file's own profile first.
    let others = comparison.variants.indices.filter { $0 != comparison.own }
    for index in [comparison.own] + others {
      let variant = comparison.variants[index]
      let headline = Verdict(variant.report, format: format).headline
      page.paragraph(
        "\(variant.name): \(headline)", index == comparison.own ? .strong : .plain)
    }
    page.section(nil)
    page.paragraph(
      "\(comparison.portfolioName) under \(comparison.variants.count) profiles: "
        + report.symbols.map(\.name).joined(separator: " "), .strong, indent: 2)
    page.paragraph(
      "\(report.period), \(report.market), \(report.allocationMode), "
        + "steps of \(report.primary.name), "
        + (report.isOutOfSample ? "out of sample" : "IN SAMPLE"), .dim)
    page.section("Variants and baselines (same dates; turnover and cost a year)")
    page.table(curves(comparison))
    page.section("Sharpe ratio minus the baseline's, paired, 95 % interval")
    page.table(advantages(comparison))
    if let test = report.maxTest { maxTest(test, &page) }
    page.section(nil)
    for (index, variant) in comparison.variants.enumerated() {
      let own = index == comparison.own ? ", the file's own" : ""
      page.paragraph(
        "\(variant.name)\(own): deflated Sharpe ratio "
          + "\(format.fixed(variant.report.deflatedSharpe, 2)) at "
          + "\(format.count(variant.report.trials)) trials; run hash \(variant.report.runHash)",
        indent: 2)
    }
    for warning in report.warnings { page.paragraph("warning: \(warning)", .worse, indent: 9) }
    page.paragraph(
      "Profiles differ in risk by design; growth alone does not rank them. Price returns, dividends "
        + "excluded.", .dim)
    page.paragraph("run hash  \(comparison.runHash)")
    if let reportPath { page.paragraph("report    \(reportPath)") }
    return page.text
  }

  private static func curves(_ comparison: VariantComparison) -> TerminalTable {
    let columns: [TerminalTable.Column] = [
      .init("", .left, isFlexible: true), .init("CAGR"), .init("vol"), .init("Sharpe [95 %]"),
      .init("max DD"), .init("turn"), .init("cost"), .init("gross"), .init("orders"),
    ]
    func cells(_ name: String, _ curve: RunCurve, _ style: TerminalStyle)
      -> [TerminalTable.Cell]
    {
      let summary = curve.performance
      return [
        name, format.percent(summary.compoundAnnualGrowthRate),
        format.percent(summary.annualisedVolatility),
        "\(format.fixed(summary.sharpe, 2)) \(format.interval(curve.sharpeInterval, 1))",
        format.percent(summary.maximumDrawdown?.depth), format.fixed(curve.turnoverPerYear, 1),
        format.percent(curve.costPerYear, 2), format.percent(curve.exposure, 0),
        format.count(curve.orders),
      ].map { TerminalTable.Cell($0, style) }
    }
    let variants = comparison.variants.enumerated().map { index, variant in
      cells(variant.name, variant.report.portfolio, index == comparison.own ? .strong : .plain)
    }
    let baselines = comparison.baselines.map { baseline in
      cells(name(of: baseline), baseline.curve, .dim)
    }
    return TerminalTable(columns: columns, rows: variants + baselines)
  }

  /// A baseline's name, with the variants whose costs it pays where they differ.
  private static func name(of baseline: VariantComparison.Baseline) -> String {
    baseline.variants.isEmpty
      ? baseline.curve.name
      : "\(baseline.curve.name) (\(baseline.variants.joined(separator: ", ")))"
  }

  private static func advantages(_ comparison: VariantComparison) -> TerminalTable {
    let names = comparison.variants[0].report.baselines.map(\.name)
    let rows = comparison.variants.map { variant in
      [TerminalTable.Cell(variant.name)]
        + variant.report.baselines.map { curve in
          let standing = Verdict.standing(curve.sharpeAdvantageInterval)
          // Colour only for what is proved out of sample.
          let style: TerminalStyle =
            switch standing {
            case .better where variant.report.isOutOfSample: .better
            case .worse where variant.report.isOutOfSample: .worse
            default: .plain
            }
          return TerminalTable.Cell(
            "\(format.fixed(curve.sharpeAdvantage, 2, signed: true)) "
              + format.interval(curve.sharpeAdvantageInterval, 1, signed: true), style)
        }
    }
    return TerminalTable(
      columns: [.init("", .left, isFlexible: true)] + names.map { .init($0) }, rows: rows)
  }
}
