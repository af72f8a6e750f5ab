import Report
import Testing

@Suite struct TerminalTableTests {
  private let table = TerminalTable(
    columns: [.init("name", .left, isFlexible: true), .init("a"), .init("longer")],
    rows: [["portfolio", "1.0", "2"], ["equal weight", "-10.25", "-3"]])

  @Test func `columns align, numbers to the right`() {
    #expect(
      table.lines(width: 100, useColour: false) == [
        "name               a  longer",
        "portfolio        1.0       2",
        "equal weight  -10.25      -3",
      ])
  }

  @Test func `the gaps give way first, then the flexible column`() {
    #expect(
      table.lines(width: 26, useColour: false) == [
        "name              a longer",
        "portfolio       1.0      2",
        "equal weight -10.25     -3",
      ])
    #expect(
      table.lines(width: 22, useColour: false) == [
        "name          a longer",
        "portfol…    1.0      2",
        "equal w… -10.25     -3",
      ])
  }

  @Test func `a long number does not cut the names, the table goes on beneath`() {
    let columns = (1...4).map { TerminalTable.Column("figure \($0)") }
    let long = TerminalTable.Cell(String(repeating: "9", count: 60))
    let table = TerminalTable(
      columns: [.init("", .left, isFlexible: true)] + columns,
      rows: [
        ["buy and hold", long, "1.00 [-1, 2]", "3", "4"],
        ["inverse volatility", "1", "1.00 [-1, 2]", "3", "4"],
      ])
    let lines = table.lines(width: 100, useColour: false)
    #expect(lines.allSatisfy { $0.count <= 100 } && lines.count == 6)
    for name in ["buy and hold", "inverse volatility"] {
      #expect(lines.count { $0.hasPrefix(name + " ") } == 2, "\(name)")
    }
  }

  @Test(arguments: 1...40)
  func `no line is wider than the page`(width: Int) {
    let lines = table.lines(width: width, useColour: false)
    #expect(lines.allSatisfy { $0.count <= width })
  }

  @Test func `what does not fit goes on beneath with its first column`() {
    let wide = TerminalTable(
      columns: [.init("x", .left)] + (1...6).map { TerminalTable.Column("column\($0)") },
      rows: [["r"] + (1...6).map { TerminalTable.Cell("\($0)") }])
    #expect(
      wide.lines(width: 27, useColour: false) == [
        "x column1 column2 column3", "r       1       2       3",
        "x column4 column5 column6", "r       4       5       6",
      ])
  }

  @Test func `colours surround the text and not its padding`() {
    let styled = TerminalTable(
      columns: [.init("", .left), .init("")], rows: [[.init("ab", .better), .init("c", .dim)]])
    #expect(styled.lines(width: 80, useColour: false)[1] == "ab  c")
    #expect(
      styled.lines(width: 80, useColour: true)[1]
        == "\u{1B}[1;34mab\u{1B}[0m  \u{1B}[2mc\u{1B}[0m")
  }

  @Test func `a hostile name cannot move the cursor`() {
    let cell = TerminalTable.Cell("B\u{1B}[2JTC\u{202E}\u{7}")
    #expect(cell.text == "B\u{FFFD}[2JTC\u{FFFD}\u{FFFD}")
  }

  @Test func `wide characters take two cells`() {
    let wide = TerminalTable(
      columns: [.init("", .left), .init("")], rows: [["日本", "1"], ["abcd", "2"]])
    #expect(wide.lines(width: 80, useColour: false) == ["", "日本  1", "abcd  2"])
  }
}
