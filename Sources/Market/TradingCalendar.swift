/// When a market is open: it decides what a gap is and how many bars make a year.
public enum TradingCalendar: String, Sendable, CaseIterable {
  /// Around the clock, seven days a week (crypto).
  case continuous = "24x7"
  /// Around the clock on weekdays (foreign exchange).
  case weekdays = "24x5"
  /// Exchange sessions on business days (equities): 252 days of 6.5 hours a year.
  case sessions

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
    let dayInMilliseconds: Double = self == .sessions ? 6.5 * 3_600_000 : 86_400_000
    // A session holds a whole number of bars only for the finer timeframes; a longer bar is one a day.
    return daysPerYear * max(1, dayInMilliseconds / Double(timeframe.milliseconds))
  }

  /// Decisions a year at which this market can trade, one every so many milliseconds at most.
  ///
  /// A week has one weekly decision on any calendar, but no daily one on its closed days; within a day there
  /// are as many as the market's hours hold, and one at least.
  /// - Parameter primary: the bars at whose closes decisions are taken.
  public func decisionsPerYear(every: Int64, primary: Timeframe) -> Double {
    let days = Double(every) / Double(Timestamp.millisecondsPerDay)
    if days > 1 { return min(daysPerYear, 365 / days) }
    return max(daysPerYear, barsPerYear(primary) * Double(primary.milliseconds) / Double(every))
  }

  /// The number of slots that are missing between two bars that follow each other.
  ///
  /// Nights, weekends and holidays are none. With sessions, a step over at most four nights (a long
  /// weekend) is a closed market; beyond that each business day counts.
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
        if slot.weekday < 5 { missing += 1 }
        slot = slot + timeframe.milliseconds
      }
      return missing
    case .sessions:
      if timeframe == .w1 { return Int(steps) - 1 }
      let nights = next.day - previous.day
      if nights == 0 { return Int(steps) - 1 }
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
}
