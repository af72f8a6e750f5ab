import Market

/// Tells from when a series has bars which calendar its market keeps.
enum CalendarInference {
  /// With fewer bars an absence proves nothing.
  static let minimumDays = 30
  static let minimumIntraday = 200

  /// `continuous`, unless enough bars leave the weekends out.
  ///
  /// Foreign exchange opens again on Sunday evening UTC, so bars after 20:00 that day do not count
  /// as the weekend's. Daily bars without weekends are sessions; finer ones are sessions if at
  /// least half of the day never has a bar, else weekdays around the clock.
  static func calendar(_ times: [Int64], _ timeframe: Timeframe) -> TradingCalendar {
    guard timeframe <= .d1,
      times.count >= (timeframe.isIntraday ? minimumIntraday : minimumDays)
    else { return .continuous }
    var slotsOfDay = Set<Int64>()
    for milliseconds in times {
      let time = Timestamp(milliseconds: milliseconds)
      let isSundayEvening = time.weekday == 6 && time.millisecondOfDay >= 20 * 3_600_000
      if time.weekday >= 5, !(timeframe.isIntraday && isSundayEvening) { return .continuous }
      slotsOfDay.insert(time.millisecondOfDay)
    }
    guard timeframe.isIntraday else { return .sessions }
    let covered = Int64(slotsOfDay.count) * timeframe.milliseconds
    return covered <= Timestamp.millisecondsPerDay / 2 ? .sessions : .weekdays
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
