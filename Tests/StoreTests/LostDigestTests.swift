import GRDB
import Market
import Store
import Testing

/// Months whose row of `bar_digest` is lost: what is stored in them may be good.
@Suite struct LostDigestTests {
  let folder = try! TestFolder()
  /// January to March 2020, 91 days.
  private let bars = madeUpBars(91 * 24)
  private let options = IngestOptions(symbol: "BTC", timeframe: .h1)

  @Test(arguments: ["", "mood"])
  func `a part of a month costs none of its rows, and the file that brought them mends it`(
    column: String
  ) throws {
    let database = try folder.database()
    let whole = try folder.file("whole.csv", withMood(bars))
    try database.ingest(whole, options: options)
    try loseDigest(.february, of: column)
    let day = try folder.file("day.csv", withMood(Array(bars[960..<984])))
    let refused = StoreError.stillDamaged(
      path: folder.databasePath, symbol: "BTC", timeframe: .h1,
      month: Month(index: Self.january + 1),
      source: IngestSource(file: whole, symbol: "BTC", timeframe: .h1))
    #expect(throws: refused) { try database.ingest(day, options: options) }
    try expectNothingLost()
    let mend = try database.ingest(whole, options: options)
    #expect((mend.inserted, mend.unchanged, mend.notes.count) == (0, 2184, 0))
    try database.verifyDigests()
    #expect(try database.ingest(day, options: options).unchanged == 24)
  }

  @Test(arguments: Lost.allCases)
  func `a file of another month leaves its rows alone`(lost: Lost) throws {
    let database = try folder.database()
    let whole = try folder.file("whole.csv", withMood(bars))
    try database.ingest(whole, options: options)
    try loseDigest(lost, of: "")
    try loseDigest(lost, of: "mood")
    for month in Lost.allCases where month != lost {
      let start = [0, 31, 60][month.rawValue] * 24
      let day = try folder.file("\(month).csv", withMood(Array(bars[start..<start + 24])))
      let report = try database.ingest(day, options: options)
      #expect((report.unchanged, report.notes.count) == (24, 0))
    }
    try expectNothingLost()
    #expect(throws: StoreError.self) { try database.bars("BTC", .h1) }
    try database.ingest(whole, options: options)
    try database.verifyDigests()
    try expectNothingLost()
  }

  @Test func `a file that has grown since mends the month that it ends in`() throws {
    let database = try folder.database()
    try database.ingest(
      try folder.file("BTC-1h.csv", withMood(Array(bars.dropLast(24)))), options: options)
    try loseDigest(.march, of: "")
    let grown = try database.ingest(
      try folder.file("BTC-1h.csv", withMood(bars)), options: options)
    #expect((grown.inserted, grown.unchanged, grown.notes.count) == (24, 2160, 0))
    try database.verifyDigests()
    try expectNothingLost()
  }

  @Test func `a stray row between two files is taken out by the one that is named`() throws {
    let database = try folder.database()
    for (name, part) in [("a", bars[..<744]), ("b", bars[1440...])] {
      try database.ingest(try folder.file("\(name).csv", csv(Array(part))), options: options)
    }
    try stray(at: bars[800].time)
    let error = #expect(throws: StoreError.self) { try database.bars("BTC", .h1) }
    guard case .damagedBars(_, _, _, _, let source) = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    let report = try database.ingest(try #require(source.file), options: options)
    #expect(
      report.notes == [
        "1 stored row of BTC 1h that no file had brought is removed (kept as revisions)"
      ])
    try database.verifyDigests()
    #expect(try folder.count("bar") == 744 * 2)
    #expect(try folder.count("bar_revision") == 1)
  }

  @Test func `a stray row in a hole of a file that has grown is taken out by the file`() throws {
    let database = try folder.database()
    let early = Array(bars[..<744])
    for end in [bars.count - 24, bars.count] {
      let grown = try folder.file("BTC-1h.csv", csv(early + Array(bars[1440..<end])))
      if end == bars.count { try stray(at: bars[800].time) }
      let report = try database.ingest(grown, options: options)
      #expect(report.notes.count == (end == bars.count ? 1 : 0))
    }
    try database.verifyDigests()
    #expect(try folder.count("bar") == 744 * 2 && folder.count("bar_revision") == 1)
  }

  @Test func `in such a month a row beyond every file's reach is one that none has brought`() throws
  {
    let database = try folder.database()
    try database.ingest(try folder.file("a.csv", csv(Array(bars[..<48]))), options: options)
    try loseDigest(.january, of: "")
    try stray(at: bars[100].time)
    let later = try folder.file("later.csv", csv(Array(bars[60..<72])))
    #expect(throws: StoreError.self) { try database.ingest(later, options: options) }
    #expect(try folder.count("bar_revision") == 0)
    let both = try folder.file("both.csv", csv(Array(bars[..<72])))
    let report = try database.ingest(both, options: options)
    #expect((report.inserted, report.unchanged, report.notes.count) == (24, 48, 1))
    try database.verifyDigests()
    #expect(Array(try database.bars("BTC", .h1)) == Array(bars[..<72]))
  }

  // MARK: - Damage

  enum Lost: Int, CaseIterable {
    case january, february, march
  }

  private static let january = 2020 * 12

  private func loseDigest(_ month: Lost, of column: String) throws {
    try folder.sql { db in
      try db.execute(
        sql: "DELETE FROM bar_digest WHERE month = ? AND name = ?",
        arguments: [Self.january + month.rawValue, column])
      #expect(db.changesCount == 1)
    }
  }

  private func stray(at time: Timestamp) throws {
    try folder.sql { db in
      try db.execute(
        sql: "INSERT INTO bar VALUES (1, ?, 100, 100, 100, 100, 1)", arguments: [time.milliseconds])
    }
  }

  private func expectNothingLost() throws {
    #expect(try folder.count("bar") == bars.count)
    #expect(try folder.count("bar_extra") == bars.count)
    #expect(try folder.count("bar_revision") == 0)
    #expect(try folder.count("bar_extra_revision") == 0)
  }

  /// The text of a file whose column `mood` is each bar's volume.
  private func withMood(_ bars: [Bar]) -> String {
    let rows = csv(bars).split(separator: "\n")
    return "\(rows[0]),mood\n"
      + zip(rows.dropFirst(), bars).map { "\($0),\($1.volume)\n" }.joined()
  }
}
