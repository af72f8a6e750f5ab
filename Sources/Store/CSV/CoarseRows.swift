import Market

/// Rows of a series that are bars of a longer timeframe: as bars of their own one they would be known too
/// early, a day among hours by 23 of them, and span more than their time.
///
/// A series whose rows nearly all are so far apart is one. So is a stretch of 20 steps or more from one time
/// on the longer grid to another, most of them a single bar long, with no row between: that is no market
/// which seldom trades. One that has a bar a day at its auction, off the grid of days, may be, but hardly
/// for a year of sessions.
struct CoarseRows: Equatable {
  static let fewestSteps = 20
  static let fewestStepsOffGrid = 250

  let timeframe: Timeframe
  /// The stretch, by the first and the last of its rows; nil where the series as a whole is so coarse.
  let rows: ClosedRange<Int>?

  /// - Parameters:
  ///   - times: in order, UTC.
  ///   - dates: the same on the rows' own clocks, which name days and weeks.
  init?(_ times: [Int64], dates: [Int64], steps: BarSteps, than timeframe: Timeframe) {
    // A session often lies in one slot of 8h or 12h: of those, only days on the grid are told from them.
    let isToldOffGrid = timeframe < .h8 || !timeframe.isIntraday
    if let longer = steps.longer(than: timeframe),
      isToldOffGrid || CoarseRows.isOnGrid(times, longer) || CoarseRows.isOnGrid(dates, longer)
    {
      self.timeframe = longer
      rows = nil
      return
    }
    for stretch in CoarseRows.stretches(times, longerThan: timeframe) {
      for longer in Timeframe.all.reversed() where longer > timeframe {
        for clock in longer.isIntraday || times == dates ? [times] : [times, dates] {
          let run = CoarseRows.run(clock, stretch, longer, isToldOffGrid: isToldOffGrid)
          guard let run else { continue }
          self.timeframe = longer
          rows = run
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
      // A row with the next one a bar later is the first of what is dense.
      let end = i < times.count ? i - 1 : i
      if end - start > fewestSteps { stretches.append(start..<end) }
      start = i
    }
    return stretches
  }

  /// The first rows, so many steps of them, that lie whole bars apart, on the grid or off it; or nil.
  private static func run(
    _ times: [Int64], _ stretch: Range<Int>, _ timeframe: Timeframe, isToldOffGrid: Bool
  ) -> ClosedRange<Int>? {
    var start = stretch.lowerBound
    var (steps, single, isCoarse) = (0, 0, false)
    for i in stretch {
      guard (times[i] - times[start]) % timeframe.milliseconds == 0 else {
        if isCoarse { return start...i - 1 }
        (start, steps, single) = (i, 0, 0)
        continue
      }
      guard i > start, times[i] > times[i - 1] else { continue }
      steps += 1
      if times[i] - times[i - 1] == timeframe.milliseconds { single += 1 }
      guard steps >= fewestSteps, single * 2 > steps else { continue }
      isCoarse =
        isCoarse || timeframe.isOnGrid(Timestamp(milliseconds: times[start]))
        || (isToldOffGrid && steps >= fewestStepsOffGrid)
    }
    return isCoarse ? start...stretch.upperBound - 1 : nil
  }
}
