import Market
import Research
import Statistics

extension HTMLReport {
  /// The answer first, then what it rests on.
  static func verdictBox(_ report: BacktestReport, _ verdict: Verdict) -> Markup {
    let kind =
      switch verdict.answer {
      case .yes: "yes"
      case .inSample: "insample"
      case .no
      where report.portfolio.performance.ruinedAt != nil
        || verdict.comparisons.allSatisfy { $0.isCash || $0.standing == .worse }:
        "worse"
      default: "unclear"
      }
    let sample: Markup =
      report.isOutOfSample
      ? "<span class=\"tag\">out of sample</span>"
      : "<span class=\"tag warn\">in sample</span>"
    let remarks = verdict.remarks.map { "<li>\($0)</li>" as Markup }
    return """
      <div class="verdict \(kind)" id="verdict">
      \(sample)<span class="tag">\(report.market) &middot; after costs</span>
      <h2>\(verdict.headline)</h2>
      <div class="both"><ul>\(remarks.joined())</ul>
      \(forest(verdict.comparisons))</div>
      \(tiles(report))</div>

      """
  }

  /// The paired differences of Sharpe ratios as points with whiskers about 0.
  static func forest(_ comparisons: [Verdict.Comparison]) -> Markup {
    let ends = comparisons.flatMap { comparison -> [Double] in
      let interval = comparison.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
      return (interval + [comparison.advantage].compactMap { $0 }).filter(\.isFinite)
    }
    guard let low = ends.min(), let high = ends.max() else { return "" }
    let from = min(low, 0)
    let to = max(high, 0)
    let span = to > from ? to - from : 1
    // A little air at both ends, so that no whisker touches the edge.
    func place(_ value: Double) -> Double { min(100, max(0, 3 + (value - from) / span * 94)) }
    func percent(_ value: Double) -> Markup {
      Markup(trusted: PlotFrame.coordinate(value) + "%")
    }
    let zero = percent(place(0))
    let rows = comparisons.map { comparison -> Markup in
      var marks: Markup = "<i class=\"zero\" style=\"left:\(zero)\"></i>"
      if let interval = comparison.interval {
        let left = place(interval.lowerBound)
        let width = place(interval.upperBound) - left
        marks += "<i class=\"span\" style=\"left:\(percent(left));width:\(percent(width))\"></i>"
      }
      if let advantage = comparison.advantage, advantage.isFinite {
        marks += "<i class=\"dot\" style=\"left:\(percent(place(advantage)))\"></i>"
      }
      let kind: Markup =
        switch comparison.standing {
        case .better: "is-better"
        case .worse: "is-worse"
        default: ""
        }
      let text = format.fixed(comparison.advantage, 2, signed: true)
      let interval = format.interval(comparison.interval, 2, signed: true)
      return """
        <div class="pairing"><em>\(comparison.baseline)</em>\
        <span class="track \(kind)">\(marks)</span>\
        <span>\(text) \(interval)<small>\(comparison.standing.rawValue)</small></span></div>
        """
    }
    // At four and with 0 in range there are two at least: one alone would give no scale.
    let values = AxisTicks.round(low: from, high: to, count: 4)
    let decimals = values.contains { abs($0 * 10 - ($0 * 10).rounded()) > 1e-9 } ? 2 : 1
    let axis = values.map { value in
      let left = percent(place(value))
      return "<span style=\"left:\(left)\">\(format.fixed(value, decimals))</span>" as Markup
    }
    return """
      <figure><figcaption>Sharpe ratio of the portfolio minus the baseline's, paired, \
      95 % interval</figcaption><div class="forest">\(rows.joined())\
      <div class="pairing" aria-hidden="true"><em></em><span class="axis">\(axis.joined())</span>\
      <em></em></div></div></figure>
      """
  }

  private static func tiles(_ report: BacktestReport) -> Markup {
    let own = report.portfolio
    let summary = own.performance
    func tile(_ name: String, _ value: String, _ about: String) -> Markup {
      "<div><dt>\(name)</dt><dd>\(value)<small>\(about)</small></dd></div>"
    }
    let last = own.equity.last
    let deflated = report.deflatedSharpe.map { format.fixed($0, 2) } ?? NumberFormat.missing
    let trials = report.trials == 1 ? "1 trial" : "\(format.count(report.trials)) trials"
    return "<dl class=\"tiles\">"
      + [
        tile(
          "Sharpe ratio", format.fixed(summary.sharpe, 2), format.interval(own.sharpeInterval, 2)),
        tile("Deflated Sharpe", deflated, "\(trials); 0.95 needed"),
        tile(
          "Growth a year", format.percent(summary.compoundAnnualGrowthRate),
          "total \(format.percent(summary.totalReturn))"),
        tile("Volatility", format.percent(summary.annualisedVolatility), "a year"),
        tile(
          "Deepest drawdown", format.percent(summary.maximumDrawdown?.depth),
          "Calmar \(format.fixed(summary.calmar, 2))"
            + (summary.maximumDrawdown?.isOngoing == true ? ", not recovered" : "")),
        tile(
          "Costs a year", format.percent(own.costPerYear, 2),
          "turnover \(format.fixed(own.turnoverPerYear, 1)) a year"),
        tile(
          "Equity", last.map { format.fixed($0, 0) } ?? NumberFormat.missing,
          "\(report.currency), from \(format.fixed(report.startCapital, 0))"),
      ].joined() + "</dl>\n"
  }

  /// The portfolio beside its baselines: same dates, same costs.
  static func comparison(_ report: BacktestReport) -> HTMLPage.Section {
    var columns = [HTMLTable.Column(title: "", isText: true)]
    columns += [
      "Growth/yr", "Volatility/yr", "Sharpe ratio", "Advantage", "Sortino", "Drawdown", "Calmar",
      "CVaR 95 %", "Turnover/yr", "Costs/yr", "Exposure", "Orders",
    ].map { HTMLTable.Column(title: "\($0)") }
    let rows = ([report.portfolio] + report.baselines).enumerated().map { index, curve in
      let summary = curve.performance
      let standing =
        index == 0
        ? Verdict.Standing.noInterval
        : Verdict.standing(
          curve.sharpeAdvantageInterval)
      var advantage: Markup = ""
      var kind = ""
      if index > 0 {
        let interval = format.interval(curve.sharpeAdvantageInterval, 2, signed: true)
        advantage = """
          \(format.fixed(curve.sharpeAdvantage, 2, signed: true))<small>\(interval)</small>
          """
        // Colour only for what is proved, and proved only out of sample.
        if report.isOutOfSample {
          kind = standing == .better ? "better" : standing == .worse ? "lesser" : ""
        }
      }
      let sharpe: Markup = """
        \(format.fixed(summary.sharpe, 2))<small>\(format.interval(curve.sharpeInterval, 2))</small>
        """
      let plain = [
        format.fixed(summary.sortino, 2), format.percent(summary.maximumDrawdown?.depth),
        format.fixed(summary.calmar, 2), format.percent(summary.conditionalValueAtRisk95),
        format.fixed(curve.turnoverPerYear, 1), format.percent(curve.costPerYear, 2),
        format.percent(curve.exposure, 0), format.count(curve.orders),
      ]
      let cells =
        [
          HTMLTable.Cell("\(curve.name)"),
          HTMLTable.Cell("\(format.percent(summary.compoundAnnualGrowthRate))"),
          HTMLTable.Cell("\(format.percent(summary.annualisedVolatility))"),
          HTMLTable.Cell(sharpe), HTMLTable.Cell(advantage, kind),
        ] + plain.map { HTMLTable.Cell("\($0)") }
      return HTMLTable.Row(cells: cells, kind: index == 0 ? "own" : "")
    }
    let twins = BaselineWording.twins(report.baselines).map {
      "<p class=\"note\">\($0)</p>\n" as Markup
    }
    return HTMLPage.Section(
      id: "baselines", title: "Against the baselines",
      note: """
        Same dates, same costs. Brackets are 95 % intervals (stationary bootstrap). Advantage is \
        the portfolio's Sharpe ratio minus the baseline's, on the same resampled days; it is \
        coloured only where its interval leaves 0 out. Nothing else here is a ranking.
        """,
      body: HTMLTable(columns: columns, rows: rows).markup + (twins ?? ""))
  }
}
