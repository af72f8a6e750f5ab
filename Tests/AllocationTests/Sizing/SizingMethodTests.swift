import Allocation
import Kernels
import Testing

@Suite struct SizingMethodTests {
  private let covariance = Matrix(rows: [[0.01, 0.004], [0.004, 0.04]])

  @Test func `each method of two assets by hand`() throws {
    func weights(_ method: SizingMethod, _ budgets: [Double] = [1, 1]) throws -> [Double] {
      try method.weights(
        SizingProblem(
          covariance: covariance, budgets: budgets, expectedReturns: [0.006, 0.03],
          views: [nil, nil]), SizingOptions(riskAversion: 1))
    }
    #expect(try weights(.equal) == [0.5, 0.5])
    // Volatilities .1 and .2, correlation .2.
    #expect(distance(try weights(.inverseVolatility), [2.0 / 3, 1.0 / 3]) < 1e-15)
    #expect(distance(try weights(.correlationPenalised), [2.0 / 3, 1.0 / 3]) < 1e-15)
    // Budgets 3:1, crowds 1.5 + .2·.5 = 1.6 and .5 + .2·1.5 = .8: 3/(.1·1.6) to 1/(.2·.8).
    #expect(distance(try weights(.correlationPenalised, [3, 1]), [0.75, 0.25]) < 1e-15)
    #expect(distance(try weights(.riskParity), [2.0 / 3, 1.0 / 3]) < 1e-12)
    #expect(distance(try weights(.riskBudget), [2.0 / 3, 1.0 / 3]) < 1e-12)
    #expect(distance(try weights(.hierarchicalRiskParity), [0.8, 0.2]) < 1e-15)
    #expect(distance(try weights(.hierarchicalEqualRiskContribution), [0.8, 0.2]) < 1e-15)
    // (.04 − .004) to (.01 − .004).
    #expect(distance(try weights(.minimumVariance), [6.0 / 7, 1.0 / 7]) < 1e-14)
    #expect(distance(try weights(.maximumDiversification), [2.0 / 3, 1.0 / 3]) < 1e-14)
    // μ = Σ (.3125, .71875): its half, and with weights that sum to 1 what the utility takes from it.
    #expect(distance(try weights(.kelly), [0.15625, 0.359375]) < 1e-14)
    let excess = (0.3125 + 0.71875 - 1)
    #expect(
      distance(
        try weights(.meanVariance),
        [0.3125 - excess * 6 / 7, 0.71875 - excess / 7]) < 1e-13)
    // Without a view: the reference.
    #expect(distance(try weights(.blackLitterman, [3, 1]), [0.75, 0.25]) < 1e-13)
  }

  @Test(arguments: SizingMethod.priors)
  func `none for nothing, all for one`(method: SizingMethod) throws {
    #expect(try method.weights(SizingProblem(covariance: Matrix(rows: []))) == [])
    let one = try method.weights(
      SizingProblem(covariance: Matrix(rows: [[0.09]]), expectedReturns: [0.045]))
    #expect(one == (method == .kelly ? [0.25] : [1]))
  }

  @Test(arguments: SizingMethod.priors)
  func `the order of the assets permutes the weights, and the unit of returns changes nothing`(
    method: SizingMethod
  ) throws {
    var random = CounterRandom(seed: 41, path: ["sizing", method.rawValue])
    for _ in 0..<150 {
      let problem = GeneratedSizing.problem(2 + random.below(14), using: &random)
      let n = problem.covariance.rows
      let weights = try method.weights(problem)
      #expect(weights.allSatisfy { $0 >= 0 && $0.isFinite })
      if method != .kelly { #expect(abs(weights.reduce(0, +) - 1) < 1e-12) }

      // The halves of `hrp` are those of the leaves' plain order, which follows that of the assets; the
      // allocator sorts them by name.
      if method != .hierarchicalRiskParity {
        var order = Array(0..<n)
        random.shuffle(&order)
        let permuted = try method.weights(GeneratedSizing.permuted(problem, order))
        #expect(distance(permuted, order.map { weights[$0] }) < 1e-11)
      }

      var scaled = problem
      scaled.covariance.elements = problem.covariance.elements.map { $0 * 16 }
      if method == .meanVariance || method == .blackLitterman || method == .kelly {
        // A mean in a unit of its own needs the aversion, or the fraction, in it too.
        scaled.expectedReturns = problem.expectedReturns.map { $0 * 16 }
        scaled.views = problem.views.map { $0.map { ($0.value * 16, nil) } }
      }
      #expect(distance(try method.weights(scaled), weights) < 1e-11)
    }
  }

  @Test(arguments: [SizingMethod.minimumVariance, .maximumDiversification, .riskParity])
  func `identical assets have the same weight`(method: SizingMethod) throws {
    var random = CounterRandom(seed: 42, path: ["sizing", method.rawValue])
    for _ in 0..<100 {
      let n = 2 + random.below(10)
      let single = GeneratedSizing.problem(n, using: &random)
      // The last asset stands there twice.
      let rows = Array(0..<n) + [n - 1]
      let twice = GeneratedSizing.permuted(single, rows)
      let weights = try method.weights(twice)
      if method == .riskParity {
        #expect(abs(weights[n] - weights[n - 1]) < 1e-11)
        continue
      }
      // Of programs that leave open how they share, the two are told apart by rounding over 1e-10.
      #expect(abs(weights[n] - weights[n - 1]) < 1e-5)
      // It is one asset in two places: together they have the weight of one.
      let one = try method.weights(single)
      #expect(distance(weights.prefix(n - 1), one.prefix(n - 1)) < 1e-8)
      #expect(abs(weights[n] + weights[n - 1] - one[n - 1]) < 1e-8)
    }
  }

  @Test func `splitting a budget over a duplicate changes nothing else`() throws {
    var random = CounterRandom(seed: 43, path: ["sizing", "split"])
    for _ in 0..<300 {
      let n = 2 + random.below(10)
      var single = GeneratedSizing.problem(n, using: &random)
      single.budgets = (0..<n).map { _ in 0.1 + random.uniform() }
      var split = GeneratedSizing.permuted(single, Array(0..<n) + [n - 1])
      split.budgets = single.budgets.dropLast() + [0.3, 0.7].map { $0 * single.budgets[n - 1] }
      let (one, two) = (
        try SizingMethod.riskBudget.weights(single), try SizingMethod.riskBudget.weights(split)
      )
      #expect(distance(two.prefix(n - 1), one.prefix(n - 1)) < 1e-9)
      #expect(abs(two[n - 1] + two[n] - one[n - 1]) < 1e-9)
      let shares = try #require(riskContributions(weights: two, covariance: split.covariance))
      let total = split.budgets.reduce(0, +)
      #expect(distance(shares, split.budgets.map { $0 / total }) < 1e-8)
    }
  }

  @Test func `a view moves the weight its own way, and more the surer it is`() throws {
    let covariance = Matrix(rows: [[0.04, 0.01, 0], [0.01, 0.04, 0], [0, 0, 0.04]])
    func first(_ value: Double, _ variance: Double?) throws -> Double {
      try SizingMethod.blackLitterman.weights(
        SizingProblem(covariance: covariance, views: [(value, variance), nil, nil]))[0]
    }
    let none = try SizingMethod.blackLitterman.weights(SizingProblem(covariance: covariance))
    #expect(distance(none, [1.0 / 3, 1.0 / 3, 1.0 / 3]) < 1e-13)
    #expect(try first(0.01, nil) > none[0] && first(-0.01, nil) < none[0])
    #expect(try first(0.01, 1e-4) > first(0.01, nil))
    #expect(try first(0.01, 1e6) - none[0] < 1e-6)
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the reference`(files: ReferenceFiles) throws {
    let file = try files.methods()
    let covariance = try file.matrix("cov_sample_ddof1")
    func check(
      _ method: SizingMethod, _ golden: [Double], _ options: SizingOptions = SizingOptions(),
      budgets: [Double]? = nil
    ) throws {
      let weights = try method.weights(
        SizingProblem(covariance: covariance, budgets: budgets), options)
      #expect(distance(weights, golden) < 1e-9, "\(method.rawValue)")
    }
    try check(.inverseVolatility, try file.numbers("inverse_vol"))
    try check(.correlationPenalised, try file.numbers("corr_penalised_inverse_vol"))
    try check(.riskParity, try file.object("erc").numbers("weights"))
    let budgeted = try file.object("risk_budget_1toN")
    try check(
      .riskBudget, try budgeted.numbers("weights"), budgets: try budgeted.numbers("budgets"))
    try check(.hierarchicalRiskParity, try file.object("hrp_single").numbers("weights"))
    try check(
      .hierarchicalRiskParity, try file.object("hrp_ward").numbers("weights"),
      SizingOptions(linkage: .ward))
    try check(
      .hierarchicalEqualRiskContribution, try file.numbers("herc_skfolio_default_ward"))
    try check(.minimumVariance, try file.object("minvar_longonly").numbers("weights"))
    try check(.maximumDiversification, try file.object("max_diversification").numbers("weights"))
    let sharpe = try file.object("max_sharpe_longonly")
    let best = try #require(
      try maximumSharpeWeights(
        covariance: covariance, expectedReturns: try sharpe.numbers("mu")))
    #expect(distance(best, try sharpe.numbers("weights")) < 1e-9)
  }

  @Test(arguments: ReferenceFiles.present)
  func `the posterior of views agrees with the reference`(files: ReferenceFiles) throws {
    let file = try files.methods()
    let golden = try file.object("black_litterman")
    var covariance = try file.matrix("cov_sample_ddof1")
    let year = try golden.number("annualisation")
    covariance.elements = covariance.elements.map { $0 * year }
    let tau = try golden.number("tau")
    let model = BlackLitterman(
      covariance: covariance, reference: try golden.numbers("w_mkt"),
      riskAversion: try golden.number("delta"), tau: tau)
    #expect(distance(model.equilibrium, try golden.numbers("pi")) < 1e-12)
    let portfolios = try golden.matrix("P")
    let views = try zip(0..<portfolios.rows, golden.numbers("Q")).map { row, value in
      let portfolio = Array(portfolios.row(row))
      var variance = 0.0
      for i in portfolio.indices {
        for j in portfolio.indices {
          variance += tau * portfolio[i] * portfolio[j] * covariance[i, j]
        }
      }
      return BlackLitterman.View(portfolio: portfolio, value: value, variance: variance)
    }
    let posterior = model.posteriorCovariance(views)
    #expect(distance(model.posteriorMean(views), try golden.numbers("post_mu")) < 1e-12)
    #expect(distance(posterior.elements, try golden.matrix("post_cov").elements) < 1e-12)
    #expect(distance(model.posteriorMean([]), model.equilibrium) == 0)
  }
}

/// Random covariances with budgets and expected returns: everything follows from the generator.
enum GeneratedSizing {
  static func problem(_ n: Int, using random: inout CounterRandom) -> SizingProblem {
    let covariance = self.covariance(n, factors: 1 + random.below(3), using: &random)
    return SizingProblem(
      covariance: covariance, budgets: (0..<n).map { _ in 0.2 + random.uniform() },
      expectedReturns: (0..<n).map { i in
        covariance[i, i].squareRoot() * (0.03 + 0.05 * random.normal())
      },
      views: (0..<n).map { i in
        random.below(3) == 0
          ? nil : (covariance[i, i].squareRoot() * 0.05 * random.normal(), nil)
      })
  }

  /// A factor model: own risks above 0 keep it positive definite.
  static func covariance(_ n: Int, factors: Int, using random: inout CounterRandom) -> Matrix {
    let loadings = (0..<n).map { _ in (0..<factors).map { _ in 0.01 * random.normal() } }
    var covariance = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        for f in 0..<factors { covariance[i, j] += loadings[i][f] * loadings[j][f] }
      }
      let own = 0.003 + 0.02 * random.uniform()
      covariance[i, i] += own * own
    }
    return covariance
  }

  /// The same problem with its assets in another order, or some of them twice.
  static func permuted(_ problem: SizingProblem, _ order: [Int]) -> SizingProblem {
    SizingProblem(
      covariance: Matrix(
        rows: order.map { i in order.map { problem.covariance[i, $0] } }),
      budgets: order.map { problem.budgets[$0] },
      expectedReturns: order.map { problem.expectedReturns[$0] },
      views: order.map { problem.views[$0] })
  }
}
