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
          path: folder.databasePath, symbol: "BTC", timeframe: .h1, month: month,
          source: IngestSource(file: file, symbol: "BTC", timeframe: .h1)))
    let command =
      "`regimefolio ingest '\(file)' --symbol 'BTC' --timeframe 1h --db '\(folder.databasePath)'`"
    #expect("\(try #require(error))".hasSuffix(command))
    try database.checkStructure()
    #expect(throws: StoreError.self) { try database.verifyDigests() }

    let report = try database.ingest(file)
    #expect((report.inserted, report.unchanged, report.revised) == (0, 1999, 1))
    #expect(Array(try database.bars("BTC", .h1)) == bars)
    try database.verifyDigests()
  }

  @Test(arguments: [(120, "+02:00"), (-300, "-05:00")])
  func `what mends a damaged month reads the file in the zone in which it was read`(
    minutes: Int, zone: String
  ) throws {
    let database = try folder.database()
    let bars = madeUpBars(2000)
    // By a clock ahead of UTC that does not say so.
    let text = csv(bars) { "\($0 + Int64(minutes) * 60_000)".replacing("Z", with: "") }
    let file = try folder.file("it's BTC.csv", text)
    let options = IngestOptions(symbol: "BTC", timeframe: .h1, zoneMinutes: minutes)
    try database.ingest(file, options: options)
    #expect(Array(try database.bars("BTC", .h1)) == bars)
    try flip(30, "close", bars[1100].time)
    let error = #expect(throws: StoreError.self) { try database.bars("BTC", .h1) }
    #expect(
      error
        == .damagedBars(
          path: folder.databasePath, symbol: "BTC", timeframe: .h1,
          month: Month(containing: bars[1100].time),
          source: IngestSource(
            file: file, symbol: "BTC", timeframe: .h1, zoneMinutes: minutes)))
    #expect(
      "\(try #require(error))".contains(
        #"it'\''s BTC.csv' --symbol 'BTC' --timeframe 1h --timezone \#(zone) --db"#))
    let report = try database.ingest(file, options: options)
    #expect((report.inserted, report.unchanged, report.revised) == (0, 1999, 1))
    #expect(Array(try database.bars("BTC", .h1)) == bars)
  }

  @Test func `what mends the bars of a file whose rows name symbols names one only if told`() throws
  {
    let database = try folder.database()
    let bars = madeUpBars(100)
    func rows(_ symbol: String) -> String {
      csv(bars).split(separator: "\n").dropFirst().map { "\(symbol),\($0)\n" }.joined()
    }
    func source(of symbol: Symbol) throws -> IngestSource? {
      try flip(30, "close", bars[50].time)
      let error = #expect(throws: StoreError.self) { try database.bars(symbol, .h1) }
      guard case .damagedBars(_, _, _, _, let source)? = error else { return nil }
      return source
    }
    let head = "symbol,time,open,high,low,close,volume\n"
    let file = try folder.file("two.csv", head + rows("A") + rows("B"))
    try database.ingest(file)
    #expect(try source(of: "B") == IngestSource(file: file, symbol: nil, timeframe: .h1))
    let report = try database.ingest(file)
    #expect((report.inserted, report.revised) == (0, 2))
    try database.verifyDigests()
    let renamed = try folder.file("one.csv", head + rows("A"))
    try database.ingest(renamed, options: IngestOptions(symbol: "C", timeframe: .h1))
    #expect(try source(of: "C") == IngestSource(file: renamed, symbol: "C", timeframe: .h1))
  }

  @Test func `what came through a pipe is mended from a file that the user must name`() throws {
    let database = try folder.database()
    let bars = madeUpBars(100)
    let options = IngestOptions(symbol: "BTC", zoneMinutes: 60)
    let read = try CSVBarReader(options: options).parse(Array(csv(bars).utf8), file: "/dev/fd/63")
    try database.ingest(read, options: options)
    try flip(30, "close", bars[50].time)
    let error = #expect(throws: StoreError.self) { try database.bars("BTC", .h1) }
    #expect(
      "\(try #require(error))".contains(
        "`regimefolio ingest FILE --symbol 'BTC' --timeframe 1h --timezone +01:00 --db "))
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
        month: Month(containing: bars[1100].time),
        source: IngestSource(file: whole, symbol: "BTC", timeframe: .h1))
    ) { try database.ingest(part, options: options) }
    // The part that holds the damaged bar brings back what was there.
    let right = try folder.file("right.csv", csv(Array(bars[1090..<1110])))
    try database.ingest(right, options: options)
    #expect(Array(try database.bars("BTC", .h1)) == bars)
  }

  @Test func `a file that has just not helped is not named again`() throws {
    let database = try folder.database()
    let bars = madeUpBars(200)
    let halves = try [bars[..<100], bars[100...]].enumerated().map { index, part in
      try folder.file("\(index).csv", csv(Array(part)))
    }
    let options = IngestOptions(symbol: "BTC", timeframe: .h1)
    for half in halves { try database.ingest(half, options: options) }
    try folder.sql { db in
      try db.execute(
        sql: "UPDATE bar SET ts = ts + 1 WHERE ts = ?", arguments: [bars[150].time.milliseconds])
    }
    for half in halves {
      let error = #expect(throws: StoreError.self) { try database.ingest(half, options: options) }
      #expect(!"\(try #require(error))".contains("ingest '\(half)'"))
    }
  }

  @Test(arguments: [1, 1 << 31, 1 << 36, 1 << 40] as [Int64])
  func `bars and values whose times a flipped bit has carried off are brought back by their file`(
    bit: Int64
  ) throws {
    let database = try folder.database()
    let bars = madeUpBars(2000)
    let rows = csv(bars).split(separator: "\n").enumerated().map { index, row in
      "\(row),\(index == 0 ? "mood" : "\(index)")\n"
    }
    let file = try folder.file("BTC-1h.csv", rows.joined())
    try database.ingest(file)
    let shifted = bars[1100].time.milliseconds ^ bit
    for table in ["bar", "bar_extra"] {
      try folder.sql { db in
        try db.execute(
          sql: "UPDATE OR REPLACE \(table) SET ts = ? WHERE ts = ?",
          arguments: [shifted, bars[1100].time.milliseconds])
      }
    }
    #expect(throws: StoreError.self) { try database.verifyDigests() }
    let report = try database.ingest(file)
    #expect(
      report.notes.contains {
        $0.hasPrefix("2 stored rows of BTC 1h that no file had brought are removed")
      })
    try database.verifyDigests()
    #expect(Array(try database.bars("BTC", .h1)) == bars)
    #expect(try database.extra("BTC", .h1, "mood").map(\.value) == (1...2000).map(Double.init))
    #expect(try folder.count("bar_revision") == 1)
    #expect(try folder.count("bar_extra_revision") == 1)
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
