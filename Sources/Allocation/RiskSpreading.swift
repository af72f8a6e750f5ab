import Kernels

/// Reductions of positions that spread their risk, from those wanted to those that share it alike.
///
/// With t the sizes wanted and e those of equal risk contributions, the sizes at κ are
/// `x_i = min(t_i, κ e_i)`: what is largest for its risk is cut first, and the others stay. At
/// `κ = min t_i/e_i` all risk contributions are equal. Nothing grows: mixing with the portfolio of
/// equal contributions would buy what a regime or a forecast has made small, and mixing with the
/// largest such portfolio that fits below t sells all that is large where one position is tiny. What is
/// stuck stays as large as it is.
struct RiskSpreading {
  /// The lines of the positions.
  let lines: [Int]
  let wanted: [Double]
  private let shares: [Double]
  private let signs: [Double]
  private let isStuck: [Bool]
  private let covariance: Matrix
  private let limit: DiversificationLimit
  private let rows: [SumLimitRow]
  /// One a row: what the sizes must keep, or what they come to from the start where a stuck one breaks it.
  private let bounds: [Double]
  /// κ at which nothing is cut.
  private let start: Double
  /// κ from which on contributions are equal and every limit on a sum holds.
  private let end: Double

  private static let bisections = 60
  /// κ that are asked about, in all.
  private static let points = 128

  /// - Parameters:
  ///   - draft: its `limited` weights are the ones wanted, and keep the limits on sums.
  /// - Returns: nil where nothing is held that can be cut.
  init?(_ draft: AllocationDraft, _ limit: DiversificationLimit, _ rows: [SumLimitRow]) {
    var lines: [Int] = []
    var measured: [Int] = []
    for (index, line) in draft.lines.enumerated() where line.limited != 0 {
      guard let row = draft.input.covariance.index(of: line.symbol) else { continue }
      lines.append(index)
      measured.append(row)
    }
    let isStuck = lines.map { draft.lines[$0].isStuck }
    guard isStuck.contains(false) else { return nil }
    self.isStuck = isStuck
    self.lines = lines
    self.limit = limit
    self.rows = rows
    covariance = draft.input.covariance.covariance(of: measured)
    wanted = lines.map { abs(draft.lines[$0].limited) }
    signs = lines.map { draft.lines[$0].limited < 0 ? -1 : 1 }
    shares = RiskSpreading.equalContributions(covariance, signs)
    let ratios = RiskSpreading.ratios(wanted, shares, isStuck)
    start = ratios.max()!
    var end = ratios.min()!
    var bounds: [Double] = []
    for row in rows {
      var (total, stuck, all) = (0.0, 0.0, 0.0)
      for (k, index) in lines.enumerated() where row.members.contains(index) {
        let own = row.contribution(of: signs[k] * wanted[k])
        all += own
        if isStuck[k] { stuck += own } else { total += row.contribution(of: signs[k] * shares[k]) }
      }
      if total > 0 { end = min(end, max(0, row.bound - stuck) / total) }
      bounds.append(isStuck.contains(true) ? max(row.bound, all) : row.bound)
    }
    self.bounds = bounds
    self.end = end
  }

  /// `t_i / e_i` of what can be cut.
  private static func ratios(_ wanted: [Double], _ shares: [Double], _ isStuck: [Bool]) -> [Double]
  {
    wanted.indices.filter { !isStuck[$0] }.map { wanted[$0] / shares[$0] }
  }

  /// Sizes of equal risk contributions; of equal risk by themselves where positions hedge each other
  /// so completely that there are none.
  private static func equalContributions(_ covariance: Matrix, _ signs: [Double]) -> [Double] {
    let n = signs.count
    var own = covariance.elements
    for i in 0..<n {
      for j in 0..<n { own[i * n + j] *= signs[i] * signs[j] }
    }
    do throws(AllocationError) {
      return try riskParity(covariance: Matrix(square: n, own))
    } catch {
      return inverseVolatilityWeights((0..<n).map { covariance[$0, $0].squareRoot() })
    }
  }

  private func sizes(at kappa: Double) -> [Double] {
    wanted.indices.map { isStuck[$0] ? wanted[$0] : min(wanted[$0], kappa * shares[$0]) }
  }

  func spread(_ sizes: [Double]) -> Diversification {
    Diversification(weights: zip(signs, sizes).map { $0 * $1 }, covariance: covariance)
  }

  /// By how much the limits are missed; nil where a limit on a sum is broken, as one on net exposure
  /// may be when one side is cut.
  private func shortfall(at kappa: Double) -> Double? {
    let sizes = sizes(at: kappa)
    for (row, bound) in zip(rows, bounds) {
      var total = 0.0
      for (k, index) in lines.enumerated() where row.members.contains(index) {
        total += row.contribution(of: signs[k] * sizes[k])
      }
      // Well within what a limit is checked to: bisection ends at the border.
      if total > bound + LimitSettings.rounding { return nil }
    }
    return limit.shortfall(of: spread(sizes))
  }

  /// How far the cuts must go.
  struct Outcome {
    var sizes: [Double]
    /// 0 where nothing is cut, 1 where contributions are equal.
    var theta: Double
    /// Whether the limits hold there.
    var isReached: Bool
  }

  /// The least reduction at which the limits hold: the first of the candidates, refined by bisection.
  /// Where there is none, the κ that misses them least.
  ///
  /// - Returns: nil where nothing is to be cut.
  func least() -> Outcome? {
    guard limit.shortfall(of: spread(wanted)) > 0 else { return nil }
    var fails = start
    var best = (kappa: end, shortfall: shortfall(at: end) ?? .infinity)
    for kappa in candidates {
      let missed = shortfall(at: kappa) ?? .infinity
      if missed == 0 {
        return outcome(bisect(fails: fails, holds: kappa), isReached: true)
      }
      if missed < best.shortfall { best = (kappa, missed) }
      fails = kappa
    }
    return outcome(best.kappa, isReached: false)
  }

  /// On the way down, each κ at which another position is cut, and some between one and the next: cutting
  /// a position further may spread risk at first and concentrate it then.
  private var candidates: [Double] {
    let corners = RiskSpreading.ratios(wanted, shares, isStuck).filter { $0 > end && $0 < start }
    let stops = [start] + corners.sorted(by: >) + [end]
    let parts = max(1, RiskSpreading.points / (stops.count - 1))
    return zip(stops, stops.dropFirst()).flatMap { above, below -> [Double] in
      (1..<parts).map { above + (below - above) * Double($0) / Double(parts) } + [below]
    }
  }

  private func bisect(fails: Double, holds: Double) -> Double {
    var (fails, holds) = (fails, holds)
    for _ in 0..<RiskSpreading.bisections {
      let middle = 0.5 * (fails + holds)
      guard middle < fails, middle > holds else { break }
      if shortfall(at: middle) == 0 { holds = middle } else { fails = middle }
    }
    return holds
  }

  private func outcome(_ kappa: Double, isReached: Bool) -> Outcome {
    Outcome(
      sizes: sizes(at: kappa), theta: start > end ? (start - kappa) / (start - end) : 1,
      isReached: isReached)
  }
}
