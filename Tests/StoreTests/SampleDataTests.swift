import Foundation
import Kernels
import Market
import Store
import Testing

/// The table of `db/sample/README.md`: file, rows, missing hours, sha256.
private func sampleTable() throws -> [(file: String, rows: Int, missing: Int, sha256: String)] {
  let readme = try String(
    contentsOf: repository.appendingPathComponent("db/sample/README.md"), encoding: .utf8)
  return readme.split(separator: "\n").compactMap { line in
    let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    guard cells.count == 4, let rows = Int(cells[1]), let missing = Int(cells[2]) else {
      return nil
    }
    return (cells[0], rows, missing, cells[3].replacing("`", with: ""))
  }
}

@Suite struct SampleDataTests {
  @Test func `the sample is what its README says, and comes in without a reject`() throws {
    let table = try sampleTable()
    #expect(table.map(\.file) == ["BTC", "ETH", "LTC", "XRP", "EOS"].map { "\($0)-1h.csv" })
    let folder = try TestFolder()
    let database = try folder.database()
    for entry in table {
      let path = repository.appendingPathComponent("db/sample/\(entry.file)").path
      let report = try database.ingest(path)
      #expect(report.sha256 == entry.sha256)
      #expect(report.inserted == entry.rows)
      #expect(report.rejectedCount == 0 && report.repeated == 0 && report.notes.isEmpty)
      let symbol = Symbol(String(entry.file.dropLast("-1h.csv".count)))
      let check = DataCheck(try database.bars(symbol, .h1))
      #expect(check.calendar == .continuous)
      #expect(check.first == Timestamp(year: 2017, month: 10, day: 1))
      #expect(check.last == Timestamp(year: 2019, month: 9, day: 30, hour: 23))
      #expect(check.missingBars == entry.missing)
      #expect(check.count + check.missingBars == 730 * 24)
    }
  }

  /// The columns of the reference case: long format, epoch seconds, a column of the user's.
  private static let tiny =
    repository.appendingPathComponent("Tests/EngineTests/Fixtures/input/tiny3x60_ohlcv.csv").path

  @Test func `the reference case comes in as three series with their entries`() throws {
    let folder = try TestFolder()
    let database = try folder.database()
    let report = try database.ingest(Self.tiny)
    #expect(report.rejected.isEmpty)
    #expect(
      report.series.map { "\($0.symbol) \($0.timeframe) \($0.inserted)" }
        == ["S00 1h 60", "S01 1h 60", "S02 1h 60"])
    #expect(try database.extra("S01", .h1, "entry").count == 60)
    #expect(try database.bars("S00", .h1)[0].open == 327.123)
    #expect(try database.bars("S00", .h1)[0].time == Timestamp(seconds: 1_262_304_000))
  }
}
