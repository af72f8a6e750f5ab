/// When a market is open: it decides what a gap is and how many bars make a year.
public enum TradingCalendar: String, Sendable, CaseIterable {
  /// Around the clock, seven days a week (crypto).
  case continuous = "24x7"
  /// Around the clock on weekdays (foreign exchange).
  case weekdays = "24x5"
  /// Exchange sessions on business days (equities): 252 days of 6.5 hours a year.
  case sessions

  /// Length of a session: 6.5 hours, in milliseconds.
  private static let session: Int64 = 23_400_000

  /// Trading days a year.
  public var daysPerYear: Double {
    switch self {
    case .continuous: 365
    case .weekdays: 260
    case .sessions: 252
    }
  }

  /// Bars a year of a timeframe, for annualising.
  public func barsPerYear(_ timeframe: Timeframe) -> Double {
    if timeframe == .w1 {
      return self == .continuous ? 365.0 / 7.0 : 52
    }
    let dayInMilliseconds = Double(
      self == .sessions ? TradingCalendar.session : Timestamp.millisecondsPerDay)
    // A session holds a whole number of bars only for the finer timeframes; a longer bar is one a day.
    return daysPerYear * max(1, dayInMilliseconds / Double(timeframe.milliseconds))
  }

  /// Decisions a year at which this market can trade, one every so many milliseconds at most.
  ///
  /// A week has one weekly decision on any calendar, but no daily one on its closed days, and none for two
  /// days that are both closed; within a day there are as many as the market's hours hold, and one at least.
  /// - Parameter primary: the bars at whose closes decisions are taken.
  public func decisionsPerYear(every: Int64, primary: Timeframe) -> Double {
    let days = Double(every) / Double(Timestamp.millisecondsPerDay)
    if days > 1 {
      // The part of such stretches that lie between a week's last close and the next one's first.
      let idle = max(0, weekend(primary) - days) / 7
      return min(daysPerYear, 365 * (1 - idle) / days)
    }
    return max(daysPerYear, barsPerYear(primary) * Double(primary.milliseconds) / Double(every))
  }

  /// Days from the last close of a week to the first of the next, as decisions that begin at midnight meet
  /// them: an exchange is closed on Friday's evening and on Monday's morning too.
  private func weekend(_ primary: Timeframe) -> Double {
    switch self {
    case .continuous: 0
    case .weekdays: primary.isIntraday ? 2 : 3
    case .sessions: 3
    }
  }

  /// Whether `weekdays` trade for certain in the slot that opens at `slot`.
  ///
  /// Foreign exchange closes on Friday at 17:00 in New York and opens on Sunday at that hour: 21:00 UTC in
  /// summer, 22:00 in winter. Other sources let the week end at midnight. So bars from Friday 21:00 to Monday
  /// are taken where there are some, and missing nowhere.
  static func isWeekOpen(_ slot: Timestamp) -> Bool {
    slot.weekday < 4 || (slot.weekday == 4 && slot.millisecondOfDay < 21 * 3_600_000)
  }

  /// The number of slots that are missing between two bars that follow each other.
  ///
  /// Nights, weekends from Friday 21:00 UTC on and holidays are none. With sessions, a step over at most four
  /// nights (a long weekend) is a closed market; beyond that each business day counts. A step within a day of
  /// UTC is a night too where it is longer than a session: one that crosses midnight, as Sydney's does in
  /// summer, ends on the day that the next begins.
  public func missingSlots(from previous: Timestamp, to next: Timestamp, _ timeframe: Timeframe)
    -> Int
  {
    let steps = (next - previous) / timeframe.milliseconds
    guard steps > 1 else { return 0 }
    switch self {
    case .continuous:
      return Int(steps) - 1
    case .weekdays:
      if timeframe == .w1 { return Int(steps) - 1 }
      var missing = 0
      var slot = previous + timeframe.milliseconds
      while slot < next {
        if TradingCalendar.isWeekOpen(slot) { missing += 1 }
        slot = slot + timeframe.milliseconds
      }
      return missing
    case .sessions:
      if timeframe == .w1 { return Int(steps) - 1 }
      let nights = next.day - previous.day
      if nights == 0 { return next - previous > TradingCalendar.session ? 0 : Int(steps) - 1 }
      guard nights > 4 else { return 0 }
      return (previous.day + 1..<next.day).count { day in
        Timestamp(milliseconds: day * Timestamp.millisecondsPerDay).weekday < 5
      }
    }
  }

  /// The number of slots that are missing for certain at `now` since the last bar, which opened at `last`.
  ///
  /// The calendar does not know at which hour a session ends: until the day is over, an evening cannot be
  /// told from a hole.
  public func missedSlots(since last: Timestamp, at now: Timestamp, _ timeframe: Timeframe) -> Int {
    if self == .sessions, timeframe.isIntraday, last.day == now.day { return 0 }
    return missingSlots(from: last, to: now, timeframe)
  }

  /// Whether a price that was known at `last`, the close of a bar, is too old at `now`: older than `limit`
  /// milliseconds, though the market has been open meanwhile.
  public func isStale(
    since last: Timestamp, at now: Timestamp, _ timeframe: Timeframe, after limit: Int64
  ) -> Bool {
    now - last > limit
      && missedSlots(since: last - timeframe.milliseconds, at: now, timeframe) > 0
  }
}
