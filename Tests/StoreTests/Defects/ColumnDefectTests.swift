import Market
import Store
import Testing

/// D7 of the original: its feed had the column `timestamp` twice, and would have been read by place, so
/// that the open was the time and the close the low. F: rows out of order (bt PR #539, nautilus #1515).
@Suite struct DefectD7_ColumnTests {
  private func read(_ text: String) throws -> CSVBars {
    try CSVBarReader(options: IngestOptions()).parse(Array(text.utf8), file: "BTC-1h.csv")
  }

  @Test
  func `columns are found by their names, wherever they stand and whatever stands beside them`()
    throws
  {
    let rows = [
      ",low,timestamp,volume,close,high,open", "0,9,2020-01-01T00:00Z,5,11,12,10",
      "1,8,2020-01-01T01:00Z,6,9,13,11",
    ]
    let series = try #require(try read(rows.joined(separator: "\n") + "\n").series.first)
    let first = Bar(
      time: Timestamp(year: 2020, month: 1, day: 1), open: 10, high: 12, low: 9, close: 11,
      volume: 5)
    #expect(series[0] == first)
    let next = Bar(
      time: first.time + 3_600_000, open: 11, high: 13, low: 8, close: 9, volume: 6)
    #expect(series[1] == next)
  }

  @Test func `a column that stands twice is refused, and nothing is guessed`() throws {
    for header in [
      "timestamp,timestamp,open,high,low,close,volume",
      "timestamp,open,high,low,close,close,volume",
    ] {
      let error = #expect(throws: (any Error).self) {
        try read(header + "\n2020-01-01,10,10,12,9,11,5\n")
      }
      #expect(
        "\(try #require(error))".contains(header.contains("close,close") ? "close" : "timestamp"))
    }
  }

  @Test func `F: rows out of order are read in order, or the file is refused`() throws {
    let rows = [
      "time,open,high,low,close,volume", "2020-01-01T02:00Z,3,3,3,3,1",
      "2020-01-01T00:00Z,1,1,1,1,1",
      "2020-01-01T01:00Z,2,2,2,2,1",
    ]
    let series = try #require(try read(rows.joined(separator: "\n") + "\n").series.first)
    #expect((0..<3).map { series[$0].close } == [1, 2, 3])
  }
}
