import Allocation
import Kernels
import Market
import Testing

@Suite struct CovarianceMethodTests {
  private static let names: [Symbol] = ["A", "B", "C", "D", "E", "F"]

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the reference, and with scikit-learn where it has the method`(
    files: ReferenceFiles
  ) throws {
    let file = try files.methods()
    let returns = try file.matrix("returns")
    func check(
      _ method: CovarianceMethod, _ golden: Matrix, shrinkage: Double = 0, halfLife: Double = 60
    ) throws {
      var state = try method.estimator(
        symbols: CovarianceMethodTests.names,
        settings: AllocationSettings(
          covariance: method, correlationHalfLife: halfLife, minimumObservations: 20))
      try state.update(returns)
      let estimate = try state.estimate(minimumObservations: 20)
      for (a, b) in zip(estimate.covariance.elements, golden.elements) {
        #expect(abs(a - b) < 1e-12 * abs(b) + 1e-18, "\(method.rawValue)")
      }
      #expect(abs(estimate.shrinkage - shrinkage) < 1e-12)
    }
    try check(.sample, try file.matrix("cov_sample_ddof1"))
    try check(.ewma, try file.matrix("cov_ewma_halflife40"), halfLife: 40)
    for (method, key) in [
      (CovarianceMethod.ledoitWolf, "ledoit_wolf"), (.oas, "oas"),
      (.constantCorrelation, "ledoit_wolf_const_corr"),
    ] {
      let golden = try file.object(key)
      try check(method, try golden.matrix("cov"), shrinkage: try golden.number("shrinkage"))
    }
  }

  @Test func `four returns by hand`() throws {
    // Means 0: S = diag(1/2, 2) with the divisor 4, diag(2/3, 8/3) with 3.
    let rows = [[1.0, 0], [-1, 0], [0, 2], [0, -2]]
    func estimate(_ method: CovarianceMethod) throws -> CovarianceEstimate {
      var state = try method.estimator(
        symbols: ["A", "B"], settings: AllocationSettings(covariance: method))
      for row in rows { try state.update(row) }
      return try state.estimate(minimumObservations: 4)
    }
    let sample = try estimate(.sample)
    #expect(abs(sample.covariance[0, 0] - 2.0 / 3) < 1e-15)
    #expect(abs(sample.covariance[1, 1] - 8.0 / 3) < 1e-15 && sample.covariance[0, 1] == 0)
    // As in WeightedLedoitWolfTests: intensity 17/18, μ = 5/4.
    let identity = try estimate(.ledoitWolf)
    #expect(abs(identity.shrinkage - 17.0 / 18) < 1e-15)
    #expect(abs(identity.covariance[0, 0] - (0.5 / 18 + 17.0 / 18 * 1.25)) < 1e-15)
    // Mean of squares 4.25/4, μ² = 25/16: (4.25/4 + 25/16) / (5 (4.25/4 − 25/32)) = 28/15, at most 1.
    #expect(try estimate(.oas).shrinkage == 1)
    // The mean correlation is 0, and so is the target's distance.
    let constant = try estimate(.constantCorrelation)
    #expect(constant.shrinkage == 1 && abs(constant.covariance[1, 1] - 2) < 1e-15)
  }

  @Test(arguments: CovarianceMethod.allCases, [false, true])
  func `one bar at a time is the whole history, whatever the order of the symbols`(
    method: CovarianceMethod, correctsLag: Bool
  ) throws {
    var random = CounterRandom(seed: 61, path: ["covariance", method.rawValue])
    for trial in 0..<12 {
      let n = 2 + random.below(5)
      let symbols = Array(CovarianceMethodTests.names.prefix(n))
      let rows = CovarianceMethodTests.market(
        n, bars: 90, hasHoles: trial % 2 == 1, using: &random)
      let settings = AllocationSettings(
        covariance: method, window: 70, correctsLag: correctsLag, minimumObservations: 20)
      var order = Array(0..<n)
      random.shuffle(&order)
      var stream = try method.estimator(symbols: symbols, settings: settings)
      var other = try method.estimator(symbols: order.map { symbols[$0] }, settings: settings)
      for (t, row) in rows.enumerated() {
        try stream.update(row)
        try other.update(order.map { row[$0] })
        guard t % 17 == 0 || t == rows.count - 1 else { continue }
        let streamed = try stream.estimate(minimumObservations: 20)
        #expect(try other.estimate(minimumObservations: 20) == streamed)
        // Of the window alone, nothing that has gone out of it is left.
        var batch = try method.estimator(symbols: symbols, settings: settings)
        let first = method == .twoSpeed || method == .ewma ? 0 : max(0, t + 1 - 70)
        try batch.update(Matrix(rows: Array(rows[first...t])))
        #expect(try batch.estimate(minimumObservations: 20) == streamed)
        // What comes out can be sized by.
        let k = streamed.symbols.count
        #expect((0..<k).allSatisfy { streamed.correlation[$0, $0] == 1 })
        if k > 0 { #expect(choleskyFactor(streamed.correlation) != nil) }
      }
    }
  }

  @Test(arguments: CovarianceMethod.allCases)
  func `scaled returns have scaled volatilities and the same correlations`(
    method: CovarianceMethod
  ) throws {
    var random = CounterRandom(seed: 62, path: ["covariance", method.rawValue])
    let rows = CovarianceMethodTests.market(5, bars: 100, hasHoles: true, using: &random)
    func estimate(_ scale: Double) throws -> CovarianceEstimate {
      var state = try method.estimator(
        symbols: Array(CovarianceMethodTests.names.prefix(5)),
        settings: AllocationSettings(covariance: method, minimumObservations: 20))
      for row in rows { try state.update(row.map { $0 * scale }) }
      return try state.estimate(minimumObservations: 20)
    }
    let (one, four) = (try estimate(1), try estimate(4))
    #expect(four.correlation == one.correlation && four.shrinkage == one.shrinkage)
    #expect(four.volatilities == one.volatilities.map { $0 * 4 })
  }

  @Test(arguments: CovarianceMethod.allCases, [["A", "B", "C"], ["C", "A", "B"]])
  func `bars all at once have the bits of one after the other`(
    method: CovarianceMethod, symbols: [Symbol]
  ) throws {
    var random = CounterRandom(seed: 71, path: ["covariance", "at once"])
    var returns = Matrix(rows: 80, columns: 3)
    for entry in returns.elements.indices { returns.elements[entry] = 0.01 * random.normal() }
    let settings = AllocationSettings(covariance: method, window: 50, minimumObservations: 20)
    // Within the window, up to its end and beyond it; in one piece and in two.
    for (first, second) in [(30, 0), (50, 0), (80, 0), (20, 25), (30, 30), (60, 20)] {
      var single = try method.estimator(symbols: symbols, settings: settings)
      for t in 0..<(first + second) { try single.update(Array(returns.row(t))) }
      var whole = try method.estimator(symbols: symbols, settings: settings)
      try whole.update(Matrix(rows: (0..<first).map { Array(returns.row($0)) }))
      if second > 0 {
        try whole.update(Matrix(rows: (first..<first + second).map { Array(returns.row($0)) }))
      }
      #expect(
        try whole.estimate(minimumObservations: 20) == single.estimate(minimumObservations: 20),
        "\(first) and \(second) bars")
    }
    returns[9, 1] = -.infinity
    var state = try method.estimator(symbols: symbols, settings: settings)
    #expect(throws: AllocationError.infiniteReturn(symbol: symbols[1], row: 9)) {
      try state.update(returns)
    }
  }

  @Test(arguments: CovarianceMethod.allCases)
  func `late, stuck and unknown symbols are left out with a reason`(method: CovarianceMethod)
    throws
  {
    var state = try method.estimator(
      symbols: ["MOVES", "STUCK", "LATE", "NEVER", "TOO"],
      settings: AllocationSettings(covariance: method, minimumObservations: 20))
    var random = CounterRandom(seed: 63, path: ["covariance"])
    for t in 0..<50 {
      let (a, b) = (0.01 * random.normal(), 0.02 * random.normal())
      // A holiday of one symbol is no return of 0.
      try state.update([t == 30 ? .nan : a, 0, t < 40 ? .nan : 0.01 * random.normal(), .nan, b])
    }
    let estimate = try state.estimate(minimumObservations: 20)
    #expect(estimate.symbols == ["MOVES", "TOO"] && estimate.observations == [49, 50])
    #expect(
      estimate.excluded == [
        .init(symbol: "LATE", reason: .insufficientHistory(have: 10, need: 20)),
        .init(symbol: "NEVER", reason: .insufficientHistory(have: 0, need: 20)),
        .init(symbol: "STUCK", reason: .zeroVolatility),
      ])
    #expect(
      throws: AllocationError.infiniteReturn(symbol: "TOO", row: 50)
    ) { try state.update([0, 0, 0, 0, .infinity]) }
    #expect(try state.estimate(minimumObservations: 20) == estimate)
  }

  @Test func `a singular sample is an error, and shrinking mends it`() throws {
    var random = CounterRandom(seed: 64, path: ["covariance"])
    let rows = CovarianceMethodTests.market(6, bars: 5, hasHoles: false, using: &random)
    func estimate(_ method: CovarianceMethod, _ rows: [[Double]]) throws -> CovarianceEstimate {
      var state = try method.estimator(
        symbols: CovarianceMethodTests.names,
        settings: AllocationSettings(covariance: method, minimumObservations: 4))
      for row in rows { try state.update(row) }
      return try state.estimate(minimumObservations: 4)
    }
    for method in [CovarianceMethod.sample, .ewma] {
      #expect(
        throws: AllocationError.singularCovariance(
          method: method.rawValue, symbols: 6, observations: 5)
      ) { try estimate(method, rows) }
    }
    for method in [CovarianceMethod.ledoitWolf, .oas, .constantCorrelation, .twoSpeed] {
      let shrunk = try estimate(method, rows)
      #expect(!shrunk.isRepaired && shrunk.shrinkage > 0)
      #expect(choleskyFactor(shrunk.correlation) != nil)
    }
    // The same symbol twice is no history.
    let twice = CovarianceMethodTests.market(5, bars: 90, hasHoles: false, using: &random).map {
      $0 + [$0[4]]
    }
    #expect(throws: AllocationError.self) { try estimate(.sample, twice) }
  }

  @Test func `shrinking without holes is the limit of shrinking with one`() throws {
    // The sums of pairs and the identities that replace them where nothing is missing agree: one
    // symbol's hole leaves the others' pairs as they are, and here its last return.
    var random = CounterRandom(seed: 65, path: ["covariance"])
    for method in [CovarianceMethod.ledoitWolf, .constantCorrelation, .oas] {
      let rows = CovarianceMethodTests.market(4, bars: 4000, hasHoles: false, using: &random)
      func estimate(hole: Bool) throws -> CovarianceEstimate {
        var state = try method.estimator(
          symbols: Array(CovarianceMethodTests.names.prefix(4)),
          settings: AllocationSettings(covariance: method, window: 4000))
        for (t, row) in rows.enumerated() {
          try state.update(hole && t == 2000 ? [row[0], .nan, row[2], row[3]] : row)
        }
        return try state.estimate(minimumObservations: 60)
      }
      let (whole, holed) = (try estimate(hole: false), try estimate(hole: true))
      #expect(abs(whole.shrinkage - holed.shrinkage) < 0.02 * whole.shrinkage)
      #expect(
        distance(whole.correlation.elements, holed.correlation.elements) < 0.005,
        "\(method.rawValue)")
    }
  }

  @Test func `the lag-one term is half of the products one bar apart, both ways`() throws {
    // B repeats what A did a bar before.
    var random = CounterRandom(seed: 66, path: ["covariance"])
    var last = 0.0
    var rows: [[Double]] = []
    for _ in 0..<400 {
      let now = 0.01 * random.normal()
      rows.append([now, last + 0.002 * random.normal()])
      last = now
    }
    for method in CovarianceMethod.allCases {
      func correlation(_ correctsLag: Bool) throws -> Double {
        var state = try method.estimator(
          symbols: ["A", "B"],
          settings: AllocationSettings(
            covariance: method, window: 400, correctsLag: correctsLag))
        for row in rows { try state.update(row) }
        return try state.estimate(minimumObservations: 60).correlation[0, 1]
      }
      // Half of a correlation of .98.
      #expect(abs(try correlation(false)) < 0.25, "\(method.rawValue)")
      #expect(try correlation(true) - correlation(false) > 0.3, "\(method.rawValue)")
    }
    // By hand, about means of 0: Γ₀ = diag(1/2, 1/2), Γ₁(b, a) = 1/2 (b today, a yesterday), twice one
    // bar apart in a row of four; all with the divisor 4.
    var state = try WindowedCovariance(symbols: ["A", "B"], shrinkage: .none, correctsLag: true)
    for row in [[1.0, 0], [0, 1], [-1, 0], [0, -1]] { try state.update(row) }
    let estimate = try state.estimate(minimumObservations: 4)
    // Γ₁ = [[0, −1/4], [1/2, 0]]: the symmetric half is 1/8, of a variance of 1/2.
    #expect(abs(estimate.correlation[0, 1] - 0.25) < 1e-15)
    #expect(abs(estimate.volatilities[0] - (2.0 / 3).squareRoot()) < 1e-15)
  }

  @Test(arguments: ReferenceFiles.present)
  func `the mixture of regimes agrees with the reference`(files: ReferenceFiles) throws {
    let golden = try files.pipeline().object("regime_mixture")
    let means = try golden.matrix("mu_k")
    let covariances = try #require(golden["cov_k"] as? [[[Double]]]).map { Matrix(rows: $0) }
    let (mean, covariance) = regimeMixture(
      probabilities: try golden.numbers("next"),
      means: (0..<means.rows).map { Array(means.row($0)) }, covariances: covariances)
    #expect(distance(mean, try golden.numbers("mu")) < 1e-15)
    #expect(distance(covariance.elements, try golden.matrix("cov").elements) < 1e-15)
  }

  @Test func `two regimes that differ in their means alone are risky all the same`() {
    let calm = Matrix(rows: [[0.01]])
    let (mean, covariance) = regimeMixture(
      probabilities: [0.25, 0.75], means: [[1], [-1]], covariances: [calm, calm])
    #expect(mean == [-0.5])
    // .01 + 1 − .25.
    #expect(abs(covariance[0, 0] - 0.76) < 1e-15)
  }

  /// Returns of a factor market; with holes, two symbols have some and one is listed late.
  private static func market(
    _ n: Int, bars: Int, hasHoles: Bool, using random: inout CounterRandom
  ) -> [[Double]] {
    let loadings = (0..<n).map { _ in 0.3 + random.uniform() }
    var rows: [[Double]] = []
    for t in 0..<bars {
      let market = 0.01 * random.normal()
      var row = loadings.map { $0 * market + 0.012 * random.normal() }
      if hasHoles {
        for i in 0..<min(2, n) where random.below(12) == 0 { row[i] = .nan }
        if t < bars / 3 { row[n - 1] = .nan }
      }
      rows.append(row)
    }
    return rows
  }
}

extension CovarianceMethod {
  fileprivate func estimator(symbols: [Symbol], settings: AllocationSettings) throws
    -> any CovarianceEstimator
  {
    #expect(settings.covariance == self)
    return try settings.covarianceEstimator(of: symbols, regimes: 3)
  }
}
