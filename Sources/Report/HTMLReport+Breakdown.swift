import Market
import Research
import Statistics

/// Where the result came from: months, symbols, trades; and how sure it is.
extension HTMLReport {
  static func evidence(_ report: BacktestReport) -> HTMLPage.Section {
    let items = EvidenceRow.all(of: report, format).map { row in
      "<dt>\(row.name)</dt><dd><b>\(row.value)</b>&ensp;\(row.meaning)</dd>" as Markup
    }
    return HTMLPage.Section(
      id: "evidence", title: "How sure",
      note:
        "What the returns prove about the Sharpe ratio, and what the choice among trials explains.",
      body: items.isEmpty
        ? "<p>Nothing can be said: \(Verdict.withoutInterval(report, format)).</p>\n"
        : "<dl class=\"plain\">\(items.joined())</dl>\n")
  }

  static func months(_ calendar: CalendarReturns) -> HTMLPage.Section {
    let columns =
      [HTMLTable.Column(title: "", isText: true)]
      + (MonthName.all + ["Year"]).map { HTMLTable.Column(title: "\($0)") }
    let rows = calendar.years.map { year in
      let months = year.months.map { month -> HTMLTable.Cell in
        guard let month else { return HTMLTable.Cell("") }
        return HTMLTable.Cell("\(format.fixed(month * 100, 1))", monthTint(month))
      }
      return HTMLTable.Row(
        cells: [HTMLTable.Cell("\(year.year)")] + months
          + [HTMLTable.Cell("<b>\(format.fixed(year.total * 100, 1))</b>")])
    }
    return HTMLPage.Section(
      id: "months", title: "By month",
      note: "Returns in percent, compounded; the tint is full from 15 % on.",
      body: HTMLTable(columns: columns, rows: rows, kind: "months").markup)
  }

  /// Class of a return's tint: none within 1 %, full from 15 % on.
  private static func monthTint(_ value: Double) -> String {
    let size = abs(value)
    guard size >= 0.01 else { return "" }
    let strength = size < 0.025 ? 1 : size < 0.05 ? 2 : size < 0.09 ? 3 : size < 0.15 ? 4 : 5
    return value > 0 ? "n\(strength)" : "p\(strength)"
  }

  static func symbols(_ report: BacktestReport) -> HTMLPage.Section {
    let columns: [HTMLTable.Column] =
      [.init(title: "", isText: true)]
      + [
        "Mean weight", "Profit", "Of capital", "Unrealised", "Costs", "Traded", "Fills",
        "First bar", "Last bar",
      ].map { HTMLTable.Column(title: "\($0)") } + [.init(title: "")]
    let shares = report.contributions.map { $0.profit / report.startCapital }
    let scale = BarScale(values: shares)
    let rows = zip(report.contributions, shares).map { row, share in
      let listing = report.listings.first { $0.symbol == row.symbol }
      let texts = [
        row.symbol.name, format.percent(row.meanWeight), format.fixed(row.profit, 0),
        format.percent(share), format.fixed(row.unrealised, 0), format.fixed(row.costs, 0),
        format.fixed(row.traded, 0), format.count(row.fills),
        listing?.first.date ?? NumberFormat.missing,
        listing.map(ListingWording.lastBar) ?? NumberFormat.missing,
      ]
      return HTMLTable.Row(
        cells: texts.map { HTMLTable.Cell("\($0)") } + [HTMLTable.Cell(scale.bar(to: share))])
    }
    let others = report.portfolio.equity.last.map { last in
      last - report.startCapital - report.contributions.reduce(0) { $0 + $1.profit }
    }
    // What rounding leaves of sums is nothing.
    let rest = others.flatMap { abs($0) > 1e-9 * report.startCapital ? $0 : nil }
    let remark: Markup =
      rest.map {
        """
        <p class="note">Interest and what else was charged on the account: \(format.fixed($0, 2)) \
        \(report.currency).</p>

        """
      } ?? ""
    return HTMLPage.Section(
      id: "symbols", title: "By symbol",
      note: """
        In \(report.currency), after the costs of each symbol's own trades: what was realised and what \
        open positions are worth.
        """,
      body: HTMLTable(columns: columns, rows: rows, kind: "bars").markup + remark)
  }

  static func closedTrades(_ report: BacktestReport) -> HTMLPage.Section {
    let columns =
      [HTMLTable.Column(title: "", isText: true)]
      + [
        "Closed", "Won", "Profit factor", "Mean gain", "Mean loss", "Payoff", "Expectancy",
        "Mean return", "Most won, lost in a row", "Median days", "Longest",
      ].map { HTMLTable.Column(title: "\($0)") }
    let rows = report.tradeSummaries.enumerated().map { index, row -> HTMLTable.Row in
      let interval = format.percentInterval(row.winRate.map { $0.lower...$0.upper }, 0)
      let won: Markup = "\(format.percent(row.winRate?.estimate, 0))<small>\(interval)</small>"
      let profits = row.profits
      let texts = [
        format.fixed(profits.profitFactor, 2), format.fixed(profits.meanGain, 2),
        format.fixed(profits.meanLoss, 2), format.fixed(profits.payoff, 2),
        format.fixed(profits.expectancy, 2), format.percent(row.meanReturn, 2),
        "\(profits.longestRunOfGains), \(profits.longestRunOfLosses)",
        format.fixed(row.medianHoldingDays, 1), format.fixed(row.longestHoldingDays, 0),
      ]
      return HTMLTable.Row(
        cells: [
          HTMLTable.Cell("\(row.symbol?.name ?? "All")"),
          HTMLTable.Cell("\(format.count(row.count))"), HTMLTable.Cell(won),
        ] + texts.map { HTMLTable.Cell("\($0)") }, kind: index == 0 ? "own" : "")
    }
    return HTMLPage.Section(
      id: "closed", title: "Closed trades",
      note: """
        Every sale closes a part of a position at its average entry price and time. Profits in \
        \(report.currency), after commission and slippage; won with its 95 % Wilson interval. A \
        portfolio that is only rebalanced sells what has risen: its win rate says little.
        """,
      body: (report.tradeSummaries.first?.count ?? 0) == 0
        ? "<p>No position was reduced.</p>\n" : HTMLTable(columns: columns, rows: rows).markup)
  }

  static func ablation(_ report: AblationReport) -> HTMLPage.Section {
    let columns =
      [HTMLTable.Column(title: "", isText: true, kind: "wrap")]
      + [
        "Growth/yr", "Volatility/yr", "Sharpe ratio", "Whole minus this", "Drawdown", "Turnover/yr",
        "Costs/yr", "Exposure", "Orders",
      ].map { HTMLTable.Column(title: "\($0)") }
    let rows = report.rows.enumerated().map { index, row -> HTMLTable.Row in
      let (curve, summary) = (row.curve, row.curve.performance)
      let sharpe: Markup = """
        \(format.fixed(summary.sharpe, 2))<small>\(format.interval(curve.sharpeInterval, 2))</small>
        """
      let interval = format.interval(curve.sharpeAdvantageInterval, 2, signed: true)
      let worth: Markup =
        index == 0
        ? ""
        : report.takesNothing(index)
          ? "same run<small>as \(report.rows[0].name)</small>"
          : "\(format.fixed(curve.sharpeAdvantage, 2, signed: true))<small>\(interval)</small>"
      let standing = Verdict.standing(curve.sharpeAdvantageInterval)
      let kind =
        index == 0 ? "" : standing == .better ? "better" : standing == .worse ? "lesser" : ""
      let after = [
        format.percent(summary.maximumDrawdown?.depth), format.fixed(curve.turnoverPerYear, 1),
        format.percent(curve.costPerYear, 2), format.percent(curve.exposure, 0),
        format.count(curve.orders),
      ]
      return HTMLTable.Row(
        cells: [
          HTMLTable.Cell("\(row.name)"),
          HTMLTable.Cell("\(format.percent(summary.compoundAnnualGrowthRate))"),
          HTMLTable.Cell("\(format.percent(summary.annualisedVolatility))"),
          HTMLTable.Cell(sharpe), HTMLTable.Cell(worth, kind),
        ] + after.map { HTMLTable.Cell("\($0)") }, kind: index == 0 ? "own" : "")
    }
    let twins = AblationWording.twins(report).map { "<p class=\"note\">\($0)</p>\n" as Markup }
    return HTMLPage.Section(
      id: "ablation", title: "Ablation",
      note: """
        The same dates, bars and models without one part at a time. \(AblationWording.difference) It is \
        coloured only where its interval leaves 0 out. \(AblationWording.parts) Each run counts as a \
        trial, the same one once.
        """,
      body: HTMLTable(columns: columns, rows: rows).markup + (twins ?? ""))
  }

  static func ownStatistics(_ report: BacktestReport) -> HTMLPage.Section {
    HTMLPage.Section(
      id: "own", title: "Statistics of your own",
      body: entries(
        report.ownStatistics.map { .init($0.name, format.significant($0.value)) }))
  }
}
