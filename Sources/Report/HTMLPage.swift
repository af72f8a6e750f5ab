/// The shell of a report: head, header, list of sections, data block, script.
struct HTMLPage {
  struct Section {
    var id: String
    var title: String
    var note: Markup = ""
    var body: Markup

    var markup: Markup {
      let about: Markup = note.text.isEmpty ? "" : "<p class=\"note\">\(note)</p>\n"
      return "<section id=\"\(id)\"><h2>\(title)</h2>\n\(about)\(body)</section>\n"
    }
  }

  /// One section, or two that stand side by side where there is room; of none nothing is shown.
  typealias Band = [Section]

  var title: String
  var subtitle: Markup
  /// What stands before the first section.
  var lead: Markup
  var bands: [Band]
  /// What a program reads from the page.
  var data: JSONValue

  var text: String {
    let links = bands.joined().map { section in
      "<a href=\"#\(section.id)\">\(section.title)</a>" as Markup
    }
    let sections = bands.filter { !$0.isEmpty }.map { band in
      band.count == 1
        ? band[0].markup : "<div class=\"pair\">\(band.map(\.markup).joined())</div>\n" as Markup
    }
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title)</title>
      <style>
      \(Markup(trusted: HTMLStyle.sheet))</style>
      </head>
      <body>
      <div class="page">
      <header><div><h1>\(title)</h1><div class="sub">\(subtitle)</div></div>\
      <button id="theme" type="button" hidden>Theme</button></header>
      \(lead)<nav aria-label="Sections">\(links.joined())</nav>
      <main>
      \(sections.joined())</main>
      </div>
      <script type="application/json" id="data">\(Markup(trusted: data.embedded))</script>
      <script>
      \(Markup(trusted: HTMLScript.source))
      </script>
      </body>
      </html>

      """
    return page.text
  }
}

/// A table in its own scrolling box, so that a wide one never widens the page.
struct HTMLTable {
  struct Column {
    var title: Markup
    var isText = false
    var kind = ""
  }

  struct Cell {
    var content: Markup
    /// Extra class of the cell.
    var kind = ""

    init(_ content: Markup, _ kind: String = "") {
      self.content = content
      self.kind = kind
    }
  }

  struct Row {
    var cells: [Cell]
    var kind = ""
  }

  var columns: [Column]
  var rows: [Row]
  /// Extra class of the table.
  var kind = ""
  /// Names of groups of columns, with how many each spans; empty for none.
  var groups: [(title: String, span: Int)] = []

  var markup: Markup {
    func attribute(_ kinds: [String]) -> Markup {
      let names = kinds.filter { !$0.isEmpty }
      return names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\""
    }
    let top: Markup =
      groups.isEmpty
      ? ""
      : "<tr>"
        + groups.map { group in
          let kind: Markup = group.title.isEmpty ? "" : " class=\"group edge\""
          return "<th\(kind) colspan=\"\(group.span)\">\(group.title)</th>" as Markup
        }.joined() + "</tr>"
    let head = columns.map { column in
      "<th\(attribute([column.isText ? "text" : "", column.kind])) scope=\"col\">"
        + column.title + "</th>" as Markup
    }
    let body = rows.map { row in
      let cells = zip(row.cells, columns).map { cell, column in
        "<td\(attribute([column.isText ? "text" : "", column.kind, cell.kind]))>"
          + cell.content + "</td>" as Markup
      }
      return "<tr\(attribute([row.kind]))>\(cells.joined())</tr>\n" as Markup
    }
    return """
      <div class="scroll" tabindex="0"><table\(attribute([kind]))><thead>\(top)\
      <tr>\(head.joined())</tr></thead><tbody>
      \(body.joined())</tbody></table></div>

      """
  }
}
