import Foundation
import Market
import Research
import Statistics
import Trading

/// What was done and what it rests on: reasons, costs, trades, inputs.
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
    let total = report.costs.total
    let traded = report.fills.reduce(0) { $0 + abs($1.quantity * $1.price) }
    let gain = report.portfolio.equity.last.map { $0 - report.startCapital }
    var entries: [BacktestReport.Entry] = report.costs.parts.map { part in
      .init(
        part.name.prefix(1).uppercased() + part.name.dropFirst(),
        "\(format.fixed(part.amount, 2)) \(report.currency)")
    }
    entries += [
      .init(
        "Together",
        "\(format.fixed(total, 2)) \(report.currency), "
          + "\(format.percent(total / report.startCapital)) of the start capital"),
      .init(
        "A year",
        "\(format.percent(report.portfolio.costPerYear, 2)) of the equity before each trade"),
      .init("Turnover", "\(format.fixed(report.portfolio.turnoverPerYear, 1)) times a year"),
      .init("Fills", FillWording.count(report, format)),
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
      id: "costs", title: "Costs",
      note: "Growth, Sharpe ratios, drawdowns and profits are after them.",
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
      id: "trades", title: "Fills", note: "\(note)",
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
}
