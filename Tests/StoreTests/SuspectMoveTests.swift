import Market
import Store
import Testing

@Suite struct SuspectMoveTests {
  let folder = try! TestFolder()

  @Test func `a move out of a file's bars is noted where the next bar is in another month`() throws
  {
    let database = try folder.database()
    func notes(_ closes: [(String, Double)]) throws -> [String] {
      let text =
        "time,open,high,low,close\n"
        + closes.map { "2024-\($0.0),\($0.1),\($0.1),\($0.1),\($0.1)\n" }.joined()
      let file = try folder.file("A-1d.csv", text)
      return try database.ingest(file, options: IngestOptions(calendar: .continuous)).notes
        .filter { $0.contains("moves from") }
    }
    let january: [(String, Double)] = [
      ("01-28", 30), ("01-29", 90), ("01-30", 300), ("01-31", 1000),
    ]
    #expect(try notes([("02-01", 10), ("02-02", 10)]).isEmpty)
    // Into an empty month, and again into one that has these bars.
    for _ in 0..<2 {
      let found = try notes(january)
      #expect(found.count == 1)
      #expect(
        found.first?.hasPrefix(
          "the close of A moves from 1000.0 to 10.0 at 2024-02-01T00:00Z: bad print") == true)
    }
    // The move lies between bars that this file does not hold.
    #expect(try notes([("01-28", 30), ("01-29", 90)]).isEmpty)
  }
}
