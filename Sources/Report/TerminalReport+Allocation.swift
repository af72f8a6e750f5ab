import Allocation
import Kernels
import Market
import Research
import Signals

extension TerminalReport {
  /// Returns an allocation: what to trade, and the way of every weight.
  public static func allocation(_ report: AllocationReport, useColour: Bool = false) -> String {
    let format = NumberFormat.terminal
    var page = TerminalPage(width: width, useColour: useColour)
    page.paragraph("\(report.portfolioName): allocation at \(report.asOf)", .strong, indent: 2)
    page.paragraph(
      "\(report.profile), \(report.allocationMode), equity \(format.fixed(report.equity, 2)) "
        + "\(report.currency), trades from \(report.heldFrom)", .dim)
    for note in report.notes { page.paragraph("note: \(note)", .worse, indent: 6) }
    page.section(nil)
    trades(report, format, &page)
    portfolioLine(report.decision, format, &page)
    if let costs = AllocationWording.costs(report, format) { page.paragraph(costs) }
    let spread = LimitWording.spread(report.spread, format)
    if !spread.isEmpty { page.paragraph("diversification: " + spread.joined(separator: ", ")) }
    page.section("How the weights came about")
    for row in report.rows {
      let tilt = GateWording.tilt(row.views, format)
      let path = AllocationPath(row.line, mode: report.allocationMode, tilt: tilt, format)
      page.chain("\(row.symbol.name):", path.steps.map(\.text), indent: 4)
      let words = row.why.isEmpty ? "no change" : row.why.joined(separator: "; ")
      page.paragraph(words, .dim, lead: 4)
    }
    limits(report, format, &page)
    changes(report, format, &page)
    correlations(report, format, &page)
    sampleCorrelations(report, format, &page)
    crossRegimes(report.regimes, format, &page)
    page.section(nil)
    page.paragraph("run hash  \(report.runHash)")
    return page.text
  }

  private static func trades(
    _ report: AllocationReport, _ format: NumberFormat, _ page: inout TerminalPage
  ) {
    let columns: [TerminalTable.Column] = [
      .init("symbol", .left, isFlexible: true), .init("price"), .init("regime", .left),
      .init("held"), .init("target"), .init("risk"), .init("trade"), .init("notional"),
    ]
    let rows = report.rows.map { row -> [TerminalTable.Cell] in
      let regime = row.regime.map { state in
        state.name + (state.probability.map { " " + format.percent($0, 0) } ?? "")
      }
      let isTraded = row.tradeQuantity != 0
      let side = row.tradeQuantity < 0 ? "sell" : "buy"
      let trade = isTraded ? "\(side) \(format.significant(abs(row.tradeQuantity)))" : "hold"
      let notional = isTraded ? format.fixed(abs(row.tradeQuantity) * row.price, 2) : ""
      let texts = [
        row.symbol.name, format.significant(row.price), regime ?? NumberFormat.missing,
        format.percent(row.line.held), format.percent(row.line.target),
        format.percent(row.line.riskContribution, 0), trade, notional,
      ]
      return texts.map { TerminalTable.Cell($0, isTraded ? .strong : .plain) }
    }
    page.table(TerminalTable(columns: columns, rows: rows))
  }

  private static func portfolioLine(
    _ decision: AllocationDecision, _ format: NumberFormat, _ page: inout TerminalPage
  ) {
    page.section(nil)
    var parts = [
      "gross \(format.percent(decision.gross))", "net \(format.percent(decision.net))",
      "cash \(format.percent(decision.cash))",
      "expected volatility \(format.percent(decision.portfolioVolatility)) a year",
    ]
    if let prior = decision.priorVolatility {
      parts.append(
        "before scaling \(format.percent(prior)), exposure x\(format.fixed(decision.exposure, 2))")
    }
    page.paragraph("portfolio: " + parts.joined(separator: ", "), .strong, indent: 2)
    if let cash = AllocationWording.allCash(decision) { page.paragraph(cash) }
    let bound = decision.boundLimits(format)
    page.paragraph("limits: " + (bound.isEmpty ? "none bound" : bound.joined(separator: "; ")))
  }

  /// The matrix where it fits on the page, else its mean and its highest pairs.
  private static func correlations(
    _ report: AllocationReport, _ format: NumberFormat, _ page: inout TerminalPage
  ) {
    let names = report.order.map { report.rows[$0].symbol.name }
    guard names.count > 1, let matrix = report.inOrder(report.correlation) else { return }
    page.section(AllocationWording.correlations(report, format))
    if names.count <= 10 {
      let columns =
        [TerminalTable.Column("", .left, isFlexible: true)]
        + names.map { TerminalTable.Column(TerminalText.cut($0, to: 6)) }
      let rows = names.indices.map { r in
        [TerminalTable.Cell(names[r])]
          + names.indices.map { c in
            r == c ? TerminalTable.Cell("") : TerminalTable.Cell(format.fixed(matrix[r, c], 2))
          }
      }
      page.table(TerminalTable(columns: columns, rows: rows))
      return
    }
    var pairs: [(r: Int, c: Int)] = []
    var sum = 0.0
    for r in names.indices {
      for c in names.indices where c > r {
        pairs.append((r, c))
        sum += matrix[r, c]
      }
    }
    let highest = pairs.sorted { matrix[$0.r, $0.c] > matrix[$1.r, $1.c] }.prefix(5)
    let words = highest.map {
      "\(names[$0.r])-\(names[$0.c]) \(format.fixed(matrix[$0.r, $0.c], 2))"
    }
    page.paragraph(
      "mean \(format.fixed(sum / Double(pairs.count), 2)) over \(format.count(pairs.count)) pairs; "
        + "highest " + words.joined(separator: ", "))
  }

  /// How far the correlations are apart before they are shrunk.
  private static func sampleCorrelations(
    _ report: AllocationReport, _ format: NumberFormat, _ page: inout TerminalPage
  ) {
    guard let matrix = report.sampleInOrder else { return }
    let names = report.order.map { report.rows[$0].symbol.name }
    var pairs: [(value: Double, name: String)] = []
    for r in names.indices {
      for c in names.indices where c > r {
        pairs.append((matrix[r, c], "\(names[r])-\(names[c])"))
      }
    }
    guard let least = pairs.min(by: { $0.value < $1.value }),
      let most = pairs.max(by: { $0.value < $1.value })
    else { return }
    page.paragraph(
      "before shrinking: from \(format.fixed(least.value, 2)) (\(least.name)) to "
        + "\(format.fixed(most.value, 2)) (\(most.name))", .dim)
  }
}
