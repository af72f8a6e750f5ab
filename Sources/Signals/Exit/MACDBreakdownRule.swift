/// Leaves where the trend turns and the price breaks the level that the position leans on, at one close:
/// the MACD crosses its signal line against the position, movement is easy against it and the volume is
/// above its mean.
struct MACDBreakdownRule: ExitRule {
  var breaks: LevelBreaks
  /// Beyond the level, as a fraction of it.
  var distance: Double

  var reason: ExitReason { .macdBreakdown }

  var readings: [Reading] {
    [
      .close, .volume, breaks.levelBehind(isLong: true), breaks.levelBehind(isLong: false),
      breaks.averageVolume, breaks.ease, LevelBreaks.histogram, .before(LevelBreaks.histogram),
    ]
  }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    let now = position.readings
    guard breaks.isBroken(by: distance, isLong: position.isLong, now, &memory),
      breaks.hasVolume(now),
      let ease = now[breaks.ease], let histogram = now[LevelBreaks.histogram],
      let histogramBefore = now[.before(LevelBreaks.histogram)]
    else { return nil }
    let crosses = position.sign * histogram < 0 && position.sign * histogramBefore >= 0
    return crosses && position.sign * ease < 0 ? 1 : nil
  }
}
