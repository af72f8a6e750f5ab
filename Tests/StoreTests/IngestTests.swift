import Foundation
import GRDB
import Market
import Store
import Testing

@Suite struct IngestTests {
  let folder = try! TestFolder()
  private let header = "time,open,high,low,close,volume\n"

  @Test func `a file is inserted once and then unchanged`() throws {
    let database = try folder.database()
    let bars = madeUpBars(500)
    let file = try folder.file("BTC-1h.csv", csv(bars))
    let first = try database.ingest(file)
    #expect(first.series.map { "\($0.symbol) \($0.timeframe)" } == ["BTC 1h"])
    #expect((first.inserted, first.unchanged, first.revised) == (500, 0, 0))
    #expect(first.rejected.isEmpty)
    #expect(first.sha256.count == 64)
    #expect(first.series[0].first == bars[0].time && first.series[0].last == bars[499].time)
    let before = try rowCounts()
    let second = try database.ingest(file)
    #expect((second.inserted, second.unchanged, second.revised) == (0, 500, 0))
    #expect(second.sha256 == first.sha256)
    #expect(try rowCounts() == before)
    #expect(before["ingest_run"] == 1 && before["bar_revision"] == 0)
  }

  @Test func `the same bytes under another symbol are another run`() throws {
    let database = try folder.database()
    let text = csv(madeUpBars(10))
    try database.ingest(try folder.file("BTC-1h.csv", text))
    try database.ingest(try folder.file("ETH-1h.csv", text))
    #expect(try folder.count("ingest_run") == 2)
    #expect(try folder.count("bar") == 20)
  }

  @Test func `a corrected file revises and keeps the old values`() throws {
    let database = try folder.database()
    var bars = madeUpBars(100)
    try database.ingest(try folder.file("BTC-1h.csv", csv(bars)))
    let old = bars[40]
    bars[40].close = bars[40].low
    bars[41].volume += 1
    let extended = bars + madeUpBars(5, from: bars[99].time + Timeframe.h1.milliseconds)
    let report = try database.ingest(try folder.file("BTC-1h.csv", csv(extended)))
    #expect((report.inserted, report.unchanged, report.revised) == (5, 98, 2))
    #expect(Array(try database.bars("BTC", .h1)) == extended)
    let kept = try folder.sql { db in
      try Row.fetchAll(db, sql: "SELECT * FROM bar_revision ORDER BY ts")
    }
    #expect(kept.count == 2)
    #expect(kept[0]["ts"] == old.time.milliseconds)
    #expect(kept[0]["close"] == old.close)
    #expect(kept[0]["revision"] == 1)
    #expect(kept[0]["ingest_run_id"] == 2)
    // Back again: a second revision of the same bar.
    bars[40] = old
    try database.ingest(try folder.file("BTC-1h.csv", csv(bars)))
    let revisions = try folder.sql { db in
      try Int.fetchAll(
        db, sql: "SELECT revision FROM bar_revision WHERE ts = ? ORDER BY revision",
        arguments: [old.time.milliseconds])
    }
    #expect(revisions == [1, 2])
  }

  @Test func `bars before, between and after those there are merged in`() throws {
    let database = try folder.database()
    let bars = madeUpBars(2500)
    let parts = [600..<900, 1500..<1600, 0..<300, 2400..<2500, 200..<1550, 1400..<2500]
    for (index, part) in parts.enumerated() {
      let file = try folder.file("part\(index).csv", csv(Array(bars[part])))
      try database.ingest(file, options: IngestOptions(symbol: "BTC", timeframe: .h1))
      try database.verifyDigests()
    }
    #expect(Array(try database.bars("BTC", .h1)) == bars)
    #expect(try folder.count("bar_revision") == 0)
  }

  @Test func `strict refuses the file at its first bad row and leaves nothing`() throws {
    let database = try folder.database()
    var text = csv(madeUpBars(50))
    text += "2020-03-01T00:00Z,1,2,3,1,5\n2020-03-01T01:00Z,x,2,1,1,5\n"
    let file = try folder.file("BTC-1h.csv", text)
    let before = try rowCounts()
    #expect(
      throws: StoreError.csv(
        file: file, line: 52, .rejected(.highBelow(high: 2, column: "low", value: 3)))
    ) { try database.ingest(file, options: IngestOptions(strict: true)) }
    #expect(try rowCounts() == before)
    let report = try database.ingest(file)
    #expect(report.inserted == 50)
    #expect(report.rejected.map(\.line) == [52, 53])
  }

  @Test func `a failure in the middle of a file leaves nothing of it`() throws {
    let database = try folder.database()
    let good = madeUpBars(100)
    let head = "symbol,time,open,high,low,close,volume\n"
    func rows(_ symbol: String, _ bars: [Bar]) -> String {
      csv(bars).split(separator: "\n").dropFirst().map { "\(symbol),\($0)\n" }.joined()
    }
    try database.ingest(try folder.file("z.csv", head + rows("ZZZ", good)))
    try folder.sql { db in
      try db.execute(
        sql: "UPDATE bar SET close = close * 1.5 WHERE ts = ?",
        arguments: [good[3].time.milliseconds])
    }
    let before = try rowCounts()
    // AAA is merged first and would succeed; ZZZ's damaged month is not covered.
    let file = try folder.file(
      "both.csv", head + rows("AAA", good) + rows("ZZZ", Array(good[50..<60])))
    #expect(throws: StoreError.self) { try database.ingest(file) }
    #expect(try rowCounts() == before)
    #expect(try database.series().map(\.symbol) == ["ZZZ"])
  }

  @Test func `the calendar of a new instrument is inferred from when it has bars`() throws {
    let monday = Timestamp(year: 2020, month: 1, day: 6)
    func calendar(_ name: String, _ bars: [Bar]) throws -> TradingCalendar {
      try folder.database().ingest(try folder.file(name, csv(bars))).series[0].calendar
    }
    let days = madeUpBars(70, from: monday, every: .d1)
    #expect(try calendar("A-1d.csv", days) == .continuous)
    let weekdays = days.filter { $0.time.weekday < 5 }
    #expect(weekdays.count == 50)
    #expect(try calendar("B-1d.csv", weekdays) == .sessions)
    #expect(try calendar("C-1d.csv", Array(weekdays.prefix(29))) == .continuous)
    let hours = madeUpBars(24 * 14, from: monday)
    #expect(try calendar("D-1h.csv", hours.filter { $0.time.weekday < 5 }) == .weekdays)
    #expect(
      try calendar(
        "E-1h.csv",
        hours.filter {
          $0.time.weekday < 5
            || ($0.time.weekday == 6
              && $0.time.millisecondOfDay >= 22 * 3_600_000)
        }) == .weekdays)
    #expect(try calendar("F-1h.csv", hours) == .continuous)
    #expect(try calendar("H-1h.csv", Array(hours.prefix(24 * 5))) == .continuous)
    let session = madeUpBars(24 * 60, from: monday).filter {
      $0.time.weekday < 5 && (14..<21).contains($0.time.millisecondOfDay / 3_600_000)
    }
    #expect(try calendar("G-1h.csv", session) == .sessions)
    // One Saturday among many makes no share trade around the clock.
    let stray = days.filter { $0.time.weekday < 5 || $0.time == days[5].time }
    #expect(try calendar("I-1d.csv", stray) == .sessions)
  }

  @Test func `bars that do not tell the calendar are noted, and later ones that speak against it`()
    throws
  {
    let database = try folder.database()
    let monday = Timestamp(year: 2020, month: 1, day: 6)
    let weekdays = madeUpBars(500, from: monday, every: .d1).filter { $0.time.weekday < 5 }
    let short = try database.ingest(
      try folder.file("GOOG-1d.csv", csv(Array(weekdays.prefix(20)))))
    #expect(short.series[0].calendar == .continuous)
    #expect(short.notes == [untold("GOOG")])
    let long = try folder.file("GOOG-1d.csv", csv(Array(weekdays.prefix(320))))
    #expect(
      try database.ingest(long).notes == [
        "the bars of GOOG look like sessions, stored is 24x7; say --calendar sessions to change it"
      ])
    let told = try database.ingest(long, options: IngestOptions(calendar: .sessions))
    #expect(told.notes == ["the calendar of GOOG was 24x7 and is sessions now"])
    let info = try database.series()[0]
    #expect(info.calendar == .sessions && info.assetClass == "equity")
    #expect(try database.ingest(long).notes.isEmpty)
    // Daily bars of a currency are those of a share: what was said stands.
    try database.ingest(long, options: IngestOptions(calendar: .weekdays))
    #expect(try database.ingest(long).notes.isEmpty)
  }

  @Test func `weekly bars, and days with Sundays and no Saturdays, do not tell it`() throws {
    let database = try folder.database()
    let monday = Timestamp(year: 2020, month: 1, day: 6)
    let weeks = try folder.file("W-1w.csv", csv(madeUpBars(100, from: monday, every: .w1)))
    #expect(try database.ingest(weeks).notes == [untold("W")])
    #expect(try database.ingest(weeks).notes.isEmpty)
    let telAviv = madeUpBars(100, from: monday, every: .d1).filter {
      $0.time.weekday < 4 || $0.time.weekday == 6
    }
    #expect(try database.ingest(try folder.file("T-1d.csv", csv(telAviv))).notes == [untold("T")])
  }

  @Test(
    .enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm"), "there is no /dev/shm"))
  func `a file in shared memory is named like any other`() throws {
    let shared = URL(fileURLWithPath: "/dev/shm/regimefolio-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: shared, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: shared) }
    let file = shared.appendingPathComponent("DBF-1h.csv")
    try Data(csv(madeUpBars(10)).utf8).write(to: file)
    let report = try folder.database().ingest(file.path)
    #expect(report.series.map { "\($0.symbol) \($0.timeframe)" } == ["DBF 1h"])
  }

  @Test func `where no weekend has passed, its absence tells no calendar`() throws {
    let database = try folder.database()
    let monday = Timestamp(year: 2020, month: 1, day: 6)
    // A Wednesday in minutes, half of one, and Monday to Thursday in quarters of an hour.
    let wednesday = madeUpBars(1440, from: monday + 2 * Timestamp.millisecondsPerDay, every: .m1)
    let morning = Array(wednesday.prefix(720))
    let days = madeUpBars(300, from: monday, every: .m15)
    for (symbol, step, bars) in [
      ("BTC", "1m", wednesday), ("ETH", "1m", morning), ("LTC", "15m", days),
    ] {
      let report = try database.ingest(try folder.file("\(symbol)-\(step).csv", csv(bars)))
      #expect(report.series[0].calendar == .continuous)
      #expect(report.notes == [untold(symbol)])
    }
    // Three days tell that a share's market is closed at night.
    let session = madeUpBars(3 * 1440, from: monday, every: .m1).filter {
      (14..<21).contains($0.time.millisecondOfDay / 3_600_000)
    }
    let report = try database.ingest(try folder.file("AAPL-1m.csv", csv(session)))
    #expect(report.series[0].calendar == .sessions && report.notes.isEmpty)
  }

  @Test func `a file of many symbols has one note on their calendars`() throws {
    let names = (10..<24).map { "S\($0)" }
    let text =
      "symbol,time,open,high,low,close,volume\n"
      + names.map { "\($0),2020-01-06,1,1,1,1,1\n" }.joined()
    let report = try folder.database().ingest(try folder.file("all-1d.csv", text))
    let shown = names.prefix(12).joined(separator: ", ")
    #expect(report.notes == [untold("\(shown) and 2 more")])
  }

  private func untold(_ symbols: String) -> String {
    "its bars do not tell the calendar of \(symbols): taken as 24x7; say --calendar sessions for "
      + "shares, 24x5 for currencies"
  }

  @Test func `options set calendar, class and currency, and change them later`() throws {
    let database = try folder.database()
    let file = try folder.file("BTC-1h.csv", csv(madeUpBars(10)))
    try database.ingest(
      file, options: IngestOptions(calendar: .weekdays, assetClass: "commodity", currency: "EUR"))
    var info = try database.series()[0]
    #expect(info.calendar == .weekdays && info.assetClass == "commodity" && info.currency == "EUR")
    let report = try database.ingest(file, options: IngestOptions(calendar: .continuous))
    #expect(report.notes == ["the calendar of BTC was 24x5 and is 24x7 now"])
    info = try database.series()[0]
    #expect(
      info.calendar == .continuous && info.assetClass == "commodity" && info.currency == "EUR")
  }

  @Test func `values of the user's columns are inserted, unchanged and revised`() throws {
    let database = try folder.database()
    func text(_ mood: [String]) -> String {
      "time,open,high,low,close,volume,mood\n"
        + mood.enumerated().map { "2020-01-01T0\($0):00Z,1,2,1,2,3,\($1)\n" }.joined()
    }
    let first = try database.ingest(try folder.file("BTC-1h.csv", text(["0.5", "", "nan", "-1"])))
    #expect(first.series[0].extras == .init(names: ["mood"], inserted: 2))
    #expect(try database.series()[0].extras == ["mood"])
    let second = try database.ingest(try folder.file("BTC-1h.csv", text(["0.5", "2", "", "-3"])))
    #expect(
      second.series[0].extras == .init(names: ["mood"], inserted: 1, unchanged: 1, revised: 1))
    #expect((second.inserted, second.unchanged, second.revised) == (0, 4, 0))
    #expect(try database.extra("BTC", .h1, "mood").map(\.value) == [0.5, 2, -3])
    #expect(try folder.count("bar_extra_revision") == 1)
  }

  @Test func `a close that moves as no market does is noted, from stored bars too`() throws {
    let database = try folder.database()
    let options = IngestOptions(calendar: .continuous)
    func notes(_ text: String) throws -> [String] {
      try database.ingest(try folder.file("A-1d.csv", text), options: options).notes
    }
    func text(_ first: Int, _ closes: [Double]) -> String {
      header
        + closes.enumerated().map { "2020-01-0\(first + $0),1,500,1,\($1),5\n" }.joined()
    }
    #expect(try notes(text(1, [100, 25, 100])).isEmpty)
    #expect(
      try notes(text(4, [24, 26, 120, 110])) == [
        "the close of A moves from 26.0 to 120.0 at 2020-01-06T00:00Z (and 1 more such move): bad "
          + "print, or a split that prices are not adjusted for? `data check` lists such moves"
      ])
    // Of moves between bars that a file does not hold nothing is said.
    #expect(try notes(text(1, [100, 25, 100])).count == 1)
    #expect(try notes(text(1, [100, 25])).isEmpty)
    // Into a new month.
    let next = try notes(header + "2020-02-01,1,500,1,20,5\n")
    #expect(next.count == 1 && next[0].contains("from 110.0 to 20.0 at 2020-02-01T00:00Z:"))
  }

  @Test func `a bar that has closed since is taken from the same bytes`() throws {
    let database = try folder.database()
    let bars = madeUpBars(40)
    let file = try folder.file("BTC-1h.csv", csv(bars))
    let early = IngestOptions(now: bars[39].time + 1)
    #expect(try database.ingest(file, options: early).inserted == 39)
    let late = IngestOptions(now: bars[39].time + Timeframe.h1.milliseconds)
    let report = try database.ingest(file, options: late)
    #expect((report.inserted, report.unchanged, report.rejectedCount) == (1, 39, 0))
    let last = try folder.sql { db in
      try Int64.fetchOne(db, sql: "SELECT last FROM ingest_series")
    }
    #expect(last == bars[39].time.milliseconds)
  }

  @Test func `a hostile symbol is data and no SQL`() throws {
    let database = try folder.database()
    let symbol: Symbol = "x'); DROP TABLE bar; --"
    try database.ingest(
      try folder.file("a.csv", csv(madeUpBars(4))),
      options: IngestOptions(symbol: symbol, timeframe: .h1))
    #expect(try database.bars(symbol, .h1).count == 4)
    #expect(try folder.count("bar") == 4)
  }

  private func rowCounts() throws -> [String: Int] {
    let names = [
      "instrument", "series", "bar", "bar_extra", "bar_digest", "bar_revision",
      "bar_extra_revision", "ingest_run", "ingest_series",
    ]
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try folder.count($0)) })
  }
}
