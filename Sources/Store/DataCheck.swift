import Market

/// What a careful reader would look for in a series before trusting a result made from it.
///
/// Times are unique and on the grid by construction, and prices positive; this lists what remains.
public struct DataCheck: Sendable, Equatable {
  /// Slots of the calendar in which there should be a bar and is none.
  public struct Gap: Sendable, Equatable {
    /// The bars on both sides.
    public let after: Timestamp
    public let before: Timestamp
    public let missing: Int
  }

  public let symbol: Symbol
  public let timeframe: Timeframe
  public let calendar: TradingCalendar
  public let count: Int
  /// The opens of the first and the last bar; nil if there are none.
  public let first: Timestamp?
  public let last: Timestamp?
  /// In order of time.
  public let gaps: [Gap]
  public let zeroVolumeBars: Int
  /// Bars whose high is their low.
  public let flatBars: Int
  /// The moves by the largest factor, up or down, the largest first.
  public let largestMoves: [CloseMove]

  public var missingBars: Int { gaps.reduce(0) { $0 + $1.missing } }

  /// The gap with the most missing bars, the first of equals.
  public var longestGap: Gap? {
    gaps.reduce(nil) { longest, gap in gap.missing > (longest?.missing ?? 0) ? gap : longest }
  }

  /// - Parameter moves: how many of the largest moves to list.
  public init(_ series: BarSeries, moves: Int = 5) {
    symbol = series.symbol
    timeframe = series.timeframe
    calendar = series.calendar
    count = series.count
    first = series.times.first
    last = series.times.last
    gaps = (0..<series.count).compactMap { index in
      let missing = series.missingSlots(before: index)
      guard missing > 0 else { return nil }
      return Gap(after: series.times[index - 1], before: series.times[index], missing: missing)
    }
    zeroVolumeBars = series.volumes.count { $0 == 0 }
    flatBars = zip(series.highs, series.lows).count { $0 == $1 }
    largestMoves = Array(series.closeMoves.byFactor.prefix(max(0, moves)))
  }
}
