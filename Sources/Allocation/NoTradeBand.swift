/// Trades only what is worth trading: the last stage, from wanted weights to targets.
///
/// A symbol is traded if and only if `|w − held| > band·max(|w|, |held|)`, or its wanted weight is 0.
/// The order then goes to the wanted weight, not to the band's edge. A band in proportion to the
/// position treats small positions as it treats large ones; an absolute one would block them.
///
/// Holding inside the band never breaks a limit: a held weight beyond its symbol's cap is traded,
/// and while the gross limit is exceeded the held weight that is furthest above its wanted one
/// (relative to its size; the earlier symbol on a tie) is traded too.
struct NoTradeBand {
  let band: Double
  let limits: LimitSettings

  /// Sets `target` and the reasons of every line from its `held` and `limited`.
  func apply(to lines: inout [AllocationLine]) {
    for index in lines.indices { decide(&lines[index]) }
    while let index = firstToRelease(lines) {
      lines[index].target = lines[index].limited
      lines[index].reasons.removeLast()
      lines[index].reasons.append(.limitBreached(held: lines[index].held))
    }
  }

  private func decide(_ line: inout AllocationLine) {
    let (wanted, held) = (line.limited, line.held)
    line.target = wanted
    guard wanted != held, wanted != 0 else { return }
    if held == 0 {
      line.reasons.append(.entry)
      return
    }
    let change = wanted - held
    let width = band * max(abs(wanted), abs(held))
    if abs(change) > width {
      line.reasons.append(.outsideBand(change: change, width: width))
    } else if let cap = limits.cap(on: line.symbol),
      abs(held) > cap * (1 + LimitSettings.tolerance)
    {
      line.reasons.append(.limitBreached(held: held))
    } else {
      line.target = held
      line.reasons.append(.insideBand(change: change, width: width))
    }
  }

  /// The line inside the band that must be traded for the gross limit to hold, or nil.
  ///
  /// The wanted weights keep the limit, so it holds at the latest when every line that is held above
  /// its wanted weight has been released.
  private func firstToRelease(_ lines: [AllocationLine]) -> Int? {
    var gross = 0.0
    for line in lines { gross += abs(line.target) }
    guard gross > limits.gross * (1 + LimitSettings.tolerance) else { return nil }
    var best: (index: Int, excess: Double)?
    for (index, line) in lines.enumerated()
    where line.target != line.limited && abs(line.target) > abs(line.limited) {
      let excess = (abs(line.target) - abs(line.limited)) / abs(line.target)
      if excess > (best?.excess ?? 0) { best = (index, excess) }
    }
    return best?.index
  }
}
