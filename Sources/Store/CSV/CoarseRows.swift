import Market

/// Rows of a series that are bars of a longer timeframe: as bars of their own one they would be known too
/// early, a day among hours by 23 of them.
///
/// A series whose rows nearly all are so far apart is one. So is a stretch of 20 steps or more from one time
/// on the longer grid to another, most of them a single bar long, with no row between: that is no market
/// which seldom trades. One that has a bar a day at its auction, off the grid of days, may be.
struct CoarseRows: Equatable {
  static let fewestSteps = 20

  let timeframe: Timeframe
  /// The first of a stretch; nil where the series as a whole is so coarse.
  let first: Int?

  /// - Parameters:
  ///   - times: in order, UTC.
  ///   - dates: the same on the rows' own clocks, which name days and weeks.
  init?(_ times: [Int64], dates: [Int64], steps: BarSteps, than timeframe: Timeframe) {
    // A session often lies in one slot of 8h or 12h: of those, only days on the grid are told from them.
    if let longer = steps.longer(than: timeframe),
      timeframe < .h8 || !timeframe.isIntraday
        || CoarseRows.isOnGrid(times, longer) || CoarseRows.isOnGrid(dates, longer)
    {
      self.timeframe = longer
      first = nil
      return
    }
    for stretch in CoarseRows.stretches(times, longerThan: timeframe) {
      for longer in Timeframe.all.reversed() where longer > timeframe {
        for clock in longer.isIntraday || times == dates ? [times] : [times, dates] {
          guard let first = CoarseRows.first(clock, stretch, longer) else { continue }
          self.timeframe = longer
          self.first = first
          return
        }
      }
    }
    return nil
  }

  private static func isOnGrid(_ times: [Int64], _ timeframe: Timeframe) -> Bool {
    times.allSatisfy { timeframe.isOnGrid(Timestamp(milliseconds: $0)) }
  }

  /// Where no step is as short as a bar, over so many steps that it matters: of dense series nowhere.
  private static func stretches(_ times: [Int64], longerThan timeframe: Timeframe) -> [Range<Int>] {
    var stretches: [Range<Int>] = []
    var start = 0
    for i in 1..<times.count + 1 {
      if i < times.count {
        let step = times[i] - times[i - 1]
        if step == 0 || step > timeframe.milliseconds { continue }
      }
      if i - start > fewestSteps { stretches.append(start..<i) }
      start = i
    }
    return stretches
  }

  /// The first row of so many steps on a grid, or nil.
  private static func first(
    _ times: [Int64], _ stretch: Range<Int>, _ timeframe: Timeframe
  ) -> Int? {
    var start = stretch.lowerBound
    var (steps, single) = (0, 0)
    for i in stretch {
      guard timeframe.isOnGrid(Timestamp(milliseconds: times[i])) else {
        (start, steps, single) = (i + 1, 0, 0)
        continue
      }
      guard i > start, times[i] > times[i - 1] else { continue }
      steps += 1
      if times[i] - times[i - 1] == timeframe.milliseconds { single += 1 }
      if steps >= fewestSteps, single * 2 > steps { return start }
    }
    return nil
  }
}
