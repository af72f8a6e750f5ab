/// Slows trading down to what one decision may trade: the last stage, after the no-trade band.
///
/// An exit, to cash or to the other side, is not delayed: like the band, the limit is ignored where
/// the target is 0, and exits use up the allowance first. Of the other trades each goes a part of its
/// way: with h the size held, g the size to trade to and x between them the size that is traded to
/// now, x is the nearest to g by `½ Σ (x_i − g_i)² / |g_i − h_i|` that keeps the turnover and every
/// limit on a sum, as one quadratic program. By itself the limit leaves the same part of each trade
/// to later decisions; where holding breaks another limit, the trades that mend it go first.
///
/// Where exits and what the other limits require are more than may be traded, those are done, no
/// other is, and the turnover is reported as unreached.
struct TurnoverLimit {
  let limit: Double
  let limits: LimitSettings
  let rows: [SumLimitRow]
  let check: RiskCheck

  /// What the limit did to the trades.
  struct Outcome {
    var bound: BoundLimit
    /// Whether exits and other limits take more than the limit.
    var isExceeded: Bool
  }

  /// A position that is opened or resized, from the size held on its side to the size wanted.
  private struct Trade {
    let line: Int
    let isShort: Bool
    let held: Double
    let wanted: Double
    /// The largest size on the way that the symbol's own limit allows.
    let most: Double

    init?(_ index: Int, _ line: AllocationLine, _ limits: LimitSettings) {
      guard line.target != 0, line.target != line.held, !line.isLeaving else { return nil }
      self.line = index
      isShort = line.target < 0
      held = isShort == (line.held < 0) ? abs(line.held) : 0
      wanted = abs(line.target)
      most = max(wanted, min(held, limits.cap(on: line.symbol) ?? .infinity))
    }

    var isBuy: Bool { wanted > held }
    var length: Double { abs(wanted - held) }
  }

  /// Moves the targets of the lines towards what is held.
  /// - Returns: nil where the trades are within the limit.
  func apply(to lines: inout [AllocationLine]) throws(AllocationError) -> Outcome? {
    let wanted = turnover(lines)
    guard LimitSettings.isBroken(wanted, limit: limit) else { return nil }
    let trades = lines.indices.compactMap { Trade($0, lines[$0], limits) }
    let before = lines.map(\.target)
    let settled = try slowed(trades, lines)
    for (trade, size) in zip(trades, settled.sizes) where size != trade.wanted {
      let held = lines[trade.line].held
      let isUntouched = size == trade.held && size == abs(held)
      lines[trade.line].target =
        size == 0 ? 0 : isUntouched ? held : trade.isShort ? -size : size
      lines[trade.line].reasons.append(
        .turnover(done: abs(size - trade.held) / trade.length))
    }
    TurnoverLimit.mend(&lines, wanted: before, check)
    return Outcome(
      bound: .turnover(wanted: wanted, limit: limit, price: settled.price),
      isExceeded: LimitSettings.isBroken(turnover(lines), limit: limit))
  }

  private func turnover(_ lines: [AllocationLine]) -> Double {
    var total = 0.0
    for line in lines { total += abs(line.target - line.held) }
    return total
  }

  /// The sizes to trade to now, and the part of each trade that the limit takes.
  private func slowed(_ trades: [Trade], _ lines: [AllocationLine])
    throws(AllocationError) -> (sizes: [Double], price: Double)
  {
    var allowance = limit
    for line in lines {
      if line.isLeaving {
        allowance -= abs(line.target - line.held)
      } else if line.held * line.target <= 0 {
        allowance -= abs(line.held)
      }
    }
    allowance = max(0, allowance)
    var problem = limited(trades, lines, around: trades.map(\.wanted))
    for trade in trades { allowance += trade.isBuy ? trade.held : -trade.held }
    problem.add(trades.map { $0.isBuy ? 1 : -1 }, atMost: allowance)
    if let solved = try problem.solve(), problem.isKept(by: solved.sizes) {
      return (solved.sizes, solved.prices.last ?? 0)
    }
    // The other limits require more than is left: what is nearest to the positions held.
    let least = limited(trades, lines, around: trades.map { min($0.held, $0.most) })
    // The wanted weights keep every limit on a sum: only rounding can say otherwise.
    guard let required = try least.solve() else { throw .projectionNotReached(iterations: 0) }
    return (required.sizes, 1)
  }

  /// Sizes between the held and the wanted ones that keep every limit on a sum.
  private func limited(_ trades: [Trade], _ lines: [AllocationLine], around centre: [Double])
    -> SizeProblem
  {
    var problem = SizeProblem(
      centre: centre, scale: trades.map(\.length),
      lower: trades.map { min($0.held, $0.wanted) },
      upper: trades.map { $0.isBuy ? $0.wanted : $0.most })
    for row in rows {
      // What the wanted weights come to stays possible where rounding puts it beyond the limit.
      let total = row.total { lines[$0].target } + LimitSettings.rounding
      problem.add(row, trades.map(\.line), lines, atMost: max(row.bound, total))
    }
    return problem
  }
}

extension AllocationLine {
  /// Whether a position is being left, in more steps than this one: its market trades too little.
  var isLeaving: Bool { held * limited <= 0 && held * target > 0 && target != held }
}
