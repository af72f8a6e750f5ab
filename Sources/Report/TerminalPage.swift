/// Lines of a terminal report in the making.
struct TerminalPage {
  let width: Int
  let useColour: Bool
  private var out: [String] = []

  init(width: Int, useColour: Bool) {
    self.width = width
    self.useColour = useColour
  }

  var text: String { out.joined(separator: "\n") + "\n" }

  /// An empty line and, if there is one, a title.
  mutating func section(_ title: String?) {
    if !out.isEmpty, out.last != "" { out.append("") }
    if let title { paragraph(title, .strong) }
  }

  /// A text broken at spaces.
  ///
  /// - Parameters:
  ///   - indent: Spaces before the second and later lines.
  ///   - lead: Spaces before every line.
  mutating func paragraph(
    _ text: String, _ style: TerminalStyle = .plain, indent: Int = 0, lead: Int = 0
  ) {
    let margin = String(repeating: " ", count: lead)
    let wrapped = TerminalText.wrapped(text, width: width - lead, indent: indent)
    lines(wrapped.map { margin + $0 }, style)
  }

  /// A chain `a -> b -> c` that breaks before an arrow where it can.
  mutating func chain(_ head: String, _ steps: [String], indent: Int) {
    let pieces = [head] + steps.enumerated().map { $0 == 0 ? $1 : "-> \($1)" }
    lines(
      TerminalText.wrapped(pieces: pieces.map(TerminalText.printable), width, indent), .plain)
  }

  mutating func table(_ table: TerminalTable) {
    lines(table.lines(width: width, useColour: useColour))
  }

  mutating func lines(_ lines: [String], _ style: TerminalStyle = .plain) {
    out += lines.map { style.applied(to: $0, useColour: useColour) }
  }
}
