import Kernels
import Market

/// The limits on weights, from the tilted weights to those that may be held.
///
/// In this order, each on what the one before has left:
/// 1. the gross limit scales all weights alike, and a symbol's own limit cuts its weight; what is cut
///    goes to cash: handing it to the other symbols would raise their risk because of a limit that
///    does not concern them;
/// 2. the pair rule, from the largest position to the smallest (the earlier symbol on a tie): a
///    position is scaled once for each larger one that is held and gains and loses with it;
/// 3. the number of positions: the largest stay (the earlier symbols on a tie);
/// 4. net, groups and clusters, all at once: the nearest weights that keep them.
///
/// What is stuck, since its price is stale, comes first in each of them: the others get what it leaves.
///
/// "Nearest" in step 4 is by `½ Σ (x_i − t_i)² / t_i` with t the sizes wanted and x those allowed,
/// `0 ≤ x ≤ t`. The sign of a position is settled, so every limit is linear in x, and the weights are
/// found exactly by one quadratic program. In this metric a limit takes the same part of each of its
/// members, `x_i = t_i (1 − Σ λ)`, and the multiplier λ is that part: a single limit scales its
/// members alike, as the gross limit does, and leaves the others as they are. The distance in risk
/// would sell nearly all of the calmest member instead, and buy the others' substitutes.
extension AllocationDraft {
  mutating func applyLimits(_ limits: LimitSettings, _ rows: [SumLimitRow])
    throws(AllocationError)
  {
    applyGrossAndCaps(limits)
    applyPairs(limits.pair)
    if let positions = limits.positions { applyPositions(positions) }
    try project(onto: rows)
  }

  private mutating func applyGrossAndCaps(_ limits: LimitSettings) {
    var (gross, stuck) = (0.0, 0.0)
    for line in lines where !line.isStuck { gross += abs(line.tilted) }
    for line in lines where line.isStuck { stuck += abs(line.held) }
    if gross > 0, gross + stuck > limits.gross * (1 + LimitSettings.tolerance) {
      let left = limits.gross - stuck
      grossScale = left > LimitSettings.tolerance ? left / gross : 0
      bound.append(.gross(wanted: gross + stuck, limit: limits.gross, scale: grossScale))
    }
    for index in lines.indices where !lines[index].isStuck {
      var weight = lines[index].tilted
      if grossScale != 1, weight != 0 {
        weight *= grossScale
        lines[index].reasons.append(.gross(scale: grossScale))
      }
      let symbol = lines[index].symbol
      if let cap = limits.cap(on: symbol), abs(weight) > cap {
        bound.append(.perSymbol(symbol, wanted: weight, limit: cap))
        lines[index].reasons.append(.capPerSymbol(limit: cap))
        weight = weight < 0 ? -cap : cap
      }
      // No negative zero: the sign of nothing would change the run hash.
      lines[index].limited = weight == 0 ? 0 : weight
    }
  }

  /// The lines that are wanted and can be traded, from the largest to the smallest, the earlier symbol on a
  /// tie.
  private var bySize: [Int] {
    lines.indices.filter { lines[$0].limited != 0 && !lines[$0].isStuck }.sorted { a, b in
      let (first, second) = (abs(lines[a].limited), abs(lines[b].limited))
      return first == second ? a < b : first > second
    }
  }

  private mutating func applyPairs(_ pair: PairLimit) {
    guard !pair.isOff else { return }
    let covariance = input.covariance
    var held: [(line: Int, row: Int)] = lines.indices.compactMap { index in
      lines[index].isStuck ? rows[index].map { (index, $0) } : nil
    }
    for index in bySize {
      guard let row = rows[index] else { continue }
      for larger in held where lines[index].limited != 0 {
        let own = covariance.correlation[row, larger.row]
        let isSameSide = (lines[index].limited > 0) == (lines[larger.line].limited > 0)
        let correlation = isSameSide ? own : -own
        let scale = pair.scale(at: correlation)
        guard scale < 1 else { continue }
        let symbol = lines[larger.line].symbol
        let weight = scale * lines[index].limited
        lines[index].limited = weight == 0 ? 0 : weight
        lines[index].reasons.append(
          .correlated(with: symbol, correlation: correlation, scale: scale))
        bound.append(
          .pair(lines[index].symbol, with: symbol, correlation: correlation, scale: scale))
      }
      if lines[index].limited != 0 { held.append((index, row)) }
    }
  }

  private mutating func applyPositions(_ limit: Int) {
    let (order, stuck) = (bySize, stuck.count)
    let left = max(0, limit - stuck)
    guard order.count > left else { return }
    bound.append(.positions(wanted: order.count + stuck, limit: limit))
    for index in order[left...] {
      lines[index].limited = 0
      lines[index].reasons.append(.positions(limit: limit))
    }
  }

  /// Leaves the positions that a limit has no room for at all, such as shorts at a leverage of 1: in the
  /// program each would be at two bounds at once, and rounding would say which of them holds.
  private mutating func closeForbidden(_ row: SumLimitRow) {
    // What is net can be hedged, however narrow its limit.
    if case .net = row.counting { return }
    let wanted = row.total { lines[$0].limited }
    guard row.bound - stuckTotal(of: row) <= LimitSettings.tolerance, wanted > row.bound else {
      return
    }
    let forbidden = row.members.filter {
      !lines[$0].isStuck && row.contribution(of: lines[$0].limited) > 0
    }
    guard !forbidden.isEmpty else { return }
    bound.append(.sum(row.limit, wanted: wanted, limit: row.bound, price: 1))
    for index in forbidden {
      lines[index].limited = 0
      lines[index].reasons.append(.sum(row.limit, price: 1))
    }
  }

  private mutating func project(onto rows: [SumLimitRow]) throws(AllocationError) {
    for row in rows { closeForbidden(row) }
    let wanted = rows.map { row in row.total { lines[$0].limited } }
    guard zip(rows, wanted).contains(where: { $0.isBroken(by: $1) }) else { return }
    let held = lines.indices.filter { lines[$0].limited != 0 && !lines[$0].isStuck }
    guard !held.isEmpty else { return }
    let sizes = held.map { abs(lines[$0].limited) }
    var nearest = try allowed(sizes, held, rows, hedgingStuck: true)
    if nearest == nil { nearest = try allowed(sizes, held, rows, hedgingStuck: false) }
    // Cash keeps every limit that can be kept: only rounding can say that nothing does.
    guard let solved = nearest else { throw .projectionNotReached(iterations: 0) }
    for (row, limit) in rows.enumerated() where solved.prices[row] > LimitSettings.tolerance {
      bound.append(
        .sum(limit.limit, wanted: wanted[row], limit: limit.bound, price: solved.prices[row]))
    }
    for (k, index) in held.enumerated() where solved.sizes[k] != sizes[k] {
      for (row, limit) in rows.enumerated()
      where solved.prices[row] > LimitSettings.tolerance && limit.members.contains(index)
        && limit.coefficient(isShort: lines[index].limited < 0) > 0
      {
        lines[index].reasons.append(.sum(limit.limit, price: solved.prices[row]))
      }
      let size = solved.sizes[k]
      lines[index].limited = size == 0 ? 0 : lines[index].limited < 0 ? -size : size
    }
  }

  /// The nearest sizes that keep the limits, as far as what is stuck lets these be kept; nil where none do.
  /// - Parameter hedgingStuck: whether what is stuck and net is to be hedged, which there may be no
  ///   positions for.
  private func allowed(
    _ sizes: [Double], _ held: [Int], _ rows: [SumLimitRow], hedgingStuck: Bool
  ) throws(AllocationError) -> (sizes: [Double], prices: [Double])? {
    var problem = SizeProblem(
      centre: sizes, scale: sizes, lower: sizes.map { _ in 0 }, upper: sizes)
    for row in rows {
      let isHedged = if case .net = row.counting { hedgingStuck } else { false }
      let stuck = stuckTotal(of: row)
      // What is stuck stays possible where rounding puts it beyond itself.
      let least = stuck > 0 && !isHedged ? stuck + LimitSettings.rounding : 0
      problem.add(row, held, lines, atMost: max(row.bound, least))
    }
    return try problem.solve()
  }
}
