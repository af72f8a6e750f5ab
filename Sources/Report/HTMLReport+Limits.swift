import Allocation
import Market
import Research

extension HTMLReport {
  /// Every limit with value, bound, slack and price.
  static func limits(_ report: AllocationReport) -> HTMLPage.Section? {
    guard !report.standings.isEmpty else { return nil }
    let columns: [HTMLTable.Column] = [
      .init(title: "", isText: true), .init(title: "Value"), .init(title: "Bound"),
      .init(title: "Slack"), .init(title: "Price"), .init(title: "", isText: true),
    ]
    let rows = report.standings.map { standing in
      let texts = [
        LimitWording.name(standing), LimitWording.number(standing.value, standing, format),
        LimitWording.bound(standing, format),
        LimitWording.number(standing.slack, standing, format),
        standing.price.map { format.percent($0) } ?? NumberFormat.missing,
        LimitWording.state(standing),
      ]
      return HTMLTable.Row(
        cells: texts.map { HTMLTable.Cell("\($0)") }, kind: standing.hasBound ? "own" : "")
    }
    let spread = LimitWording.spread(report.spread, format)
    let targets = spread.isEmpty ? "" : " The targets: \(spread.joined(separator: ", "))."
    return HTMLPage.Section(
      id: "limits", title: "Limits",
      note: "Price: the part of each weight, or trade, that the limit takes.\(targets)",
      body: HTMLTable(columns: columns, rows: rows).markup)
  }

  /// What changed since the decision before, and by which stage.
  static func changes(_ report: AllocationReport) -> HTMLPage.Section? {
    guard let previous = report.previous else { return nil }
    let changes = report.changes.filter { abs($0.now - $0.before) >= 0.000_05 }
    let columns: [HTMLTable.Column] = [
      .init(title: "", isText: true), .init(title: "Wanted then"), .init(title: "Wanted now"),
      .init(title: "Because of", isText: true),
    ]
    let rows = changes.map { change in
      HTMLTable.Row(cells: [
        HTMLTable.Cell("\(change.symbol.name)"), HTMLTable.Cell("\(format.percent(change.before))"),
        HTMLTable.Cell("\(format.percent(change.now))"),
        HTMLTable.Cell("\(LimitWording.parts(change, format))"),
      ])
    }
    let hindsight = AllocationWording.hindsight(report).map {
      " " + AllocationWording.sentence($0)
    }
    return HTMLPage.Section(
      id: "changes", title: "What changed",
      note: """
        Weights after the limits against those of the decision at \(previous.asOf.description), by \
        the same models and holdings.\(hindsight ?? "")
        """,
      body: rows.isEmpty
        ? "<p>No weight has changed.</p>\n" : HTMLTable(columns: columns, rows: rows).markup)
  }
}
