/// Leaves where the price breaks the level that the position leans on with force: movement gets easier
/// against the position, the volume is above its mean and the average true range grows.
struct BreakdownRule: ExitRule {
  var breaks: LevelBreaks
  /// Beyond the level, as a fraction of it.
  var distance: Double
  var atrPeriod: Int

  var reason: ExitReason { .breakdown }

  private var trueRange: Reading { .averageTrueRange(period: atrPeriod) }

  var readings: [Reading] {
    [
      .close, .volume, breaks.levelBehind(isLong: true), breaks.levelBehind(isLong: false),
      breaks.averageVolume, breaks.ease, .before(breaks.ease), trueRange,
      .before(trueRange),
    ]
  }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    let now = position.readings
    guard breaks.isBroken(by: distance, isLong: position.isLong, now, &memory),
      breaks.hasVolume(now),
      let ease = now[breaks.ease], let easeBefore = now[.before(breaks.ease)],
      let range = now[trueRange], let rangeBefore = now[.before(trueRange)]
    else { return nil }
    let (against, before) = (-position.sign * ease, -position.sign * easeBefore)
    return against > 0 && against > before && range > rangeBefore ? 1 : nil
  }
}
