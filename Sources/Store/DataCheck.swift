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

  /// A change from one close to the next.
  public struct Move: Sendable, Equatable {
    public let time: Timestamp
    public let from: Double
    public let to: Double
    /// The change as a fraction: .05 is five percent up.
    public var change: Double { to / from - 1 }
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
  public let largestMoves: [Move]

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
    let all = (1..<max(1, series.count)).map { index in
      Move(
        time: series.times[index], from: series.closes[index - 1], to: series.closes[index])
    }
    func factor(_ move: Move) -> Double { max(move.to / move.from, move.from / move.to) }
    largestMoves = Array(
      all.sorted { (factor($1), $0.time) < (factor($0), $1.time) }.prefix(max(0, moves)))
  }
}
