/// Trades only what is worth trading: the last stage, from wanted weights to targets.
///
/// A symbol is traded if and only if `|w − held| > band·max(|w|, |held|)`, or its wanted weight is 0,
/// or an exit rule closes a part of it now, or the decision before has left a part of the trade, for
/// turnover or liquidity, which would otherwise end at the band's edge for good.
/// The order then goes to the wanted weight, not to the band's edge. A band in proportion to the
/// position treats small positions as it treats large ones; an absolute one would block them.
///
/// Holding inside the band never breaks a limit: a held weight beyond its symbol's cap is traded,
/// and while a limit on a sum is exceeded the held weight that adds most to it beyond what the wanted
/// one would (relative to its size; the earlier symbol on a tie) is traded too. While a limit on risk
/// is, which depends on all weights at once, the position furthest from its wanted weight is. What a
/// limit allows no weight at all has a target of 0 and is traded in any case.
struct NoTradeBand {
  let band: Double
  let limits: LimitSettings
  let rows: [SumLimitRow]
  let check: RiskCheck

  /// Sets `target` and the reasons of every line from its `held` and `limited`.
  func apply(to lines: inout [AllocationLine]) {
    for index in lines.indices { decide(&lines[index]) }
    let wanted = check.shortfalls(lines) { $0.limited }
    while let index = firstToRelease(lines) ?? firstToSpread(lines, wanted) {
      lines[index].target = lines[index].limited
      lines[index].reasons.removeLast()
      lines[index].reasons.append(.limitBreached(held: lines[index].held))
    }
  }

  private func decide(_ line: inout AllocationLine) {
    let (wanted, held) = (line.limited, line.held)
    line.target = wanted
    guard wanted != held, wanted != 0, !line.isPartlyClosedNow else { return }
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
    } else if line.isUnfinished {
      line.reasons.append(.finishing(change: change))
    } else {
      line.target = held
      line.reasons.append(.insideBand(change: change, width: width))
    }
  }

  /// The line inside the band that must be traded for a limit on a sum to hold, or nil.
  ///
  /// The wanted weights keep every limit, so each holds at the latest when every line that adds more
  /// to it than its wanted weight would has been released.
  private func firstToRelease(_ lines: [AllocationLine]) -> Int? {
    for row in rows where row.isBroken(by: row.total { lines[$0].target }) {
      var best: (index: Int, excess: Double)?
      for index in row.members where lines[index].target != lines[index].limited {
        let line = lines[index]
        let more = row.contribution(of: line.target) - row.contribution(of: line.limited)
        let excess = more / abs(line.target)
        if excess > (best?.excess ?? 0) { best = (index, excess) }
      }
      if let best { return best.index }
    }
    return nil
  }

  /// The line inside the band that must be traded for a limit on risk to hold as well as it does for
  /// the wanted weights, or nil.
  private func firstToSpread(_ lines: [AllocationLine], _ wanted: [Double]) -> Int? {
    guard check.isWorse(lines, than: wanted) else { return nil }
    var furthest: (index: Int, distance: Double)?
    for (index, line) in lines.enumerated() where line.target != line.limited {
      let distance = abs(line.target - line.limited) / max(abs(line.target), abs(line.limited))
      if distance > (furthest?.distance ?? 0) { furthest = (index, distance) }
    }
    return furthest?.index
  }
}
