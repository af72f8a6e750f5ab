import Market

/// The time of day and the day of the week of one bar after the other.
///
/// Both are the same again and again, so each is computed once: a sine costs more than most features.
struct CyclicCalendar: Sendable {
  private(set) var timeOfDay = CyclicTime(part: 0, of: 1)
  private(set) var dayOfWeek = CyclicTime(part: 0, of: 1)
  private let slot: Int64
  private var slots: [CyclicTime?]
  private var days: [CyclicTime?] = Array(repeating: nil, count: 7)
  private var day: Int64?

  init(_ timeframe: Timeframe) {
    slot = timeframe.milliseconds
    slots = Array(
      repeating: nil, count: max(1, Int(Timestamp.millisecondsPerDay / timeframe.milliseconds)))
  }

  /// Takes in the time of the next bar, which lies on the timeframe's grid.
  mutating func update(_ time: Timestamp) {
    let today = time.day
    if day != today {
      day = today
      let weekday = time.weekday
      let place = days[weekday] ?? CyclicTime(dayOfWeek: time)
      days[weekday] = place
      dayOfWeek = place
    }
    let index = Int((time.milliseconds - today * Timestamp.millisecondsPerDay) / slot)
    let place = slots[index] ?? CyclicTime(timeOfDay: time)
    slots[index] = place
    timeOfDay = place
  }
}
