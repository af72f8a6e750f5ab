import Market

/// Tells from when a series has bars which calendar its market keeps.
enum CalendarInference {
  /// With fewer bars an absence proves nothing.
  static let minimumDays = 30
  static let minimumIntraday = 200

  /// The calendar that the bars tell, or nil where they do not.
  ///
  /// A market keeps a day of the week if it has bars on at least half as many of them as on weekdays:
  /// a stray Saturday makes no share a coin. One that keeps Saturday and Sunday is `continuous`; one that
  /// keeps a single one of them may be a share of Tel Aviv or a currency with candles of Sunday evening.
  /// Daily bars of weekdays alone are `sessions`; finer ones are `sessions` if at least half of the day
  /// never has a bar, on a whole day or where a night that long lies between two bars, else `weekdays` if a
  /// weekend has passed. Weekly bars tell nothing.
  /// - Parameter times: in order.
  static func calendar(_ times: [Int64], _ timeframe: Timeframe) -> TradingCalendar? {
    guard timeframe <= .d1, let first = times.first, let last = times.last else { return nil }
    let traded = tradedDays(times, timeframe)
    var passed = [0, 0, 0, 0, 0, 0, 0]
    for day in Timestamp(milliseconds: first).day...Timestamp(milliseconds: last).day {
      passed[Timestamp(milliseconds: day * Timestamp.millisecondsPerDay).weekday] += 1
    }
    let weekdays = (traded: traded[..<5].reduce(0, +), passed: passed[..<5].reduce(0, +))
    let weekend = [5, 6].filter { passed[$0] > 0 }
    let kept = weekend.filter {
      traded[$0] > 0 && 2 * traded[$0] * weekdays.passed >= weekdays.traded * passed[$0]
    }
    guard kept.isEmpty else { return kept == weekend ? .continuous : nil }
    guard times.count >= (timeframe.isIntraday ? minimumIntraday : minimumDays) else { return nil }
    guard timeframe.isIntraday else { return .sessions }
    let covered = Int64(slotsOfDay(times, timeframe)) * timeframe.milliseconds
    if covered <= Timestamp.millisecondsPerDay / 2 {
      // The first day and the last one may be cut off: a night is seen on a day between them, or itself.
      let days = Timestamp(milliseconds: last).day - Timestamp(milliseconds: first).day
      let hasNight = zip(times, times.dropFirst()).contains {
        $1 - $0 >= Timestamp.millisecondsPerDay / 2
      }
      return days > 1 || hasNight ? .sessions : nil
    }
    // A coin in files of a day, or of a Monday to Thursday, has no weekend either.
    return weekend.count == 2 ? .weekdays : nil
  }

  /// Whether bars that tell `found` speak against a market's being known as `stored`.
  ///
  /// Daily bars look the same with `weekdays` and `sessions`, and so do sessions with hours before and
  /// after them, and `weekdays`.
  static func contradicts(
    _ found: TradingCalendar, _ stored: TradingCalendar, _ timeframe: Timeframe
  ) -> Bool {
    switch (stored, found) {
    case (.sessions, .weekdays): false
    case (.weekdays, .sessions): timeframe.isIntraday
    default: stored != found
    }
  }

  /// On how many Mondays, Tuesdays, ... there is a bar.
  ///
  /// Foreign exchange opens again on Sunday evening UTC: within a day, bars after 20:00 do not make it a
  /// Sunday with bars.
  private static func tradedDays(_ times: [Int64], _ timeframe: Timeframe) -> [Int] {
    var days = [0, 0, 0, 0, 0, 0, 0]
    var previous = Int64.min
    for milliseconds in times {
      let time = Timestamp(milliseconds: milliseconds)
      guard time.day != previous else { continue }
      let isEvening = timeframe.isIntraday && time.millisecondOfDay >= 20 * 3_600_000
      if time.weekday == 6, isEvening { continue }
      days[time.weekday] += 1
      previous = time.day
    }
    return days
  }

  /// How many of a day's slots ever have a bar.
  private static func slotsOfDay(_ times: [Int64], _ timeframe: Timeframe) -> Int {
    var slots = [Bool](
      repeating: false, count: Int(Timestamp.millisecondsPerDay / timeframe.milliseconds))
    for milliseconds in times {
      let time = Timestamp(milliseconds: milliseconds)
      slots[Int(time.millisecondOfDay / timeframe.milliseconds)] = true
    }
    return slots.count { $0 }
  }

  /// The asset class that keeps such a calendar as a rule; the user may say another.
  static func assetClass(_ calendar: TradingCalendar) -> String {
    switch calendar {
    case .continuous: "crypto"
    case .weekdays: "fx"
    case .sessions: "equity"
    }
  }
}
