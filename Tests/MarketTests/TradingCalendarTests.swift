import Market
import Testing

@Suite struct TradingCalendarTests {
  @Test(
    arguments: [
      (.continuous, "1m", 525_600), (.continuous, "1h", 8760), (.continuous, "1d", 365),
      (.continuous, "1w", 365.0 / 7), (.weekdays, "1h", 6240), (.weekdays, "4h", 1560),
      (.weekdays, "1d", 260), (.weekdays, "1w", 52), (.sessions, "1m", 98_280),
      (.sessions, "30m", 3276), (.sessions, "1h", 1638), (.sessions, "8h", 252),
      (.sessions, "1d", 252), (.sessions, "1w", 52),
    ] as [(TradingCalendar, String, Double)])
  func `counts the bars of a year`(calendar: TradingCalendar, name: String, bars: Double) throws {
    #expect(calendar.barsPerYear(try #require(Timeframe(name))) == bars)
  }

  private func missing(
    _ calendar: TradingCalendar, _ timeframe: Timeframe, _ from: String, _ to: String
  ) throws -> Int {
    calendar.missingSlots(
      from: try #require(Timestamp(iso: from)), to: try #require(Timestamp(iso: to)), timeframe)
  }

  @Test func `around the clock every slot counts`() throws {
    #expect(try missing(.continuous, .h1, "2024-01-05T22:00", "2024-01-05T23:00") == 0)
    #expect(try missing(.continuous, .h1, "2024-01-05T22:00", "2024-01-06T00:00") == 1)
    #expect(try missing(.continuous, .d1, "2024-01-05", "2024-01-08") == 2)
    #expect(try missing(.continuous, .w1, "2024-01-01", "2024-01-22") == 2)
    #expect(try missing(.continuous, .h4, "1969-12-31T20:00", "1970-01-01T08:00") == 2)
  }

  @Test func `on weekdays the weekend is no gap`() throws {
    // Friday 2024-01-05 to Monday.
    #expect(try missing(.weekdays, .d1, "2024-01-05", "2024-01-08") == 0)
    #expect(try missing(.weekdays, .h1, "2024-01-05T23:00", "2024-01-08T00:00") == 0)
    // Friday's 19:00 and 20:00 and Monday's 00:00 are missing, the weekend is not.
    #expect(try missing(.weekdays, .h1, "2024-01-05T18:00", "2024-01-08T01:00") == 3)
    // Thursday to Tuesday: Friday and Monday.
    #expect(try missing(.weekdays, .d1, "2024-01-04", "2024-01-09") == 2)
    #expect(try missing(.weekdays, .h1, "2024-01-03T10:00", "2024-01-03T15:00") == 4)
    #expect(try missing(.weekdays, .w1, "2024-01-01", "2024-01-15") == 1)
  }

  @Test(arguments: [
    // New York closes and opens at 22:00 UTC in winter, at 21:00 in summer.
    ("2024-01-05T22:00", "2024-01-07T22:00"), ("2024-07-05T21:00", "2024-07-07T21:00"),
  ])
  func `a currency's Friday evening is no gap, and ages no price`(close: String, opening: String)
    throws
  {
    let calendar = TradingCalendar.weekdays
    let (close, opening) = (
      try #require(Timestamp(iso: close)), try #require(Timestamp(iso: opening))
    )
    for timeframe in [Timeframe.m15, .m30, .h1] {
      let last = close - timeframe.milliseconds
      #expect(calendar.missingSlots(from: last, to: opening, timeframe) == 0)
      // Monday's first hour is missed once it is over.
      let monday = Timestamp(milliseconds: (opening.day + 1) * Timestamp.millisecondsPerDay)
      #expect(calendar.missedSlots(since: last, at: monday, timeframe) == 0)
      let hour = monday + Timeframe.h1.milliseconds
      let slots = Int(Timeframe.h1.milliseconds / timeframe.milliseconds)
      #expect(calendar.missedSlots(since: last, at: hour, timeframe) == slots)
      #expect(!calendar.isStale(since: close, at: monday, timeframe, after: 24 * 3_600_000))
      #expect(calendar.isStale(since: close, at: hour, timeframe, after: 24 * 3_600_000))
    }
  }

  @Test func `with sessions nights, weekends and long weekends are no gap`() throws {
    #expect(try missing(.sessions, .d1, "2024-01-04", "2024-01-05") == 0)
    #expect(try missing(.sessions, .d1, "2024-01-05", "2024-01-08") == 0)
    // Martin Luther King Day: Friday to Tuesday, four nights.
    #expect(try missing(.sessions, .d1, "2024-01-12", "2024-01-16") == 0)
    #expect(try missing(.sessions, .h1, "2024-01-04T20:00", "2024-01-05T14:00") == 0)
    #expect(try missing(.sessions, .h1, "2024-01-12T20:00", "2024-01-16T14:00") == 0)
  }

  @Test func `a session that crosses midnight has its night within a day`() throws {
    // Sydney in summer trades from 23:00 to 05:00 UTC: Thursday's session ends on the day that Friday's opens.
    #expect(try missing(.sessions, .h1, "2024-01-10T23:00", "2024-01-11T00:00") == 0)
    #expect(try missing(.sessions, .h1, "2024-01-11T04:00", "2024-01-11T23:00") == 0)
    #expect(try missing(.sessions, .m15, "2024-01-11T04:45", "2024-01-11T23:00") == 0)
    #expect(try missing(.sessions, .h1, "2024-01-12T04:00", "2024-01-14T23:00") == 0)
    // An hour of New York is a hole, and so are all but the ends of its session.
    #expect(try missing(.sessions, .h1, "2024-01-11T15:00", "2024-01-11T17:00") == 1)
    #expect(try missing(.sessions, .m30, "2024-01-11T14:30", "2024-01-11T20:30") == 11)
  }

  @Test func `with sessions a hole in the day or of more than four nights is a gap`() throws {
    #expect(try missing(.sessions, .h1, "2024-01-04T15:00", "2024-01-04T18:00") == 2)
    // Monday 1st to Monday 8th: Tuesday to Friday.
    #expect(try missing(.sessions, .d1, "2024-01-01", "2024-01-08") == 4)
    // September 2001: Monday 10th to Monday 17th.
    #expect(try missing(.sessions, .d1, "2001-09-10", "2001-09-17") == 4)
    #expect(try missing(.sessions, .w1, "2024-01-01", "2024-01-15") == 1)
  }

  @Test(arguments: TradingCalendar.allCases, Timeframe.all)
  func `slots that follow each other miss nothing`(
    calendar: TradingCalendar, timeframe: Timeframe
  ) {
    let slot = timeframe.slot(containing: Timestamp(year: 2023, month: 5, day: 3, hour: 9))
    #expect(calendar.missingSlots(from: slot, to: slot + timeframe.milliseconds, timeframe) == 0)
    #expect(
      calendar.missingSlots(from: slot, to: slot + 3 * timeframe.milliseconds, timeframe)
        <= 2)
  }

  @Test(
    arguments: [
      (.continuous, .d1, 48), (.weekdays, .d1, 48), (.weekdays, .h1, 36), (.weekdays, .h1, 48),
      (.sessions, .d1, 48), (.sessions, .h1, 36), (.sessions, .h1, 48), (.sessions, .d1, 72),
    ] as [(TradingCalendar, Timeframe, Int64)])
  func `decisions longer than a day apart are as many as have a close`(
    calendar: TradingCalendar, primary: Timeframe, hours: Int64
  ) {
    let monday = Timestamp(year: 2024, month: 1, day: 1)
    let every = hours * 3_600_000
    // Whole weeks without holidays.
    let weeks: Int64 = 840
    let slots = (0..<weeks * 7 * 24).compactMap { hour -> Int64? in
      let open = monday + hour * 3_600_000
      let isClosed = calendar != .continuous && open.weekday >= 5
      let isNight = calendar == .sessions && primary == .h1 && !(14..<21).contains(hour % 24)
      guard primary.isOnGrid(open), !isClosed, !isNight else { return nil }
      return (open + primary.milliseconds).milliseconds / every
    }
    let perYear = Double(Set(slots).count) / Double(weeks * 7) * 365
    let expected = min(calendar.daysPerYear, perYear)
    #expect(
      abs(calendar.decisionsPerYear(every: every, primary: primary) / expected - 1) < 1e-3)
  }

  @Test func `decisions a year are those at which the market trades`() {
    let day = Timestamp.millisecondsPerDay
    #expect(TradingCalendar.continuous.decisionsPerYear(every: day, primary: .h1) == 365)
    #expect(TradingCalendar.continuous.decisionsPerYear(every: day / 3, primary: .h1) == 1095)
    #expect(TradingCalendar.sessions.decisionsPerYear(every: day / 24, primary: .h1) == 1638)
    #expect(TradingCalendar.sessions.decisionsPerYear(every: day, primary: .d1) == 252)
    #expect(TradingCalendar.weekdays.decisionsPerYear(every: day / 24, primary: .h1) == 6240)
    // A week has one weekly decision on any calendar.
    for calendar in TradingCalendar.allCases {
      #expect(calendar.decisionsPerYear(every: 7 * day, primary: .d1) == 365.0 / 7)
    }
  }
}
