import Market
import Store
import Testing

/// Rows that are bars of a longer timeframe than their file's.
@Suite struct CoarseRowsTests {
  private let header = "time,open,high,low,close,volume\n"

  private func read(
    _ text: String, _ name: String = "BTC-1h.csv", _ options: IngestOptions = IngestOptions()
  ) throws -> CSVBars {
    try CSVBarReader(options: options).parse(Array(text.utf8), file: name)
  }

  @Test func `days of one symbol are no bars among the hours of another`() throws {
    let start = Timestamp(year: 2020, month: 1, day: 1)
    func rows(_ symbol: String, _ bars: [Bar]) -> String {
      csv(bars).split(separator: "\n").dropFirst().map { "\(symbol),\($0)\n" }.joined()
    }
    let text =
      "symbol,time,open,high,low,close,volume\n" + rows("HR", madeUpBars(3000, from: start))
      + rows("DY", madeUpBars(125, from: start, every: .d1))
    let error = #expect(throws: StoreError.self) { try read(text, "two-1h.csv") }
    #expect(
      error
        == .csv(
          file: "two-1h.csv", line: nil, .coarserThanTimeframe("DY", nil, step: .d1, .h1)))
    #expect(
      "\(try #require(error))"
        == "two-1h.csv: its rows of DY are 1d apart, so they are no bars of 1h, which are known earlier; "
        + "move them to a file of their own, or --timeframe 1h if they are bars of it that are seldom "
        + "traded")
    let told = try read(text, "two-1h.csv", IngestOptions(timeframe: .h1))
    #expect(told.series.map(\.count) == [125, 3000])
    #expect(
      told.notes == [
        "its rows of DY are 1d apart, and taken as bars of 1h, as --timeframe says"
      ])
  }

  @Test(arguments: [[0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4]])
  func `days before or after the hours of a series are no bars of it`(weekdays: [Int]) throws {
    let start = Timestamp(year: 2020, month: 1, day: 1)
    let later = Timestamp(year: 2020, month: 2, day: 10)
    let days = madeUpBars(38, from: start, every: .d1).filter { weekdays.contains($0.time.weekday) }
    let first = csv(days + madeUpBars(400, from: later))
    let error = #expect(throws: StoreError.self) { try read(first) }
    let last = days[days.count - 1].time
    #expect(
      error
        == .csv(
          file: "BTC-1h.csv", line: nil,
          .coarserThanTimeframe(
            nil, RowStretch(firstLine: 2, first: start, lastLine: days.count + 1, last: last),
            step: .d1, .h1)))
    #expect(
      "\(try #require(error))".contains(
        "its rows from 2020-01-01T00:00Z (line 2) to 2020-02-07T00:00Z (line \(days.count + 1)) are 1d "
          + "apart"))
    // The hours end at 03:00, and line 102 is the midnight after.
    let hours = madeUpBars(100, from: start - 5 * Timestamp.millisecondsPerDay)
    let second = csv(hours + days.filter { $0.time > start })
    #expect(
      throws: StoreError.csv(
        file: "BTC-1h.csv", line: nil,
        .coarserThanTimeframe(
          nil,
          RowStretch(
            firstLine: 102, first: start + Timestamp.millisecondsPerDay, lastLine: days.count + 100,
            last: last), step: .d1, .h1))
    ) { try read(second) }
  }

  @Test(arguments: [
    ("AA-1h.csv", Timeframe.d1, Timeframe.h1), ("AA-1h.csv", .h4, .h1), ("AA-1d.csv", .w1, .d1),
    ("AA-15m.csv", .h1, .m15),
  ])
  func `rows further apart than their timeframe are no bars of it, unless the user says so`(
    name: String, step: Timeframe, timeframe: Timeframe
  ) throws {
    let monday = Timestamp(year: 2020, month: 1, day: 6)
    let text = csv(madeUpBars(30, from: monday, every: step))
    #expect(
      throws: StoreError.csv(
        file: name, line: nil, .coarserThanTimeframe(nil, nil, step: step, timeframe))
    ) { try read(text, name) }
    let told = try read(text, name, IngestOptions(timeframe: timeframe))
    #expect(told.series[0].count == 30)
    #expect(
      told.notes.contains(
        "its rows of AA are \(step) apart, and taken as bars of \(timeframe), as --timeframe says"))
  }

  @Test func `hours in which a share is seldom traded are taken`() throws {
    let start = Timestamp(year: 2020, month: 1, day: 6)
    // One bar a day, for three days at the same hour, nights and weekends between.
    let days = (0..<90).map { start + Int64($0) * Timestamp.millisecondsPerDay }
      .filter { $0.weekday < 5 }
    let thin = days.enumerated().map { index, day in day + Int64(14 + index / 3 % 4) * 3_600_000 }
    // Four hours in eleven, never two in a row.
    let gaps = (0..<600).filter { $0 * 7 % 11 < 4 }.map { start + Int64($0) * 3_600_000 }
    for times in [thin, gaps] {
      let text = header + times.map { "\($0),10,12,9,11,5\n" }.joined()
      #expect(try read(text).series[0].count == times.count)
    }
    // A session lies in one slot of half a day.
    let noons = days.map { "\($0 + 12 * 3_600_000),10,12,9,11,5\n" }.joined()
    #expect(try read(header + noons, "X-12h.csv").series[0].count == days.count)
  }

  // MARK: - Off the grid of days

  private static let hour: Int64 = 3_600_000

  /// Sundays to Thursdays from 3 January 1971 on, as the days of currencies are stamped by a broker's clock.
  private func days(_ count: Int) -> [Timestamp] {
    let first = Timestamp(year: 1971, month: 1, day: 3)
    return (0..<count * 2).map { first + Int64($0) * Timestamp.millisecondsPerDay }
      .filter { $0.weekday < 4 || $0.weekday == 6 }.prefix(count).map { $0 }
  }

  /// Rows at these times, and from the Monday after them on twelve weeks of every slot of a timeframe.
  private func text(_ times: [Timestamp], then timeframe: Timeframe) -> String {
    let day = Timestamp.millisecondsPerDay
    let monday = Timeframe.w1.slot(containing: times[times.count - 1] + 8 * day)
    let slots = (0..<84 * day / timeframe.milliseconds).map { monday + $0 * timeframe.milliseconds }
    return header + (times + slots).map { "\($0),10,12,9,11,5\n" }.joined()
  }

  @Test func `a year of days at 20:00 before bars of four hours are no bars of them`() throws {
    let times = days(300).map { $0 + 20 * CoarseRowsTests.hour }
    let file = text(times, then: .h4)
    let error = #expect(throws: StoreError.self) { try read(file, "EURUSD240.csv") }
    #expect(
      "\(try #require(error))"
        == "EURUSD240.csv: its rows from 1971-01-03T20:00Z (line 2) to \(times[299]) (line 301) are 1d "
        + "apart, so they are no bars of 4h, which are known earlier; move them to a file of their own, or "
        + "--timeframe 4h if they are bars of it that are seldom traded")
    let told = try read(file, "EURUSD240.csv", IngestOptions(timeframe: .h4))
    #expect(told.series[0].count == 300 + 504 && told.rejectedCount == 0)
    #expect(
      told.notes == [
        "its rows of EURUSD240 from 1971-01-03T20:00Z (line 2) to \(times[299]) (line 301) are 1d apart, "
          + "and taken as bars of 4h, as --timeframe says"
      ])
    // Moved to a file of their own, they leave bars of four hours.
    let rest = text(Array(times.suffix(1)), then: .h4)
    #expect(try read(rest, "EURUSD240.csv").series[0].timeframe == .h4)
  }

  @Test func `markets with a session a day are taken`() throws {
    let hour = CoarseRowsTests.hour
    // Two bars of four hours in each session, for longer than a year.
    let sessions = days(400).flatMap { [$0 + 12 * hour, $0 + 16 * hour] }
    // One bar a session: for less than a year, and for longer in a slot that moves with the clocks.
    let short = days(250).map { $0 + 12 * hour }
    let moving = days(400).enumerated().map { index, day in
      day + (index / 130 % 2 == 0 ? 12 : 16) * hour
    }
    for times in [sessions, short, moving] {
      let bars = try read(text(times, then: .h4), "X.csv")
      #expect(bars.series[0].count == times.count + 504 && bars.notes.isEmpty)
      #expect(bars.series[0].timeframe == .h4)
    }
    // A slot of eight hours holds a whole session.
    let long = days(300).map { $0 + 8 * hour }
    #expect(try read(text(long, then: .h8), "X-8h.csv").series[0].count == 300 + 252)
  }
}
