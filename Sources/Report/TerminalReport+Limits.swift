import Allocation
import Market
import Research

extension TerminalReport {
  /// Every limit with value, bound, slack and price.
  static func limits(
    _ report: AllocationReport, _ format: NumberFormat, _ page: inout TerminalPage
  ) {
    guard !report.standings.isEmpty else { return }
    page.section("Limits")
    let columns: [TerminalTable.Column] = [
      .init("limit", .left, isFlexible: true), .init("value"), .init("bound"), .init("slack"),
      .init("price"), .init("", .left),
    ]
    let rows = report.standings.map { standing -> [TerminalTable.Cell] in
      let texts = [
        LimitWording.name(standing), LimitWording.number(standing.value, standing, format),
        LimitWording.bound(standing, format),
        LimitWording.number(standing.slack, standing, format),
        standing.price.map { format.percent($0) } ?? NumberFormat.missing,
        LimitWording.state(standing),
      ]
      return texts.map { TerminalTable.Cell($0, standing.hasBound ? .strong : .plain) }
    }
    page.table(TerminalTable(columns: columns, rows: rows))
    page.paragraph("price: the part of each weight, or trade, that the limit takes", .dim)
  }

  /// What changed since the decision before, and by which stage.
  static func changes(
    _ report: AllocationReport, _ format: NumberFormat, _ page: inout TerminalPage
  ) {
    guard let previous = report.previous else { return }
    page.section("Since the decision at \(previous.asOf)")
    let changes = report.changes.filter { abs($0.now - $0.before) >= 0.000_05 }
    guard !changes.isEmpty else {
      page.paragraph("no weight has changed")
      return
    }
    let columns: [TerminalTable.Column] = [
      .init("symbol", .left), .init("wanted then"), .init("wanted now"),
      .init("because of", .left, isFlexible: true),
    ]
    page.table(
      TerminalTable(
        columns: columns,
        rows: changes.map { change in
          [
            TerminalTable.Cell(change.symbol.name),
            TerminalTable.Cell(format.percent(change.before)),
            TerminalTable.Cell(format.percent(change.now)),
            TerminalTable.Cell(LimitWording.parts(change, format)),
          ]
        }))
    page.paragraph("weights after the limits, by the same models and holdings", .dim)
    if let hindsight = AllocationWording.hindsight(report) { page.paragraph(hindsight, .dim) }
  }
}
