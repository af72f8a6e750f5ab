import Kernels
import Market

/// Positions whose prices are stale. There is no bar to trade them at, so they stay as they are: every
/// limit counts them, and only the others give way.
extension AllocationDraft {
  var stuck: [AllocationLine] { lines.filter(\.isStuck) }

  /// Puts what is stuck where the limits look for it. No stage before them has made it what it is.
  mutating func holdStuck() {
    for index in lines.indices where lines[index].isStuck {
      let held = lines[index].held
      (lines[index].prior, lines[index].scaled, lines[index].afterRegime) = (held, held, held)
      (lines[index].tilted, lines[index].limited, lines[index].target) = (held, held, held)
    }
  }

  /// What the stuck positions alone come to in a limit on a sum.
  func stuckTotal(of row: SumLimitRow) -> Double {
    row.total { lines[$0].isStuck ? lines[$0].held : 0 }
  }

  /// What a volatility target leaves of weights beside what is stuck; what that takes is kept for the
  /// decision.
  /// - Parameters:
  ///   - weights: signed, with their rows in the covariance.
  ///   - target: a year.
  /// - Returns: the factor on the weights, up to 1.
  mutating func roomBesideStuck(_ weights: [(row: Int, weight: Double)], target: Double)
    -> Double
  {
    let left = scaleBesideStuck(weights, varianceAtMost: target * target / input.periodsPerYear)
    guard left < 1 else { return left }
    stuckRisk = StuckRisk(
      symbols: lines.indices.filter { lines[$0].isStuck && rows[$0] != nil }.map {
        lines[$0].symbol
      },
      volatility: yearlyVolatility { $0.isStuck ? $0.held : 0 }, target: target, left: left)
    return left
  }

  /// The largest factor up to 1 on weights with which they and what is stuck have no more than a
  /// variance; where there is none, that with the least.
  ///
  /// With x the factor, w the weights and s what is stuck, `x² w'Σw + 2x w'Σs + s'Σs` is to be at most
  /// the limit.
  /// - Parameters:
  ///   - weights: signed, with their rows in the covariance.
  ///   - limit: of the variance of a bar.
  func scaleBesideStuck(_ weights: [(row: Int, weight: Double)], varianceAtMost limit: Double)
    -> Double
  {
    var held: [(row: Int, weight: Double)] = []
    for index in lines.indices where lines[index].isStuck {
      if let row = rows[index] { held.append((row, lines[index].held)) }
    }
    guard !held.isEmpty else { return 1 }
    func product(_ a: [(row: Int, weight: Double)], _ b: [(row: Int, weight: Double)]) -> Double {
      var sum = 0.0
      for x in a {
        for y in b { sum += x.weight * y.weight * input.covariance.covariance[x.row, y.row] }
      }
      return sum
    }
    let (own, cross, fixed) = (
      product(weights, weights), product(weights, held), product(held, held)
    )
    guard own + 2 * cross + fixed > limit else { return 1 }
    guard own > 0 else { return cross < 0 ? 1 : 0 }
    let square = cross * cross - own * (fixed - limit)
    return max(0, min(1, (max(0, square).squareRoot() - cross) / own))
  }

  /// Whether what is stuck breaks a limit whatever is done about the others. One that it leaves room
  /// for is missed for another reason.
  func isBrokenByStuck(
    _ violation: LimitViolation, _ limits: LimitSettings, _ rows: [SumLimitRow]
  ) -> Bool {
    let stuck = stuck
    guard !stuck.isEmpty else { return false }
    func isStuck(_ symbol: Symbol) -> Bool { stuck.contains { $0.symbol == symbol } }
    switch violation {
    case .perSymbol(let symbol, _, _): return isStuck(symbol)
    case .sum(let limit, _, _):
      return rows.contains { $0.limit == limit && $0.isBroken(by: stuckTotal(of: $0)) }
    case .positions: return limits.positions.map { stuck.count > $0 } ?? false
    case .pair(let first, let second, _, _): return isStuck(first) && isStuck(second)
    case .volatility:
      let alone = yearlyVolatility { $0.isStuck ? $0.held : 0 }
      return limits.volatility.map { alone > $0 * (1 + DiversificationLimit.tolerance) } ?? false
    case .diversification(let measure, _, _):
      return isSpreadByStuck(measure, limits.diversification)
    case .turnover, .liquidity, .lot, .minimumNotional, .notFinite: return false
    }
  }

  /// Whether it is what is stuck that keeps a measure of diversification from its limit.
  private func isSpreadByStuck(_ measure: DiversificationMeasure, _ limit: DiversificationLimit)
    -> Bool
  {
    if let conflict = conflicts.first(where: { $0.measure == measure }) {
      return conflict.isOfStuck
    }
    // The cuts have reached it, or nothing could be cut. The wanted weights miss it all the same where
    // nothing else is held, or where the volatility scaled the others alone; else a later stage has.
    let spread = input.covariance.spread(of: lines.map { ($0.symbol, $0.limited) })
    return limit.broken(by: spread).contains { $0.measure == measure }
  }
}
