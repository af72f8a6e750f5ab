import Foundation
import Market
import Testing

@Suite struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01", 0), ("1969-12-31", -86_400_000), ("2000-02-29", 951_782_400_000),
      ("2018-04-01 13:30", 1_522_589_400_000), ("2018-04-01T13:30:05", 1_522_589_405_000),
      ("2018-04-01T13:30:05.250Z", 1_522_589_405_250), ("1969-12-31T23:59:59.999Z", -1),
      ("1601-01-01", -11_644_473_600_000),
    ] as [(String, Int64)])
  func `reads ISO 8601`(text: String, milliseconds: Int64) {
    #expect(Timestamp(iso: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    ("2018-04-01T12:00+02:00", "2018-04-01T10:00Z"), ("2018-04-01T12:00-0530", "2018-04-01T17:30Z"),
    ("2018-04-01 12:00+00", "2018-04-01T12:00Z"),
    ("2018-01-01T00:30:15+05:45", "2017-12-31T18:45:15Z"),
    ("2024-02-28T23:00-02:00", "2024-02-29T01:00Z"), ("2018-04-01 12:00", "2018-04-01T12:00Z"),
  ])
  func `takes zones off`(text: String, utc: String) {
    #expect(Timestamp(iso: text)?.description == utc)
  }

  @Test(arguments: [
    ("05.2", 200), ("05.25", 250), ("05.2509", 250), ("05.999999999", 999), ("05.0004", 0),
  ])
  func `cuts fractions of a second to thousandths`(second: String, thousandths: Int64) {
    let time = Timestamp(iso: "2018-04-01T13:30:" + second)
    #expect(time == Timestamp(iso: "2018-04-01T13:30:05").map { $0 + thousandths })
  }

  @Test(arguments: [
    "", "2018", "2018-04", "2018-4-1", "2018-04-31", "2018-02-29", "1900-02-29", "2018-00-10",
    "2018-13-01", "2018-04-00", "18-04-01", "2018/04/01", "2018-04-01T", "2018-04-01T13",
    "2018-04-01T24:00", "2018-04-01T13:60", "2018-04-01T13:30:60", "2018-04-01T13:30:05.",
    "2018-04-01T13:30:05.1234567890", "2018-04-01T13:30Zx", "2018-04-01T13:30+", "2018-04-01x",
    "2018-04-01T13:30+2:00", "2018-04-01T13:30+24:00", "2018-04-01T13:30+02:60", " 2018-04-01",
    "2018-04-01 ", "2018-04-01T13:30:05+02:00x", "+018-04-01", "2018-04-01T13:30+02:",
    "２018-04-01", "2018−04−01",
  ])
  func `refuses anything else`(text: String) {
    #expect(Timestamp(iso: text) == nil)
  }

  @Test func `leap years follow the Gregorian rule`() {
    for (year, isLeap) in [(1600, true), (1700, false), (1900, false), (2000, true), (2024, true)] {
      #expect((Timestamp(iso: "\(year)-02-29") != nil) == isLeap)
      let days =
        Timestamp(year: year + 1, month: 1, day: 1).day
        - Timestamp(year: year, month: 1, day: 1).day
      #expect(days == (isLeap ? 366 : 365))
    }
  }

  @Test func `what it writes it reads again, over a thousand years`() {
    var random = SplitMix(seed: 11)
    for day in stride(from: -250_000 as Int64, to: 250_000, by: 29) {
      let start = Timestamp(milliseconds: day * Timestamp.millisecondsPerDay)
      // Midnight, a minute, a second and a millisecond: the four forms of the text.
      for unit in [86_400_000, 60_000, 1000, 1] as [Int64] {
        let time = start + Int64.random(in: 0..<86_400_000 / unit, using: &random) * unit
        #expect(Timestamp(iso: time.description) == time, "\(time)")
        #expect(time.day == day)
        #expect(time.millisecondOfDay == time - start)
      }
      #expect(Timestamp(iso: start.date) == start)
    }
  }

  /// Foundation's calendar is proleptic Gregorian from 1582-10-15 on.
  @Test func `dates and weekdays agree with Foundation's from 1600 to 2400`() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for day in stride(from: -135_140 as Int64, to: 157_000, by: 17) {
      let time = Timestamp(milliseconds: day * Timestamp.millisecondsPerDay)
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
      #expect(time.civil.year == parts.year)
      #expect(time.civil.month == parts.month)
      #expect(time.civil.day == parts.day)
      // Foundation counts from Sunday, 1.
      #expect(parts.weekday == (time.weekday + 1) % 7 + 1)
      let (year, month, dayOfMonth) = time.civil
      #expect(Timestamp(year: year, month: month, day: dayOfMonth) == time)
    }
  }

  @Test(arguments: [
    ("2018-04-01", "2018-04-01T00:00Z"), ("2018-04-01T13:30:05", "2018-04-01T13:30:05Z"),
    ("2018-04-01T13:30:00.007", "2018-04-01T13:30:00.007Z"), ("0033-04-03", "0033-04-03T00:00Z"),
  ])
  func `writes seconds and thousandths only where there are some`(text: String, out: String) {
    #expect(Timestamp(iso: text)?.description == out)
  }

  @Test func `days and weekdays round down before 1970`() {
    let instant = Timestamp(milliseconds: -1)
    #expect(instant.day == -1)
    #expect(instant.millisecondOfDay == 86_399_999)
    // Wednesday, the day before Thursday 1970-01-01.
    #expect(instant.weekday == 2)
    #expect(Timestamp(milliseconds: -86_400_000).day == -1)
    #expect(Timestamp(milliseconds: -86_400_001).day == -2)
  }

  @Test func `dates before the year 1 follow the same rule`() {
    for year in -1201...1 {
      let time = Timestamp(year: year, month: 3, day: 1)
      #expect(time.civil == (year, 3, 1))
      let before = (time - 1).civil
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      #expect(before == (year, 2, isLeap ? 29 : 28))
    }
  }

  @Test func `adds and orders`() {
    let time = Timestamp(seconds: 10)
    #expect(time + 5 == Timestamp(milliseconds: 10_005))
    #expect(time - 5 == Timestamp(milliseconds: 9995))
    #expect((time + 5) - time == 5)
    #expect(time < time + 1)
    #expect(Timestamp.distantPast < time && time < Timestamp.distantFuture)
    #expect(Timestamp.distantFuture + Timeframe.w1.milliseconds > Timestamp.distantFuture)
  }
}
