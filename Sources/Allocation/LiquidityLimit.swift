import Kernels
import Market

/// Trades no more of a symbol than its market lets: after the no-trade band, before the turnover.
///
/// It describes what can be traded, so it comes before every other limit and before exits too: a
/// large position is left in several steps. While it is, the other limits count what is still held:
/// new positions wait where the number of positions or a pair leaves no room for them, and purchases
/// become smaller, each by the same part of its way, where a limit on a sum does. A limit that what
/// is still held breaks by itself is reported with its reason.
struct LiquidityLimit {
  let limits: LimitSettings
  let rows: [SumLimitRow]
  let covariance: CovarianceEstimate
  /// One a line.
  let units: [TradeUnits]

  /// What was left undone.
  struct Outcome {
    var bound: [BoundLimit] = []
    /// Symbols of which more was to be traded.
    var illiquid: [Symbol] = []
  }

  func apply(to lines: inout [AllocationLine]) throws(AllocationError) -> Outcome {
    var outcome = Outcome()
    var unsold: [Symbol] = []
    for index in lines.indices {
      let line = lines[index]
      let change = line.target - line.held
      let most = units[index].most
      guard LimitSettings.isBroken(abs(change), limit: most) else { continue }
      let target = line.held + (change < 0 ? -most : most)
      lines[index].target = target
      lines[index].reasons.append(.liquidity(done: most / abs(change)))
      outcome.bound.append(.liquidity(line.symbol, wanted: abs(change), limit: most))
      outcome.illiquid.append(line.symbol)
      if line.isReduced { unsold.append(line.symbol) }
    }
    guard !unsold.isEmpty else { return outcome }
    postpone(&lines, unsold)
    try shorten(&lines, unsold)
    return outcome
  }

  /// Leaves new positions for later where what is still held takes their place: the largest are
  /// opened first, the earlier symbol on a tie.
  private func postpone(_ lines: inout [AllocationLine], _ unsold: [Symbol]) {
    var held = lines.indices.filter { lines[$0].target != 0 && !lines[$0].isEntry }
    let entries = lines.indices.filter { lines[$0].target != 0 && lines[$0].isEntry }.sorted {
      let (first, second) = (abs(lines[$0].target), abs(lines[$1].target))
      return first == second ? $0 < $1 : first > second
    }
    for index in entries {
      let hasRoom = limits.positions.map { held.count < $0 } ?? true
      if hasRoom, !held.contains(where: { isExcluded(lines[index], beside: lines[$0]) }) {
        held.append(index)
      } else {
        lines[index].target = 0
        lines[index].reasons.append(.waiting(for: unsold))
      }
    }
  }

  private func isExcluded(_ line: AllocationLine, beside other: AllocationLine) -> Bool {
    guard let hard = limits.pair.hard, let row = covariance.index(of: line.symbol),
      let column = covariance.index(of: other.symbol)
    else { return false }
    let own = covariance.correlation[row, column]
    return ((line.target > 0) == (other.target > 0) ? own : -own) >= hard
  }

  /// Makes purchases smaller until the limits on sums hold beside what is still held.
  private func shorten(_ lines: inout [AllocationLine], _ unsold: [Symbol])
    throws(AllocationError)
  {
    let now = lines
    guard rows.contains(where: { row in row.isBroken(by: row.total { now[$0].target }) })
    else { return }
    let buys = lines.indices.filter { lines[$0].sizeBought > 0 }
    let wanted = buys.map { abs(lines[$0].target) }
    let held = buys.map { abs(lines[$0].target) - lines[$0].sizeBought }
    var problem = SizeProblem(
      centre: wanted, scale: zip(wanted, held).map { $0 - $1 }, lower: held, upper: wanted)
    var without = lines
    for (k, index) in buys.enumerated() {
      without[index].target = lines[index].target < 0 ? -held[k] : held[k]
    }
    for row in rows {
      // What no purchase causes none can mend.
      let least = row.total { without[$0].target } + LimitSettings.rounding
      problem.add(row, buys, lines, atMost: max(row.bound, least))
    }
    // No purchase at all keeps every limit that purchases can break: only rounding can say otherwise.
    guard let solved = try problem.solve() else { throw .projectionNotReached(iterations: 0) }
    for (k, index) in buys.enumerated() where solved.sizes[k] != wanted[k] {
      let size = solved.sizes[k]
      lines[index].target = size == 0 ? 0 : lines[index].target < 0 ? -size : size
      lines[index].reasons.append(.waiting(for: unsold))
    }
  }
}

extension AllocationLine {
  /// Whether a position is left, or made smaller, for good or on the way to the other side.
  var isReduced: Bool { held * limited <= 0 ? held != 0 : abs(limited) < abs(held) }

  /// Whether the target is a position that is not held yet, on its side.
  var isEntry: Bool { held * target <= 0 }

  /// By how much a position on the target's side becomes larger.
  var sizeBought: Double {
    max(0, isEntry ? abs(target) : abs(target) - abs(held))
  }
}
