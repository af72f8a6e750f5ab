import Market
import Store
import Testing

@Suite struct ExtraCellsTests {
  private func read(_ cell: String, strict: Bool = false) throws -> CSVBars {
    let text =
      "time,open,high,low,close,volume,mood\n"
      + (0..<10).map { "2020-01-01T0\($0):00Z,1,1,1,1,1,\($0 == 5 ? cell : "0.5")\n" }.joined()
    return try CSVBarReader(options: IngestOptions(strict: strict))
      .parse(Array(text.utf8), file: "BTC-1h.csv")
  }

  @Test(arguments: ["1e101", "-2e100", "1e400"])
  func `a number too large for a column is called that, and not text`(cell: String) throws {
    let bars = try read(cell)
    #expect(bars.series[0].extraNames.isEmpty)
    #expect(
      bars.notes == [
        "column `mood` is left out: line 7 holds `\(cell)`, which is beyond 1e+100; mend it, or leave "
          + "the cell empty"
      ])
    let reason = RejectReason.tooLarge(column: "mood", text: cell)
    #expect("\(reason)" == "mood `\(cell)` is beyond 1e+100")
    #expect(throws: StoreError.csv(file: "BTC-1h.csv", line: 7, .rejected(reason))) {
      try read(cell, strict: true)
    }
  }

  @Test(arguments: ["1e100", "-1e100"])
  func `the largest numbers are taken`(cell: String) throws {
    #expect(try read(cell, strict: true).series[0].extraNames == ["mood"])
  }
}
