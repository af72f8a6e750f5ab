/// Makes bars of a coarser timeframe from finer ones, one at a time or all at once.
///
/// A coarse bar exists once its last finer slot has *closed* (even if that slot's own bar is missing)
/// and at least `minimumCoverage` of its slots exist. Its first bucket counts only if the series
/// covers it from its first slot; the last one only once it is over.
public struct Resampler: Sendable {
  public static let minimumCoverage = 0.75

  public let source: Timeframe
  public let target: Timeframe
  public let calendar: TradingCalendar
  private var bucket: Bucket?
  private var isFirstBucket = true

  private struct Bucket {
    var bar: Bar
    var slots: Int
    var startsOnTime: Bool
  }

  /// - Precondition: `target` is a whole multiple of `source`, and longer.
  public init(from source: Timeframe, to target: Timeframe, calendar: TradingCalendar) {
    precondition(
      target > source && target.milliseconds % source.milliseconds == 0,
      "\(target) is not a multiple of \(source)")
    self.source = source
    self.target = target
    self.calendar = calendar
  }

  /// The coarse bar that has closed at `now` and was not given yet, or nil.
  public mutating func close(at now: Timestamp) -> (bar: Bar, coverage: Double)? {
    guard let done = bucket, done.bar.time + target.milliseconds <= now else { return nil }
    bucket = nil
    defer { isFirstBucket = false }
    let coverage = min(1, Double(done.slots) / Double(expectedSlots(from: done.bar.time)))
    guard coverage >= Resampler.minimumCoverage, !isFirstBucket || done.startsOnTime else {
      return nil
    }
    return (done.bar, coverage)
  }

  /// Takes in the next finer bar. Returns the coarse bar that is known at its close, if any.
  ///
  /// A bucket whose last slots are missing closes with the passing of time, not with a bar; the
  /// first value is that earlier bar, the second the one that this very bar completes.
  public mutating func update(_ bar: Bar) -> (
    late: (bar: Bar, coverage: Double)?,
    now: (
      bar: Bar, coverage: Double
    )?
  ) {
    let late = close(at: bar.time)
    let slot = target.slot(containing: bar.time)
    if var open = bucket {
      open.bar.high = max(open.bar.high, bar.high)
      open.bar.low = min(open.bar.low, bar.low)
      open.bar.close = bar.close
      open.bar.volume += bar.volume
      open.slots += 1
      bucket = open
    } else {
      var first = bar
      first.time = slot
      bucket = Bucket(bar: first, slots: 1, startsOnTime: bar.time == slot)
    }
    return (late, close(at: bar.time + source.milliseconds))
  }

  /// The finer slots in which the market is open, for the bucket that opens at `time`.
  private func expectedSlots(from time: Timestamp) -> Int {
    switch calendar {
    case .continuous:
      return Int(target.milliseconds / source.milliseconds)
    case .weekdays:
      var slots = 0
      var slot = time
      while slot < time + target.milliseconds {
        if TradingCalendar.isWeekOpen(slot) { slots += 1 }
        slot = slot + source.milliseconds
      }
      // A year has 260 days: two hours of a Sunday evening are none, and their move is in Monday's return.
      if slots == 0, !target.isIntraday { return Int(target.milliseconds / source.milliseconds) }
      return max(1, slots)
    case .sessions:
      let perYear = calendar.barsPerYear(source) / calendar.barsPerYear(target)
      // 6.5 hours are seven hourly bars on most exchanges, six on some: round down.
      return max(1, Int(perYear))
    }
  }
}

extension TradingCalendar {
  /// Whether bars of a timeframe can be made of finer ones. A session opens and closes within coarse intraday
  /// slots, at an hour that the calendar does not know: whether such a bar is whole cannot be told.
  public func canMake(_ timeframe: Timeframe) -> Bool {
    self != .sessions || !timeframe.isIntraday
  }
}

extension BarSeries {
  /// The series on a coarser timeframe, as far as it is known at the close of the last bar.
  ///
  /// - Parameter now: a later time that is known to have come, at which a coarse bar has ended whose
  ///   last finer slots are missing.
  public func resampled(to target: Timeframe, at now: Timestamp? = nil) -> BarSeries {
    var resampler = Resampler(from: timeframe, to: target, calendar: calendar)
    var result = BarSeries(symbol: symbol, timeframe: target, calendar: calendar)
    for bar in self {
      let (late, now) = resampler.update(bar)
      if let late { result.append(late.bar, coverage: late.coverage) }
      if let now { result.append(now.bar, coverage: now.coverage) }
    }
    if let now, let late = resampler.close(at: now) {
      result.append(late.bar, coverage: late.coverage)
    }
    return result
  }
}
