import Allocation
import Market
import Research

extension HTMLReport {
  /// How good the variance forecasts were, and what sizing by them does.
  static func variance(_ report: VarianceReport) -> HTMLPage.Section {
    let rows = report.rows.map { row in
      HTMLTable.Row(
        cells: ([row.timeframe.name] + VarianceWording.cells(row, format)).map {
          HTMLTable.Cell("\($0)")
        })
    }
    let columns =
      [HTMLTable.Column(title: "", isText: true)]
      + VarianceWording.columns.map {
        HTMLTable.Column(title: "\(VarianceWording.heading($0))")
      }
    let fallbacks = report.fallbacks.map { "<li>\($0)</li>" as Markup }
    let list: Markup =
      fallbacks.isEmpty
      ? "" : "<details><summary>Fallbacks</summary><ul>\(fallbacks.joined())</ul></details>\n"
    return HTMLPage.Section(
      id: "variance", title: "Variance of the next bar",
      note: """
        Out of sample, against the EWMA variance of the same bars (first where there are two figures). \
        QLIKE gain: above 0 the forecast is better; t is Diebold and Mariano&#39;s. Level: mean of \
        squared return over variance, 1 is right. Coverage: returns within 1.96 deviations. Unsteady: \
        spread over mean of the risk realised in 20 bars by a position that aims at a constant one.
        """,
      body: """
        <p class="finding">\(VarianceWording.finding(report))</p>
        \(HTMLTable(columns: columns, rows: rows).markup)\(list)\(sizings(report))
        """)
  }

  private static func sizings(_ report: VarianceReport) -> Markup {
    if let note = report.sizingNote { return "<p>\(note)</p>\n" }
    guard !report.sizings.isEmpty else { return "" }
    let columns =
      [HTMLTable.Column(title: "Sized by", isText: true)]
      + VarianceWording.sizingColumns.map {
        HTMLTable.Column(title: "\(VarianceWording.heading($0))")
      }
    let rows = report.sizings.map { sizing in
      let name = sizing.variance.rawValue + (sizing.isOwn ? " (this run)" : "")
      return HTMLTable.Row(
        cells: ([name] + VarianceWording.cells(sizing, format)).map { HTMLTable.Cell("\($0)") })
    }
    return HTMLTable(columns: columns, rows: rows).markup
  }
}
