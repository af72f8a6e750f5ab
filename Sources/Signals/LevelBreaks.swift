/// When a level of support or resistance is lost: nearest turning points of the price, with what must
/// agree for a break to count. Nil does not look.
public struct LevelBreaks: Sendable, Equatable {
  /// How far beyond the level a close stands that breaks it, as a fraction of the level: with movement
  /// that gets easier against the position, more than usual volume and a growing range.
  public var breakdown: Double?
  /// The same, where the MACD crosses its signal line against the position at that close.
  public var macdBreakdown: Double?
  /// How near, as a fraction of the level, a bar must come to the level in the position's way to be
  /// turned back there, with movement that turns and a relative strength index that comes back.
  public var rejection: Double?
  /// The index from which a long position can be turned back; a short one from 100 less it.
  public var rejectionRSI = 60.0
  /// Bars on either side of a turning point.
  public var reach = 2
  /// Bars of the ease of movement and of the mean volume.
  public var easePeriod = 14
  public var volumePeriod = 20

  public init() {}

  public var isOff: Bool { breakdown == nil && macdBreakdown == nil && rejection == nil }

  var ease: Reading { .easeOfMovement(period: easePeriod) }
  var averageVolume: Reading { .averageVolume(period: volumePeriod) }
  static let histogram = Reading.macdHistogram(fast: 12, slow: 26, signal: 9)

  /// The level that a position leans on, as it stood before the bar: the nearest one of the close itself
  /// is never behind it.
  func levelBehind(isLong: Bool) -> Reading {
    .before(isLong ? .support(reach: reach) : .resistance(reach: reach))
  }

  /// The level that a position runs into.
  func levelAhead(isLong: Bool) -> Reading {
    isLong ? .resistance(reach: reach) : .support(reach: reach)
  }

  /// Whether the close lies beyond the level that the position leans on by more than a distance, as a
  /// fraction of it; false without one. A level can be broken over several closes: while they stay beyond
  /// it, it stays the level.
  /// - Parameter memory: the level that closes lie beyond, but not by the distance yet.
  func isBroken(
    by distance: Double, isLong: Bool, _ readings: Readings, _ memory: inout [Double]
  ) -> Bool {
    guard let close = readings[.close],
      let level = memory.first ?? readings[levelBehind(isLong: isLong)]
    else { return false }
    let isBeyond = isLong ? close < level : close > level
    let isBroken = isLong ? close < level * (1 - distance) : close > level * (1 + distance)
    memory = isBeyond && !isBroken ? [level] : []
    return isBroken
  }

  /// Whether the volume is above its mean; false in the warm-up.
  func hasVolume(_ readings: Readings) -> Bool {
    guard let volume = readings[.volume], let mean = readings[averageVolume] else { return false }
    return volume > mean
  }
}
