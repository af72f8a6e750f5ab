import Market
import Research

extension HTMLReport {
  /// Whether the symbols' regimes come together, and how returns correlate meanwhile; nil without
  /// regimes.
  static func crossRegimes(_ regimes: CrossRegimes?) -> HTMLPage.Section? {
    guard let regimes, regimes.bars > 0 else { return nil }
    let columns = CrossRegimeRow.titles.enumerated().map { index, title in
      HTMLTable.Column(title: "\(title)", isText: index == 0)
    }
    let rows = CrossRegimeRow.all(of: regimes, format).map { row in
      HTMLTable.Row(cells: row.texts.map { HTMLTable.Cell("\($0)") })
    }
    var body = HTMLTable(columns: columns, rows: rows).markup
    if let gaps = CrossRegimeRow.gaps(regimes, format) { body += "<p>\(gaps)</p>\n" }
    if !regimes.pairs.isEmpty { body += pairs(regimes) }
    return HTMLPage.Section(
      id: "together", title: "Regimes of the symbols together",
      note: "The \(CrossRegimeRow.note(regimes, format)).", body: body)
  }

  private static func pairs(_ regimes: CrossRegimes) -> Markup {
    let columns =
      [HTMLTable.Column(title: "", isText: true)]
      + (["Bars", "Same regime", "If independent"] + regimes.states.map { "Both \($0.name)" }
      + ["Different"]).map { HTMLTable.Column(title: "\($0)") }
    let rows = regimes.pairs.map { pair in
      let name = [pair.first, pair.second].map { regimes.symbols[$0].name }
        .joined(separator: ", ")
      let shares = [
        format.count(pair.bars), format.percent(pair.together, 0),
        format.percent(pair.expected, 0),
      ]
      let correlations = (pair.same + [pair.apart]).map { part in
        "\(format.fixed(part.correlation, 2)) (\(format.count(part.bars)))"
      }
      return HTMLTable.Row(
        cells: ([name] + shares + correlations).map { HTMLTable.Cell("\($0)") })
    }
    return """
      <details><summary>\(format.count(rows.count)) pairs, correlations with their bars</summary>\
      \(HTMLTable(columns: columns, rows: rows).markup)</details>

      """
  }
}
