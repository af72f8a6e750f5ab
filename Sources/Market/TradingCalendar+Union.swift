extension TradingCalendar {
  /// The calendar that is open whenever one of several is: the longest week of them. Nil of none.
  ///
  /// Weekdays around the clock hold every session, and all seven days hold the weekdays.
  public static func union(of calendars: some Sequence<TradingCalendar>) -> TradingCalendar? {
    calendars.max { $0.daysPerYear < $1.daysPerYear }
  }
}
