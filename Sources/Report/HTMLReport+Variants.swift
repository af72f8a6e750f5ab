import Market
import Research
import Statistics

extension HTMLReport {
  /// Returns a file's own profile as a page, with all profiles side by side in a section of its own.
  public static func variants(_ comparison: VariantComparison) -> String {
    backtest(comparison.variants[comparison.own].report, variants: comparison)
  }

  /// The profiles, then the baselines.
  static func section(_ comparison: VariantComparison) -> HTMLPage.Section {
    var columns = [HTMLTable.Column(title: "", isText: true)]
    columns += [
      "Growth/yr", "Volatility/yr", "Sharpe ratio", "Drawdown", "Turnover/yr", "Costs/yr",
      "Mean gross", "Orders", "Deflated Sharpe",
    ].map { HTMLTable.Column(title: "\($0)") }
    func row(_ name: String, _ curve: RunCurve, deflated: String, kind: String)
      -> HTMLTable.Row
    {
      let summary = curve.performance
      let sharpe: Markup = """
        \(format.fixed(summary.sharpe, 2))<small>\(format.interval(curve.sharpeInterval, 2))</small>
        """
      let before = [
        name, format.percent(summary.compoundAnnualGrowthRate),
        format.percent(summary.annualisedVolatility),
      ]
      let after = [
        format.percent(summary.maximumDrawdown?.depth), format.fixed(curve.turnoverPerYear, 1),
        format.percent(curve.costPerYear, 2), format.percent(curve.exposure, 0),
        format.count(curve.orders), deflated,
      ]
      return HTMLTable.Row(
        cells: before.map { HTMLTable.Cell("\($0)") } + [HTMLTable.Cell(sharpe)]
          + after.map { HTMLTable.Cell("\($0)") }, kind: kind)
    }
    let variants = comparison.variants.enumerated().map { index, variant in
      row(
        variant.name, variant.report.portfolio,
        deflated: format.fixed(variant.report.deflatedSharpe, 2),
        kind: index == comparison.own ? "own" : "")
    }
    let baselines = comparison.baselines.map { baseline in
      let costs = baseline.variants.isEmpty ? "" : " (\(baseline.variants.joined(separator: ", ")))"
      return row(baseline.curve.name + costs, baseline.curve, deflated: "", kind: "")
    }
    return HTMLPage.Section(
      id: "variants", title: "Variants",
      note: """
        The same file, dates and models under every profile; this page is about the marked one. \
        Profiles differ in risk by design, so growth alone does not rank them. Each counts as a \
        trial.
        """,
      body: HTMLTable(columns: columns, rows: variants + baselines).markup)
  }

  /// What became of each symbol at each decision.
  static func decisionCounts(_ report: BacktestReport) -> HTMLPage.Section {
    let counts = report.decisionCounts
    var columns = [HTMLTable.Column(title: "", isText: true)]
    columns += (counts.symbols.map(\.name) + ["All"]).map { HTMLTable.Column(title: "\($0)") }
    let rows = counts.rows.map { row in
      HTMLTable.Row(
        cells: [HTMLTable.Cell("\(row.name)")]
          + (row.counts + [row.total]).map { HTMLTable.Cell("\(format.count($0))") })
    }
    return HTMLPage.Section(
      id: "decisions", title: "Why no trade",
      note: """
        One outcome a symbol at each of \(format.count(counts.decisions)) decisions: it traded, or \
        the one thing that kept it from trading. Exits between decisions are not counted.
        """,
      body: rows.isEmpty
        ? "<p>No decision was recorded.</p>\n" : HTMLTable(columns: columns, rows: rows).markup)
  }
}
