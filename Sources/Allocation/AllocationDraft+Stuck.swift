import Kernels
import Market

/// Positions whose prices are stale. There is no bar to trade them at, so they stay as they are: every limit
/// counts them, and only the others give way.
extension AllocationDraft {
  var stuck: [AllocationLine] { lines.filter(\.isStuck) }

  /// Puts what is stuck where the limits look for it.
  mutating func holdStuck() {
    for index in lines.indices where lines[index].isStuck {
      lines[index].tilted = lines[index].held
      lines[index].limited = lines[index].held
      lines[index].target = lines[index].held
    }
  }

  /// What the stuck positions alone come to in a limit on a sum.
  func stuckTotal(of row: SumLimitRow) -> Double {
    row.total { lines[$0].isStuck ? lines[$0].held : 0 }
  }

  /// The largest factor up to 1 on weights with which they and what is stuck have no more than a variance;
  /// where there is none, that with the least.
  ///
  /// With x the factor, w the weights and s what is stuck, `x² w'Σw + 2x w'Σs + s'Σs` is to be at most the
  /// limit.
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

  /// Whether what is stuck breaks a limit whatever is done about the others.
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
    // What could be done about the others has been done.
    case .volatility, .diversification: return true
    case .turnover, .liquidity, .lot, .minimumNotional, .notFinite: return false
    }
  }
}
