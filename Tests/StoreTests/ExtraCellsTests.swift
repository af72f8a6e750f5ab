import Market
import Store
import Testing

@Suite struct ExtraCellsTests {
  /// - Parameter rows: of ten, those that hold the cell.
  private func read(_ cell: String, in rows: Range<Int> = 5..<6, strict: Bool = false) throws
    -> CSVBars
  {
    let text =
      "time,open,high,low,close,volume,mood\n"
      + (0..<10).map {
        "2020-01-01T0\($0):00Z,1,1,1,1,1,\(rows.contains($0) ? cell : "0.5")\n"
      }.joined()
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

  @Test func `most cells may be too large, as an indicator's are in its warm-up`() throws {
    let cell = "1.7976931348623157e308"
    let bars = try read(cell, in: 0..<7)
    #expect(bars.notes.count == 1 && bars.notes[0].contains("line 2 holds `\(cell)`"))
    #expect(throws: StoreError.self) { try read(cell, in: 0..<7, strict: true) }
  }

  @Test(arguments: ["1e100", "-1e100"])
  func `the largest numbers are taken`(cell: String) throws {
    #expect(try read(cell, strict: true).series[0].extraNames == ["mood"])
  }
}
