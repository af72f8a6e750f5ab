import Report
import Testing

@Suite struct TerminalLineTests {
  private let text =
    "fitted 12 of 40 pools, 35 a minute, 48 s left: 1h fold 3 (BTC ETH LTC XRP EOS) member.2, "
    + "epoch 7, loss 0.9876"

  @Test(arguments: [1, 2, 40, 80, 100])
  func `a progress line leaves the last column of a terminal free`(columns: Int) {
    #expect(TerminalLine.fitted(text, columns: columns).count == columns - 1)
  }

  @Test func `what fits stays as it is, and characters of two cells count twice`() {
    #expect(TerminalLine.fitted(text, columns: text.count + 1) == text)
    #expect(TerminalLine.fitted("比特币 1h", columns: 10) == "比特币 1h")
    #expect(TerminalLine.fitted("比特币 1h", columns: 9) == "比特币 …")
  }

  @Test func `a name cannot move the cursor`() {
    #expect(TerminalLine.fitted("a\r\u{1B}[Kb", columns: 80) == "a\u{FFFD}\u{FFFD}[Kb")
  }
}
