import Allocation
import Kernels
import Market
import Testing

/// Hundreds of assets, and covariances that are degenerate.
@Suite struct LargeProblemTests {
  private static let kinds: [GeneratedProblem.Kind] = [.factors, .singular, .duplicated, .alike]

  @Test(arguments: kinds)
  func `risk contributions are the budgets up to five hundred assets`(kind: GeneratedProblem.Kind)
    throws
  {
    var sizes = [500, 211]
    sizes += Array(repeating: 60, count: 8) + Array(repeating: 0, count: 500)
    for (seed, size) in sizes.enumerated() {
      var problem = GeneratedProblem(
        seed: UInt64(seed), symbols: size == 0 ? nil : size, kind: kind)
      let n = problem.symbols.count
      var budgets: [Double] = []
      for _ in 0..<n { budgets.append(0.05 + problem.random.uniform()) }
      let total = budgets.reduce(0, +)
      let covariance = problem.covariance.covariance
      let weights = try riskBudget(covariance: covariance, budgets: budgets)
      let shares = try #require(riskContributions(weights: weights, covariance: covariance))
      #expect(distance(shares, budgets.map { $0 / total }) < 1e-8, "\(n) assets, seed \(seed)")
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
    }
  }

  @Test(arguments: [60, 300])
  func `splitting budgets over duplicates changes nothing else`(n: Int) throws {
    var random = CounterRandom(seed: UInt64(n), path: ["split"])
    for _ in 0..<(n == 300 ? 2 : 20) {
      var single = GeneratedSizing.problem(n, using: &random)
      single.budgets = (0..<n).map { _ in 0.1 + random.uniform() }
      // Every tenth asset stands there twice, and shares its budget as chance has it.
      let twins = (0..<n).filter { $0 % 10 == 3 }
      var split = GeneratedSizing.permuted(single, Array(0..<n) + twins)
      split.budgets = single.budgets
      for twin in twins {
        let part = 0.1 + 0.8 * random.uniform()
        split.budgets.append(part * single.budgets[twin])
        split.budgets[twin] *= 1 - part
      }
      let one = try SizingMethod.riskBudget.weights(single)
      var two = try SizingMethod.riskBudget.weights(split)
      for (k, twin) in twins.enumerated() { two[twin] += two[n + k] }
      #expect(distance(two.prefix(n), one) < 1e-9)
    }
  }

  @Test(arguments: kinds)
  func `every limit holds with five hundred symbols, whatever their order`(
    kind: GeneratedProblem.Kind
  ) throws {
    for seed in 0..<2 {
      var problem = GeneratedProblem(seed: UInt64(seed), symbols: 500, kind: kind)
      let settings = problem.settings(.priorTilt)
      let limits = problem.everyLimit()
      let allocator = try Allocator(settings: settings, limits: limits)
      let assets = problem.assets(signed: false)
      var order = Array(assets.indices)
      problem.random.shuffle(&order)
      let decisions = try [assets, order.map { assets[$0] }].map {
        try allocator.decide(
          AllocationInput(assets: $0, covariance: problem.covariance, periodsPerYear: 365))
      }
      #expect(
        decisions[0].weights.map(\.weight.bitPattern)
          == decisions[1].weights.map(\.weight.bitPattern))
      let decision = decisions[0]
      let found = limits.violations(
        of: decision.weights,
        held: Dictionary(uniqueKeysWithValues: decision.lines.map { ($0.symbol, $0.held) }),
        covariance: problem.covariance)
      for violation in found {
        guard case .turnover = violation else {
          Issue.record("\(violation)")
          continue
        }
        #expect(decision.unreached.contains { $0.violation == violation })
      }
    }
  }
}
