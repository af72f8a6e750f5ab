import Allocation
import Kernels
import Market
import Testing

/// K: what covariances that are no covariances do to weights.
///
/// Vibe-Trading #647 (risk parity went short in a long-only portfolio), portfolio_allocation_js #3 (a
/// variance a hair below zero became NaN), ojAlgo #24 (a matrix that is not positive semidefinite hung
/// the solver), cvxportfolio #137 (missing returns), PyPortfolioOpt #226 and #694 (singular matrices).
@Suite struct DefectK_AllocatorTests {
  /// Weights that may be held without a debt or a short position, or a refusal in words.
  private func expectLongOnly(_ method: SizingMethod, _ covariance: Matrix, _ what: String) -> Bool
  {
    let weights: [Double]
    do {
      weights = try method.weights(
        SizingProblem(
          covariance: covariance,
          expectedReturns: (0..<covariance.rows).map { 0.001 * Double($0 + 1) }))
    } catch {
      return false
    }
    let (least, total) = (weights.min() ?? 0, weights.reduce(0, +))
    #expect(least >= 0 && total.isFinite, "\(method) of \(what): \(weights)")
    if !method.isAbsolute {
      #expect(abs(total - 1) < 1e-9, "\(method) of \(what): \(weights)")
    }
    return true
  }

  /// Correlations times volatilities.
  private func covariance(_ correlation: [[Double]], _ volatilities: [Double]) -> Matrix {
    Matrix(
      rows: correlation.indices.map { i in
        correlation.indices.map { correlation[i][$0] * volatilities[i] * volatilities[$0] }
      })
  }

  @Test(arguments: SizingMethod.priors)
  func `no method sells what long-only weights cannot, whatever the correlations`(
    method: SizingMethod
  ) {
    var random = CounterRandom(seed: 3, path: ["long only", method.rawValue])
    var solved = 0
    for seed in 0..<400 {
      // Signed loadings: strong hedges are among them.
      let problem = GeneratedProblem(
        seed: UInt64(seed), signed: true, symbols: 2 + random.below(8),
        kind: seed % 2 == 0 ? .factors : .singular)
      if expectLongOnly(method, problem.covariance.covariance, "problem \(seed)") { solved += 1 }
    }
    #expect(solved > 200)
  }

  @Test(arguments: SizingMethod.priors)
  func `an eigenvalue a hair below zero gives weights or a refusal, and no NaN`(
    method: SizingMethod
  ) {
    var solved = 0
    for power in 8...18 {
      let hair = Elementary.exp(-2.302585092994046 * Double(power))
      // Two series that are one but for rounding: the smaller eigenvalue is about minus a hair.
      let twins = [[1, 1 + hair, 0.3], [1 + hair, 1, 0.3], [0.3, 0.3, 1]]
      // Three of which the third is the sum of the others, or a hair more.
      let root = 0.5.squareRoot()
      let sums = [[1, 0, root + hair], [0, 1, root + hair], [root + hair, root + hair, 1]]
      for (name, rows) in [("twins", twins), ("sums", sums)] {
        let matrix = covariance(rows, [0.01, 0.01, 0.02])
        if expectLongOnly(method, matrix, "\(name) 1e-\(power)") { solved += 1 }
      }
    }
    #expect(solved > 5)
  }

  @Test(arguments: SizingMethod.priors)
  func `correlations that contradict each other end in weights or in a refusal`(
    method: SizingMethod
  ) {
    // A with B and A with C, but B against C: the least eigenvalue is −.8.
    let contradiction = [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]
    _ = expectLongOnly(method, covariance(contradiction, [0.01, 0.02, 0.03]), "a contradiction")
    // A complete hedge: no risk at all at equal sizes.
    _ = expectLongOnly(method, covariance([[1, -1], [-1, 1]], [0.02, 0.02]), "a hedge")
    var random = CounterRandom(seed: 4, path: ["contradictions", method.rawValue])
    for _ in 0..<150 {
      let n = 3 + random.below(8)
      var rows = Array(repeating: Array(repeating: 1.0, count: n), count: n)
      for i in 0..<n {
        for j in 0..<i {
          rows[i][j] = 2 * random.uniform() - 1
          rows[j][i] = rows[i][j]
        }
      }
      _ = expectLongOnly(
        method, covariance(rows, (0..<n).map { _ in 0.01 + random.uniform() }), "n")
    }
  }

  // A mixture needs regimes beside the returns.
  @Test(arguments: CovarianceMethod.allCases.filter { $0 != .mixture })
  func `a symbol without returns, and one that never moves, are left out and named`(
    method: CovarianceMethod
  ) throws {
    var settings = AllocationSettings()
    settings.covariance = method
    settings.minimumObservations = 30
    let symbols: [Symbol] = ["A", "B", "LATE", "MISSING", "STUCK"]
    var estimator = try settings.covarianceEstimator(of: symbols)
    var random = CounterRandom(seed: 5, path: ["holes"])
    for row in 0..<200 {
      let common = random.normal()
      func move() -> Double { 0.01 * (common + random.normal()) }
      try estimator.update([move(), move(), row < 190 ? .nan : move(), .nan, 0])
    }
    let estimate = try estimator.estimate(minimumObservations: 30)
    #expect(estimate.symbols == ["A", "B"])
    #expect(
      estimate.excluded.map { "\($0.symbol) \($0.reason)" }.sorted().map { $0.prefix(5) } == [
        "LATE ", "MISSI", "STUCK",
      ])
    #expect(estimate.covariance.elements.allSatisfy { $0.isFinite })
    // And the decision goes on without them: nothing held of them, numbers for the others.
    let decision = try Allocator(settings: settings, limits: LimitSettings()).decide(
      AllocationInput(
        assets: symbols.map { AssetInput(symbol: $0) }, covariance: estimate, periodsPerYear: 365))
    let weights = decision.weights.map(\.weight)
    #expect(weights.allSatisfy { $0.isFinite } && weights[0] > 0 && weights[1] > 0)
    #expect(Array(weights[2...]) == [0, 0, 0])
  }

  @Test(arguments: [SizingMethod.riskParity, .hierarchicalRiskParity, .minimumVariance, .equal])
  func `one history twice is decided on with finite weights within every limit`(
    prior: SizingMethod
  ) throws {
    for seed in 0..<200 {
      var problem = GeneratedProblem(seed: UInt64(seed), symbols: 2 + seed % 9, kind: .duplicated)
      var settings = AllocationSettings()
      settings.prior = prior
      let limits = LimitSettings(gross: 1, perSymbol: 0.4)
      let decision = try Allocator(settings: settings, limits: limits).decide(
        AllocationInput(
          assets: problem.assets(signed: false), covariance: problem.covariance,
          periodsPerYear: 252))
      let weights = decision.weights.map(\.weight)
      #expect(weights.allSatisfy { $0.isFinite && $0 >= 0 })
      #expect(limits.violations(of: decision.weights).isEmpty)
    }
  }
}
