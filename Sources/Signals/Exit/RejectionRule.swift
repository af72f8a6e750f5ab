/// Leaves where the price is turned back at the level ahead: the bar has come near it and closes against
/// the position, the ease of movement changes its sign against it, and the relative strength index comes
/// back from far.
struct RejectionRule: ExitRule {
  var breaks: LevelBreaks
  /// Short of the level, as a fraction of it.
  var distance: Double
  var rsiPeriod: Int

  private var rsi: Reading { .rsi(period: rsiPeriod) }

  var reason: ExitReason { .rejection }

  var readings: [Reading] {
    [
      .open, .high, .low, .close, breaks.levelAhead(isLong: true),
      breaks.levelAhead(isLong: false), breaks.ease, .before(breaks.ease), rsi, .before(rsi),
    ]
  }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    let (now, sign) = (position.readings, position.sign)
    guard isTurnedBack(position), let ease = now[breaks.ease],
      let easeBefore = now[.before(breaks.ease)], let index = now[rsi],
      let indexBefore = now[.before(rsi)]
    else { return nil }
    let turns = sign * ease < 0 && sign * easeBefore >= 0
    let isFar = sign * (index - 50) > breaks.rejectionRSI - 50
    return turns && isFar && sign * (index - indexBefore) < 0 ? 1 : nil
  }

  /// Whether the bar has come near the level and closes against the position.
  private func isTurnedBack(_ position: OpenPosition) -> Bool {
    let now = position.readings
    guard let open = now[.open], let close = now[.close], let high = now[.high],
      let low = now[.low],
      let level = now[breaks.levelAhead(isLong: position.isLong)]
    else { return false }
    return position.isLong
      ? high >= level * (1 - distance) && close < open
      : low <= level * (1 + distance) && close > open
  }
}
