import Allocation
import Kernels
import Testing

@Suite struct RiskBudgetTests {
  @Test func `uncorrelated assets have weights of root budget over volatility`() throws {
    // √.36/.1 = 6 and √.64/.2 = 4.
    let weights = try riskBudget(
      covariance: Matrix(rows: [[0.01, 0], [0, 0.04]]), budgets: [0.36, 0.64])
    #expect(distance(weights, [0.6, 0.4]) < 1e-15)
  }

  @Test func `two assets in parity have inverse volatility weights whatever their correlation`()
    throws
  {
    for rho in [-0.95, -0.3, 0, 0.4, 0.9, 0.999_999, 1] {
      let covariance = Matrix(rows: [[0.01, 0.02 * rho], [0.02 * rho, 0.04]])
      let weights = try riskParity(covariance: covariance)
      #expect(distance(weights, [2.0 / 3, 1.0 / 3]) < 1e-12, "rho \(rho)")
    }
  }

  @Test func `one asset takes all, a budget of zero takes nothing`() throws {
    #expect(try riskBudget(covariance: Matrix(rows: [[0.04]]), budgets: [3]) == [1])
    let weights = try riskBudget(
      covariance: Matrix(rows: [[0.04, 0.01, 0], [0.01, 0.09, 0], [0, 0, 0.01]]),
      budgets: [0, 1, 0])
    #expect(weights == [0, 1, 0])
    let none = try riskBudget(covariance: Matrix(rows: [[0.04]]), budgets: [0])
    #expect(none == [0])
    #expect(try riskParity(covariance: Matrix(rows: [])) == [])
  }

  @Test func `duplicate assets share equally, also when the matrix is singular`() throws {
    let weights = try riskParity(
      covariance: Matrix(rows: [
        [0.04, 0.04, 0.01], [0.04, 0.04, 0.01], [0.01, 0.01, 0.09],
      ]))
    #expect(abs(weights[0] - weights[1]) < 1e-12)
    let alike = try riskParity(
      covariance: Matrix(rows: Array(repeating: Array(repeating: 0.02, count: 4), count: 4)))
    #expect(distance(alike, [0.25, 0.25, 0.25, 0.25]) < 1e-12)
  }

  @Test func `contributions are the budgets in thousands of problems`() throws {
    var worst = 0.0
    for seed in 0..<3000 {
      var problem = GeneratedProblem(seed: UInt64(seed), signed: seed % 2 == 1)
      let n = problem.symbols.count
      var budgets: [Double] = []
      for _ in 0..<n { budgets.append(problem.random.below(5) == 0 ? 0 : problem.random.uniform()) }
      budgets[problem.random.below(n)] = 1
      let weights = try riskBudget(covariance: problem.covariance.covariance, budgets: budgets)
      let total = budgets.reduce(0, +)
      let contributions = try #require(
        riskContributions(weights: weights, covariance: problem.covariance.covariance))
      worst = max(worst, distance(contributions, budgets.map { $0 / total }))
      #expect(abs(weights.reduce(0, +) - 1) < 1e-14)
      #expect(weights.allSatisfy { $0 >= 0 })
    }
    #expect(worst < 1e-11)
  }

  @Test func `nearly singular problems with small budgets are solved too`() throws {
    var worst = 0.0
    for seed in 0..<4000 {
      var random = CounterRandom(seed: UInt64(seed), path: ["nearly singular"])
      let n = 2 + random.below(14)
      let factors = 1 + random.below(n)
      // Own variance down to e^−13 of the factors'.
      let own = Elementary.exp(-Double(random.below(14)))
      let loadings = (0..<n).map { _ in (0..<factors).map { _ in random.normal() } }
      var covariance = Matrix(rows: n, columns: n, repeating: 0)
      for i in 0..<n {
        for j in 0..<n {
          var sum = i == j ? own : 0
          for f in 0..<factors { sum += loadings[i][f] * loadings[j][f] }
          covariance[i, j] = sum
        }
      }
      let budgets = (0..<n).map { _ in 0.000_1 + random.uniform() }
      let total = budgets.reduce(0, +)
      let weights = try riskBudget(covariance: covariance, budgets: budgets)
      let contributions = try #require(
        riskContributions(weights: weights, covariance: covariance))
      worst = max(worst, distance(contributions, budgets.map { $0 / total }))
    }
    #expect(worst < 1e-8)
  }

  @Test func `the scale of covariance and budgets changes nothing`() throws {
    for seed in 0..<200 {
      let problem = GeneratedProblem(seed: UInt64(seed))
      var scaled = problem.covariance.covariance
      scaled.elements = scaled.elements.map { $0 * 0x1p-20 }
      let budgets = (0..<problem.symbols.count).map { Double($0 + 1) }
      let a = try riskBudget(covariance: problem.covariance.covariance, budgets: budgets)
      let b = try riskBudget(covariance: scaled, budgets: budgets.map { $0 * 8 })
      #expect(a == b)
    }
  }

  @Test func `strong hedges are solved, complete ones refused`() throws {
    for rho in [-0.99, -0.999_99, -0.999_999_9] {
      let covariance = Matrix(rows: [
        [0.01, 0.01 * rho, 0.002], [0.01 * rho, 0.01, -0.002], [0.002, -0.002, 0.03],
      ])
      let budgets = [0.2, 0.5, 0.3]
      let weights = try riskBudget(covariance: covariance, budgets: budgets)
      let contributions = try #require(
        riskContributions(weights: weights, covariance: covariance))
      #expect(distance(contributions, budgets) < 1e-6)
    }
    for n in [2, 4] {
      // Long and short of the same: any size has the same variance, zero.
      let rows = (0..<n).map { i in (0..<n).map { (i + $0) % 2 == 0 ? 0.01 : -0.01 } }
      let error = try #require(throws: AllocationError.self) {
        try riskParity(covariance: Matrix(rows: rows))
      }
      guard case .riskBudgetNotReached = error else {
        Issue.record("\(error)")
        continue
      }
      #expect("\(error)".contains("hedge each other completely"))
    }
  }

  @Test func `agrees with Newton's method in numpy`() throws {
    for reference in try AllocationFixture.load().budgets {
      let covariance = Matrix(rows: reference.covariance)
      let weights = try riskBudget(covariance: covariance, budgets: reference.budgets)
      #expect(distance(weights, reference.weights) < 1e-11)
      #expect(distance(try riskParity(covariance: covariance), reference.parity) < 1e-11)
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the references`(files: ReferenceFiles) throws {
    let file = try files.methods()
    let covariance = try file.matrix("cov_sample_ddof1")
    let parity = try file.object("erc").numbers("weights")
    #expect(distance(try riskParity(covariance: covariance), parity) < 1e-9)
    let budgeted = try file.object("risk_budget_1toN")
    let weights = try riskBudget(
      covariance: covariance, budgets: try budgeted.numbers("budgets"))
    #expect(distance(weights, try budgeted.numbers("weights")) < 1e-9)
    let contributions = try #require(
      riskContributions(weights: weights, covariance: covariance))
    #expect(distance(contributions, try budgeted.numbers("rc")) < 1e-9)

    let extra = try files.pipeline()
    let pipeline = try extra.object("pipeline")
    let second = try riskBudget(
      covariance: try extra.object("two_speed_shrunk").matrix("cov"),
      budgets: try pipeline.numbers("budgets"))
    #expect(distance(second, try pipeline.numbers("erc")) < 1e-9)
  }

  @Test func `nothing held has no contributions`() {
    let covariance = Matrix(rows: [[0.01, 0], [0, 0.01]])
    #expect(riskContributions(weights: [0, 0], covariance: covariance) == nil)
    let halves = riskContributions(weights: [0.5, -0.5], covariance: covariance)
    #expect(halves == [0.5, 0.5])
  }
}
