/// A table of text for a terminal of a given width.
///
/// Columns are as wide as their content. Where that is too much, flexible columns shrink first, to a
/// fifth of the page at least, and a table that is still too wide goes on beneath with its first column
/// repeated: no line is ever wider than asked for.
public struct TerminalTable: Sendable {
  public enum Alignment: Sendable {
    case left, right
  }

  public struct Column: Sendable {
    public var title: String
    public var alignment: Alignment
    /// Whether its texts may be cut (with `…`) to make room.
    public var isFlexible: Bool

    public init(_ title: String, _ alignment: Alignment = .right, isFlexible: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.isFlexible = isFlexible
    }
  }

  public struct Cell: Sendable, ExpressibleByStringLiteral {
    public var text: String
    public var style: TerminalStyle

    public init(_ text: String, _ style: TerminalStyle = .plain) {
      self.text = TerminalText.printable(text)
      self.style = style
    }

    public init(stringLiteral value: String) { self.init(value) }
  }

  public var columns: [Column]
  public var rows: [[Cell]]

  /// - Precondition: every row has a cell a column, and there is a column.
  public init(columns: [Column], rows: [[Cell]]) {
    precondition(!columns.isEmpty, "a table has a column")
    precondition(rows.allSatisfy { $0.count == columns.count }, "one cell a column")
    self.columns = columns
    self.rows = rows
  }

  /// Widths of the columns and of the space between them, for a page of some width.
  private struct Layout {
    var widths: [Int]
    var gap: Int
  }

  /// A flexible column shrinks no further: a long number must not leave two baselines' names alike.
  private static func narrowest(_ width: Int) -> Int { max(6, width / 5) }

  /// Returns the lines, none wider than `width`.
  public func lines(width: Int, useColour: Bool) -> [String] {
    let layout = layout(width)
    return blocks(layout, width).flatMap { block in
      [line(block.map { Cell(columns[$0].title, .dim) }, block, layout, useColour)]
        + rows.map { row in line(block.map { row[$0] }, block, layout, useColour) }
    }
  }

  /// Two spaces between columns, one where that is what it takes, then shorter texts.
  private func layout(_ width: Int) -> Layout {
    var widths = columns.indices.map { column in
      rows.reduce(TerminalText.width(columns[column].title)) {
        max($0, TerminalText.width($1[column].text))
      }
    }
    let content = widths.reduce(0, +)
    let gap = content + 2 * (widths.count - 1) > width ? 1 : 2
    let narrowest = TerminalTable.narrowest(width)
    var excess = content + gap * (widths.count - 1) - width
    while excess > 0 {
      // The widest flexible column gives way, one column of characters at a time.
      let candidates = columns.indices.filter {
        columns[$0].isFlexible && widths[$0] > narrowest
      }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return Layout(widths: widths.map { min($0, width) }, gap: gap)
  }

  /// Columns that stand together, the first repeated where the table goes on.
  private func blocks(_ layout: Layout, _ width: Int) -> [[Int]] {
    let widths = layout.widths
    var blocks: [[Int]] = [[0]]
    var used = widths[0]
    for column in widths.indices.dropFirst() {
      let need = layout.gap + widths[column]
      if used + need <= width {
        blocks[blocks.count - 1].append(column)
        used += need
        continue
      }
      let isRepeated = widths[0] + need <= width
      blocks.append(isRepeated ? [0, column] : [column])
      used = isRepeated ? widths[0] + need : widths[column]
    }
    return blocks.filter { $0 != [0] || columns.count == 1 }
  }

  private func line(_ cells: [Cell], _ block: [Int], _ layout: Layout, _ useColour: Bool) -> String
  {
    var out = ""
    for (position, column) in block.enumerated() {
      let text = TerminalText.cut(cells[position].text, to: layout.widths[column])
      let space = String(
        repeating: " ", count: layout.widths[column] - TerminalText.width(text))
      let styled = cells[position].style.applied(to: text, useColour: useColour)
      if position > 0 { out += String(repeating: " ", count: layout.gap) }
      out += columns[column].alignment == .left ? styled + space : space + styled
    }
    while out.hasSuffix(" ") { out.removeLast() }
    return out
  }
}
