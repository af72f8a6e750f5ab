public import Market
import Statistics

/// A drawdown with its dates.
public struct DrawdownEpisode: Sendable, Equatable {
  /// Close of the peak, of the lowest value, and of the first one at or above the peak again; nil while
  /// it lasts.
  public var peak: Timestamp
  public var valley: Timestamp
  public var recovery: Timestamp?
  /// Below 0.
  public var depth: Double
  /// Steps below the peak.
  public var steps: Int
  /// Calendar days from the first close below the peak to the last one, both counted (as quantstats 0.0.86
  /// counts them): weekends between them, too.
  public var days: Int

  /// Whether the curve has not come back to the peak.
  public var isOngoing: Bool { recovery == nil }

  /// The deepest drawdowns of a curve, deepest first; of equals the earlier one.
  public static func deepest(_ count: Int, times: [Timestamp], equity: [Double])
    -> [DrawdownEpisode]
  {
    precondition(times.count == equity.count)
    let sorted = Drawdown.all(equity: equity).sorted { ($0.depth, $0.peak) < ($1.depth, $1.peak) }
    return sorted.prefix(count).map { drawdown in
      DrawdownEpisode(
        peak: times[drawdown.peak], valley: times[drawdown.valley],
        recovery: drawdown.recovery.map { times[$0] }, depth: drawdown.depth,
        steps: drawdown.length,
        days: days(
          from: times[drawdown.peak + 1], through: times[drawdown.peak + drawdown.length]))
    }
  }

  /// Days from that of one close to that of another; a close at midnight ends the day before.
  private static func days(from first: Timestamp, through last: Timestamp) -> Int {
    let time =
      Timeframe.d1.slot(containing: last - 1) - Timeframe.d1.slot(containing: first - 1)
    return Int(time / Timestamp.millisecondsPerDay) + 1
  }
}
