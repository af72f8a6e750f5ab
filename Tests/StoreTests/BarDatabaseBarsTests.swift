import Foundation
import GRDB
import Market
import Store
import Testing

@Suite struct BarDatabaseBarsTests {
  let folder = try! TestFolder()

  @Test func `bars come back bit by bit`() throws {
    let bars = madeUpBars(3000)
    let database = try folder.database()
    try database.ingest(try folder.file("BTC-1h.csv", csv(bars)))
    let series = try database.bars("BTC", .h1)
    #expect(
      series == BarSeries(symbol: "BTC", timeframe: .h1, calendar: .continuous, bars: bars))
  }

  @Test func `series are listed by symbol and timeframe with their range`() throws {
    let database = try folder.database()
    try database.ingest(try folder.file("ETH-1d.csv", csv(madeUpBars(4, every: .d1))))
    try database.ingest(try folder.file("BTC-1d.csv", csv(madeUpBars(5, every: .d1))))
    try database.ingest(try folder.file("BTC-1h.csv", csv(madeUpBars(7))))
    let series = try database.series()
    #expect(
      series.map { "\($0.symbol) \($0.timeframe) \($0.count)" }
        == ["BTC 1h 7", "BTC 1d 5", "ETH 1d 4"])
    #expect(series[0].first == Timestamp(year: 2020, month: 1, day: 1))
    #expect(series[0].last == Timestamp(year: 2020, month: 1, day: 1, hour: 6))
    #expect(series[0].calendar == .continuous)
  }

  @Test func `an unknown series names what there is`() throws {
    let database = try folder.database()
    try database.ingest(try folder.file("BTC-1h.csv", csv(madeUpBars(3))))
    let error = #expect(throws: StoreError.self) { try database.bars("ETH", .h1) }
    #expect(
      error
        == .unknownSeries(
          path: folder.databasePath, symbol: "ETH", timeframe: .h1, known: ["BTC 1h"]))
    #expect("\(try #require(error))".contains("no bars of ETH 1h; it holds BTC 1h"))
  }

  @Test(arguments: ["open", "high", "low", "close", "volume"], [0, 3, 30, 52])
  func `one flipped bit in one number is found`(column: String, bit: Int) throws {
    let database = try folder.database()
    let bars = madeUpBars(2000)
    let file = try folder.file("BTC-1h.csv", csv(bars))
    try database.ingest(file)
    let victim = bars[1100].time
    try flip(bit, column, victim)
    let error = #expect(throws: StoreError.self) { try database.bars("BTC", .h1) }
    let month = Month(containing: victim)
    #expect(month.description == "2020-02")
    #expect(
      error
        == .damagedBars(
          path: folder.databasePath, symbol: "BTC", timeframe: .h1, month: month, file: file))
    #expect(
      "\(try #require(error))"
        .hasSuffix("`regimefolio ingest \(file) --symbol 'BTC' --timeframe 1h`"))
    try database.checkStructure()
    #expect(throws: StoreError.self) { try database.verifyDigests() }

    let report = try database.ingest(file)
    #expect((report.inserted, report.unchanged, report.revised) == (0, 1999, 1))
    #expect(Array(try database.bars("BTC", .h1)) == bars)
    try database.verifyDigests()
  }

  @Test func `a row that another program removed or added is found`() throws {
    let database = try folder.database()
    let bars = madeUpBars(2000)
    let file = try folder.file("BTC-1h.csv", csv(bars))
    try database.ingest(file)
    try folder.sql { db in
      try db.execute(
        sql: "DELETE FROM bar WHERE ts = ?", arguments: [bars[5].time.milliseconds])
    }
    #expect(throws: StoreError.self) { try database.bars("BTC", .h1) }
    try database.ingest(file)
    #expect(Array(try database.bars("BTC", .h1)) == bars)
    try folder.sql { db in
      try db.execute(sql: "INSERT INTO bar SELECT 1, ts + 86400000 * 900, 1, 1, 1, 1, 1 FROM bar")
    }
    #expect(throws: StoreError.self) { try database.bars("BTC", .h1) }
  }

  @Test func `a file with a part of a damaged month does not bless the damage`() throws {
    let database = try folder.database()
    let bars = madeUpBars(2000)
    let whole = try folder.file("BTC-1h.csv", csv(bars))
    try database.ingest(whole)
    try flip(30, "close", bars[1100].time)
    let part = try folder.file("part.csv", csv(Array(bars[1150..<1200])))
    let options = IngestOptions(symbol: "BTC", timeframe: .h1)
    #expect(
      throws: StoreError.stillDamaged(
        path: folder.databasePath, symbol: "BTC", timeframe: .h1,
        month: Month(containing: bars[1100].time), file: whole)
    ) { try database.ingest(part, options: options) }
    // The part that holds the damaged bar brings back what was there.
    let right = try folder.file("right.csv", csv(Array(bars[1090..<1110])))
    try database.ingest(right, options: options)
    #expect(Array(try database.bars("BTC", .h1)) == bars)
  }

  @Test func `a damaged value of a user's column is found`() throws {
    let database = try folder.database()
    let file = try folder.file(
      "BTC-1h.csv",
      """
      time,open,high,low,close,volume,mood
      2020-01-01T00:00Z,1,2,1,2,3,0.25
      2020-01-01T01:00Z,1,2,1,2,3,0.5

      """)
    try database.ingest(file)
    #expect(try database.extra("BTC", .h1, "mood").map(\.value) == [0.25, 0.5])
    try folder.sql { db in
      try db.execute(sql: "UPDATE bar_extra SET value = 0.75 WHERE value = 0.5")
    }
    #expect(throws: StoreError.self) { try database.extra("BTC", .h1, "mood") }
    #expect(throws: StoreError.self) { try database.verifyDigests() }
    try database.ingest(file)
    #expect(try database.extra("BTC", .h1, "mood").map(\.value) == [0.25, 0.5])
  }

  private func flip(_ bit: Int, _ column: String, _ time: Timestamp) throws {
    try folder.sql { db in
      let old = try Double.fetchOne(
        db, sql: "SELECT \(column) FROM bar WHERE ts = ?", arguments: [time.milliseconds])
      let new = Double(bitPattern: (old ?? 0).bitPattern ^ (1 << UInt64(bit)))
      try db.execute(
        sql: "UPDATE bar SET \(column) = ? WHERE ts = ?", arguments: [new, time.milliseconds])
    }
  }
}
