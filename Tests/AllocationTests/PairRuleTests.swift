import Allocation
import Kernels
import Market
import Testing

/// The rule for two positions that gain and lose together, pressed against in thousands of portfolios.
@Suite struct PairRuleTests {
  /// The rule read word by word: from the largest position down, the earlier symbol on a tie, each is
  /// scaled once for every larger one that is still held.
  private func plain(_ weights: [Double], _ correlation: Matrix, _ limit: PairLimit) -> [Double] {
    var weights = weights
    let order = weights.indices.filter { weights[$0] != 0 }.sorted {
      abs(weights[$0]) == abs(weights[$1]) ? $0 < $1 : abs(weights[$0]) > abs(weights[$1])
    }
    var held: [Int] = []
    for i in order {
      for j in held where weights[i] != 0 {
        let side = (weights[i] > 0) == (weights[j] > 0) ? 1.0 : -1
        let rho = side * correlation[i, j]
        if let hard = limit.hard, rho >= hard { weights[i] = 0 }
        guard let soft = limit.soft, rho > soft else { continue }
        let end = limit.hard ?? 1
        weights[i] *= max(0, 1 - (rho - soft) / (end - soft))
      }
      if weights[i] != 0 { held.append(i) }
    }
    return weights
  }

  @Test func `it is the rule read word by word, and no two that exclude each other are held`()
    throws
  {
    var (scaled, dropped) = (0, 0)
    for seed in 0..<3000 {
      let isSigned = seed % 2 == 1
      var problem = GeneratedProblem(
        seed: UInt64(seed), signed: isSigned, symbols: seed % 300 == 0 ? 80 : nil)
      let hard = 0.4 + 0.6 * problem.random.uniform()
      let limit = PairLimit(
        soft: seed % 3 == 0 ? nil : 0.9 * hard * problem.random.uniform(),
        hard: seed % 5 == 0 ? nil : hard)
      let settings = problem.settings(isSigned ? .inOut : .priorTilt)
      let input = try AllocationInput(
        assets: problem.assets(signed: isSigned), covariance: problem.covariance,
        periodsPerYear: 365)
      let decision = try Allocator(settings: settings, limits: LimitSettings(pair: limit))
        .decide(input)
      // What was wanted, within the gross limit.
      let wanted = decision.lines.map { $0.tilted * decision.grossScale }
      let expected = plain(wanted, problem.covariance.correlation, limit)
      #expect(distance(decision.lines.map(\.limited), expected) < 1e-15, "seed \(seed)")
      for (line, wanted) in zip(decision.lines, wanted) where line.limited != wanted {
        if line.limited == 0 { dropped += 1 } else { scaled += 1 }
        #expect(
          line.reasons.contains { if case .correlated = $0 { true } else { false } })
      }
      guard let hard = limit.hard else { continue }
      for (i, first) in decision.lines.enumerated() where first.target != 0 {
        for (j, second) in decision.lines.enumerated() where j < i && second.target != 0 {
          let side = (first.target > 0) == (second.target > 0) ? 1.0 : -1
          #expect(side * problem.covariance.correlation[i, j] < hard, "seed \(seed)")
        }
      }
    }
    #expect(scaled > 1000 && dropped > 1000)
  }
}
