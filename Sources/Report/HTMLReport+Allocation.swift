import Allocation
import Kernels
import Market
import Research
import Signals

extension HTMLReport {
  /// Returns an allocation as a page: what to trade, why, and the risk that it takes.
  public static func allocation(_ report: AllocationReport) -> String {
    let lead: Markup = """
      <div class="verdict unclear" id="verdict"><h2>\(AllocationWording.headline(report, format))</h2>
      <p>\(summary(report.decision))</p></div>
      \(warnings(report.notes))
      """
    // Positions of `in_out` follow rules, not a tilt.
    let isTilted = report.allocationMode != AllocationSettings.Mode.inOut.rawValue
    let why = report.rows.map { row in
      [isTilted ? GateWording.tilt(row.views, format) : nil].compactMap(\.self) + row.why
    }
    var decision = waterfall(report.decision, mode: report.allocationMode, why: why)
    decision += riskBars(report.decision)
    let rests: [BacktestReport.Entry] = [
      .init("Run hash", report.runHash), .init("As of", report.asOf.description),
      .init("Primary timeframe", report.primary.name), .init("Held", report.heldFrom),
    ]
    let page = HTMLPage(
      title: report.portfolioName,
      subtitle: """
        Allocation at \(report.asOf.description) &middot; \(report.profile), \
        \(report.allocationMode) &middot; equity \(format.fixed(report.equity, 2)) \
        \(report.currency) &middot; trades from \(report.heldFrom)
        """,
      lead: lead,
      bands: [
        [tradeList(report)],
        [.init(id: "decision", title: "How the weights came about", body: decision)],
        limits(report).map { [$0] } ?? [],
        changes(report).map { [$0] } ?? [],
        [views(report)],
        [correlation(report)],
        crossRegimes(report.regimes).map { [$0] } ?? [],
        [
          .init(
            id: "inputs", title: "Inputs and hashes",
            body: entries(rests + report.inputs, mono: true))
        ],
      ].filter { !$0.isEmpty },
      data: JSONReport.value(of: report))
    return page.text
  }

  private static func tradeList(_ report: AllocationReport) -> HTMLPage.Section {
    let columns: [HTMLTable.Column] = [
      // What to do comes first: a phone shows no more.
      .init(title: "", isText: true), .init(title: "Trade", isText: true),
      .init(title: "Quantity"), .init(title: "Target"), .init(title: "Held"),
      .init(title: "Notional"), .init(title: "Price"), .init(title: "Regime", isText: true),
      .init(title: "Risk"),
    ]
    let rows = report.rows.map { row in
      var regime: Markup = "\(NumberFormat.missing)"
      if let state = row.regime, let view = row.sizingView {
        let kind = RegimePalette.name(state.label, of: state.states)
        let probability = state.probability.map { " " + format.percent($0, 0) } ?? ""
        regime = """
          <span class="key"><i class="\(kind)"></i>\(state.name)\(probability), \
          \(view.timeframe.name)</span>
          """
      }
      let trade =
        row.tradeQuantity == 0 ? "hold" : row.tradeQuantity > 0 ? "buy" : "sell"
      let isTraded = row.tradeQuantity != 0
      let cells: [Markup] = [
        "\(row.symbol.name)", "\(trade)",
        "\(isTraded ? format.significant(abs(row.tradeQuantity)) : "")",
        "\(format.percent(row.line.target))", "\(format.percent(row.line.held))",
        "\(isTraded ? format.fixed(abs(row.tradeQuantity) * row.price, 2) : "")",
        "\(format.significant(row.price))", regime,
        "\(format.percent(row.line.riskContribution, 0))",
      ]
      return HTMLTable.Row(
        cells: cells.map { HTMLTable.Cell($0) }, kind: isTraded ? "own" : "")
    }
    let costs = AllocationWording.costs(report, format).map {
      " " + AllocationWording.sentence($0)
    }
    return HTMLPage.Section(
      id: "trades", title: "What to do",
      note: """
        Weights are fractions of equity at the close of \(report.asOf.description). Risk is the \
        share of the portfolio's variance.\(costs ?? "")
        """,
      body: HTMLTable(columns: columns, rows: rows).markup)
  }

  private static func views(_ report: AllocationReport) -> HTMLPage.Section {
    let columns: [HTMLTable.Column] = [
      .init(title: "", isText: true), .init(title: "Timeframe", isText: true),
      .init(title: "Regime", isText: true), .init(title: "Forecast, σ"),
      .init(title: "Calibrated"), .init(title: "Volatility/bar"), .init(title: "Net α/yr"),
      .init(title: "Gate", isText: true), .init(title: "Known at", isText: true),
    ]
    var rows: [HTMLTable.Row] = []
    for row in report.rows {
      for (index, view) in row.views.enumerated() {
        let signal = view.signal
        let probability = signal.flatMap { signal in
          signal.posterior.indices.contains(signal.label)
            ? format.percent(signal.posterior[signal.label], 0) : nil
        }
        let regime = [view.regimeName, probability].compactMap { $0 }.joined(separator: " ")
        let cells = [
          index == 0 ? row.symbol.name : "", view.timeframe.name, regime,
          format.fixed(signal?.forecast, 3, signed: true),
          format.percent(signal?.mu, 3, signed: true),
          format.percent(signal.map { max(0, $0.variance).squareRoot() }, 2),
          format.percent(view.alpha, 1, signed: true), GateWording.short(view.calibration, format),
          signal?.knownAt.description ?? "no fresh signal",
        ]
        rows.append(
          HTMLTable.Row(
            cells: cells.map { HTMLTable.Cell("\($0)") },
            kind: index < row.views.count - 1 ? "more" : ""))
      }
    }
    return HTMLPage.Section(
      id: "views", title: "What each model says",
      note: "A forecast counts only through its gate; regime and volatility always do.",
      body: rows.isEmpty
        ? "<p>No model has spoken.</p>\n"
        : HTMLTable(columns: columns, rows: rows).markup)
  }

  /// The correlations as a map, symbols that move together side by side.
  static func correlation(_ report: AllocationReport) -> HTMLPage.Section {
    let names = report.order.map { report.rows[$0].symbol.name }
    let section = { (body: Markup) in
      HTMLPage.Section(
        id: "correlation", title: AllocationWording.correlations(report, format),
        note: "As the sizing saw them, in the order of clusters. Red: they move together.",
        body: body)
    }
    guard names.count > 1, let matrix = report.inOrder(report.correlation) else {
      return section("<p>There is no pair to correlate.</p>\n")
    }
    let own = map(matrix, names)
    guard let sample = report.sampleInOrder else { return section(own) }
    return section(own + "<h3>Before shrinking</h3>\n" + map(sample, names))
  }

  private static func map(_ matrix: Matrix, _ names: [String]) -> Markup {
    let isDense = names.count > 14
    let head = names.map { "<th scope=\"col\">\($0)</th>" as Markup }
    let rows = names.indices.map { r in
      let cells = names.indices.map { c -> Markup in
        let value = matrix[r, c]
        if r == c { return "<td class=\"self\"></td>" }
        let title = "\(names[r]), \(names[c]): \(format.fixed(value, 2))"
        let text = isDense ? "" : format.fixed(value, 2)
        return "<td class=\"\(tint(value))\" title=\"\(title)\">\(text)</td>"
      }
      return "<tr><th scope=\"row\">\(names[r])</th>\(cells.joined())</tr>\n" as Markup
    }
    let kind: Markup = isDense ? "map dense" : "map"
    return """
      <div class="scroll" tabindex="0"><table class="\(kind)"><thead><tr><th></th>\
      \(head.joined())</tr></thead><tbody>
      \(rows.joined())</tbody></table></div>

      """
  }

  /// Class of a correlation's colour, in steps of .2 on either side of 0.
  static func tint(_ correlation: Double) -> String {
    guard correlation.isFinite else { return "" }
    let step = min(5, Int((abs(correlation) * 5).rounded()))
    return step == 0 ? "" : correlation > 0 ? "p\(step)" : "n\(step)"
  }
}
