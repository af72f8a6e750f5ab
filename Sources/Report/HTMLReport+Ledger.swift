import Foundation
import Market
import Research
import Statistics
import Trading

/// What was done and what it rests on: reasons, costs, trades, inputs, conventions.
extension HTMLReport {
  static func reasons(_ report: BacktestReport) -> HTMLPage.Section {
    let numbers = report.reasons.map { Double($0.value) }
    let scale = BarScale(values: numbers.compactMap { $0 })
    let columns: [HTMLTable.Column] = [
      .init(title: "Reason", isText: true, kind: "wrap"), .init(title: "Count"), .init(title: ""),
    ]
    let rows = zip(report.reasons, numbers).map { entry, number in
      let value = Int(entry.value).map { format.count($0) } ?? entry.value
      return HTMLTable.Row(cells: [
        HTMLTable.Cell("\(entry.name)"), HTMLTable.Cell("\(value)"),
        HTMLTable.Cell(number.map { scale.bar(to: $0) } ?? ""),
      ])
    }
    var body: Markup =
      rows.isEmpty
      ? "<p>No reason was recorded.</p>\n"
      : HTMLTable(columns: columns, rows: rows, kind: "count").markup
    if !report.distinctTargets.isEmpty {
      let counts = report.distinctTargets.map { "\($0.symbol.name) \(format.count($0.count))" }
      body += """
        <p class="note">Distinct target weights before the no-trade band: \
        \(counts.joined(separator: ", ")). A symbol with one or two has never really been sized.</p>

        """
    }
    return HTMLPage.Section(
      id: "reasons", title: "What shaped the weights",
      note: "How often each rule or limit changed a weight or kept it, over symbols and decisions.",
      body: body)
  }

  static func costs(_ report: BacktestReport) -> HTMLPage.Section {
    let total = report.fees + report.slippage
    let traded = report.fills.reduce(0) { $0 + abs($1.quantity * $1.price) }
    let gain = report.portfolio.equity.last.map { $0 - report.startCapital }
    var entries: [BacktestReport.Entry] = [
      .init("Commission", "\(format.fixed(report.fees, 2)) \(report.currency)"),
      .init("Slippage", "\(format.fixed(report.slippage, 2)) \(report.currency)"),
      .init(
        "Together",
        "\(format.fixed(total, 2)) \(report.currency), "
          + "\(format.percent(total / report.startCapital)) of the start capital"),
      .init("A year", "\(format.percent(report.portfolio.costPerYear, 2)) of mean equity"),
      .init("Turnover", "\(format.fixed(report.portfolio.turnoverPerYear, 1)) times a year"),
      .init("Trades", format.count(report.fills.count)),
    ]
    if traded > 0 {
      entries.append(
        .init("Per unit traded", "\(format.fixed(total / traded * 10_000, 1)) basis points"))
    }
    if let gain {
      entries.append(.init("Gain after costs", "\(format.fixed(gain, 2)) \(report.currency)"))
    }
    if let drag = report.costDrag {
      entries += [
        .init(
          "Growth a year",
          "\(format.percent(drag.gross.compoundAnnualGrowthRate)) before costs, "
            + "\(format.percent(drag.net.compoundAnnualGrowthRate)) after: they took "
            + format.percent(drag.growth, 2)),
        .init(
          "Sharpe ratio",
          "\(format.fixed(drag.gross.sharpe, 2)) before, \(format.fixed(drag.net.sharpe, 2)) after"),
      ]
    }
    let baselines = report.baselines.map { "\($0.name) \(format.percent($0.costPerYear, 2))" }
    if !baselines.isEmpty {
      entries.append(.init("Baselines a year", baselines.joined(separator: ", ")))
    }
    return HTMLPage.Section(
      id: "costs", title: "Costs", note: "Every figure of this report is after them.",
      body: self.entries(entries))
  }

  static func trades(_ report: BacktestReport) -> HTMLPage.Section {
    let shown = report.fills.suffix(tradesShown)
    let columns: [HTMLTable.Column] = [
      .init(title: "Filled (UTC)", isText: true), .init(title: "Symbol", isText: true),
      .init(title: "", isText: true), .init(title: "Quantity"), .init(title: "Price"),
      .init(title: "Notional"), .init(title: "Fee"), .init(title: "Slippage"),
      .init(title: "Reason", isText: true, kind: "why"),
    ]
    let rows = shown.reversed().map { fill in
      let time = fill.time.description.dropLast().replacing("T", with: " ")
      let cells = [
        String(time), fill.symbol.name, fill.quantity < 0 ? "sell" : "buy",
        format.significant(abs(fill.quantity)), format.significant(fill.price),
        format.fixed(abs(fill.quantity * fill.price), 2), format.fixed(fill.fee, 2),
        format.fixed(fill.slippage, 2), fill.reason,
      ]
      return HTMLTable.Row(cells: cells.map { HTMLTable.Cell("\($0)") })
    }
    let count = report.fills.count
    let note =
      count == 0
      ? "Nothing was traded."
      : count > shown.count
        ? "The last \(shown.count) of \(format.count(count)), newest first. All of them are in the "
          + "JSON report."
        : count == 1 ? "The only one." : "All \(count), newest first."
    return HTMLPage.Section(
      id: "trades", title: "Trades", note: "\(note)",
      body: count == 0 ? "" : HTMLTable(columns: columns, rows: rows).markup)
  }

  static func inputs(_ report: BacktestReport) -> HTMLPage.Section {
    let hash = BacktestReport.Entry("Run hash", report.runHash)
    return HTMLPage.Section(
      id: "inputs", title: "Inputs and hashes",
      note: """
        All that the run depends on. The run hash is SHA-256 over orders, fills and equity: the \
        same inputs give the same hash on any machine.
        """,
      body: entries([hash] + report.inputs, mono: true))
  }

  static func conventions(_ report: BacktestReport) -> HTMLPage.Section {
    let steps = format.fixed(
      report.stepsPerYear, report.stepsPerYear.rounded() == report.stepsPerYear ? 0 : 2)
    let texts: [(String, String)] = [
      (
        "Returns",
        "Simple returns of equity, one step a \(report.stepName), \(steps) steps a year (P). Price "
          + "returns, dividends excluded."
      ),
      ("Growth a year (CAGR)", "(last equity / first equity)^(P / steps) − 1."),
      ("Volatility", "Sample standard deviation of the returns (ddof 1) × √P."),
      (
        "Sharpe ratio",
        "Mean of the returns above the risk-free rate (here "
          + "\(format.percent(report.portfolio.performance.riskFreeRate)) a year) over their sample "
          + "standard deviation × √P."
      ),
      (
        "Its interval",
        "2.5 % and 97.5 % quantiles over resamples of the stationary block bootstrap (Politis and "
          + "Romano 1994)."
      ),
      (
        "Advantage",
        "Sharpe ratio of the portfolio minus that of the baseline. Both are resampled with the same "
          + "blocks, so that what they share cancels."
      ),
      (
        "Deflated Sharpe ratio",
        "Probability that the true Sharpe ratio exceeds the best that the counted number of worthless "
          + "trials would show by luck, with the returns' skewness and kurtosis (Bailey and López de "
          + "Prado 2014)."
      ),
      ("Sortino ratio", "Mean excess return over the root mean square of the negative ones × √P."),
      ("Drawdown", "Equity over its highest value so far, − 1. The start capital is a peak."),
      ("Calmar ratio", "Growth a year over the depth of the deepest drawdown."),
      (
        "Before costs",
        "Each step's commission and slippage added back to its return: the same positions, free of "
          + "charge."
      ),
      ("CVaR 95 %", "Mean of the returns at or below their 5 % quantile, per step."),
      (
        "VaR and CVaR",
        "Historical: quantile linear between order statistics, mean at or below it. Normal: that of "
          + "the sample's mean and deviation. Cornish-Fisher: the normal quantile corrected for "
          + "skewness and kurtosis."
      ),
      (
        "Omega, payoff, capture",
        "Sum of gains over sum of losses; mean gain over mean loss; growth a year on the steps on "
          + "which the benchmark rose (fell) over its own there."
      ),
      (
        "CDaR 95 %", "Mean of the worst 5 % of the distances from the peak."
      ),
      ("Turnover", "Notional traded, buys and sells, over mean equity, a year."),
      (
        "Exposure", "Mean of the sum of absolute weights; 100 % is fully invested without leverage."
      ),
      (
        "Advantage over cash",
        "Cash has no Sharpe ratio: it is that of the portfolio's returns above cash."
      ),
      (
        "Minimum track record",
        "Steps after which the Sharpe ratio measured would be above 0 at 95 %, with the returns' "
          + "skewness and kurtosis (Bailey and López de Prado 2012)."
      ),
      (
        "Probability of overfitting",
        "Combinatorially symmetric cross-validation over 16 blocks (Bailey, Borwein, López de Prado "
          + "and Zhu 2017), over variants run beside each other."
      ),
      (
        "IC, R²",
        "Correlation of forecast and outcome; 1 − squared error / squared outcome, so that the zero "
          + "forecast has 0. Hit rate with the Wilson interval at 95 %."
      ),
      (
        "Gate",
        "A forecast counts with weight clip(slope, 0, 1) × max(0, 1 − (1.645 / t)²), t robust to "
          + "autocorrelation, on out-of-sample pairs only. Below 250 effective pairs: cannot tell."
      ),
      (
        "Regimes",
        "Filtered probabilities of a hidden Markov model, known at the close of the bar."
      ),
      (
        "Execution",
        "Decided at a close, filled at the next open, worse by slippage, plus commission."
      ),
    ]
    return HTMLPage.Section(
      id: "conventions", title: "Conventions",
      body: entries(texts.map { BacktestReport.Entry($0.0, $0.1) }))
  }
}
