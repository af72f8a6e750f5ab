import Market

extension TradingCalendar {
  /// The opens of the first `count` slots from `start` on in which this market trades.
  ///
  /// `start` is on the grid. Sessions are weekdays; within a day those slots that overlap 14:30 to 21:00
  /// UTC, the hours of New York in winter. There are no holidays.
  func slots(_ timeframe: Timeframe, from start: Timestamp, count: Int) -> [Timestamp] {
    var slots: [Timestamp] = []
    slots.reserveCapacity(count)
    var slot = start
    while slots.count < count {
      if isOpen(slot, timeframe) { slots.append(slot) }
      slot = slot + timeframe.milliseconds
    }
    return slots
  }

  private func isOpen(_ slot: Timestamp, _ timeframe: Timeframe) -> Bool {
    if self == .continuous || timeframe == .w1 { return true }
    guard slot.weekday < 5 else { return false }
    guard self == .sessions, timeframe.isIntraday else { return true }
    let (opens, closes): (Int64, Int64) = (52_200_000, 75_600_000)
    return slot.millisecondOfDay < closes
      && slot.millisecondOfDay + timeframe.milliseconds > opens
  }

  /// The part of a bar's variance that falls between the last close and its open.
  ///
  /// A market that never closes hardly jumps; a fifth of a stock's daily variance is overnight.
  func overnightShare(from previous: Timestamp, to slot: Timestamp, _ timeframe: Timeframe)
    -> Double
  {
    let isClosedBetween =
      slot - previous > timeframe.milliseconds || (self == .sessions && !timeframe.isIntraday)
    return isClosedBetween ? 0.2 : 0.0025
  }
}
