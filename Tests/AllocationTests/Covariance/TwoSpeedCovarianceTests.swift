import Allocation
import Kernels
import Market
import Testing

@Suite struct TwoSpeedCovarianceTests {
  @Test func `two symbols, by hand`() throws {
    let estimate = try TwoSpeedCovariance.estimate(
      symbols: ["A", "B"], returns: Matrix(rows: [[0.02, 0.02], [0.01, -0.01]]),
      volatilityHalfLife: 1, correlationHalfLife: 1, minimumObservations: 2)
    // Weights 1/3, 2/3: both mean squares are .0002, the mean product (.0004 − .0002)/3.
    let volatility = Double(0.0002).squareRoot()
    #expect(distance(estimate.volatilities, [volatility, volatility]) < 1e-16)
    #expect(abs(estimate.correlation[0, 1] - 1.0 / 3) < 1e-14)
    // One pair is its own mean: the target equals the estimate.
    #expect(estimate.shrinkage == 1)
    #expect(abs(estimate.averageCorrelation - 1.0 / 3) < 1e-14)
    #expect(estimate.correlation[0, 0] == 1 && estimate.correlation[1, 1] == 1)
    #expect(abs(estimate.covariance[0, 1] - 0.0002 / 3) < 1e-17)
    #expect(estimate.observations == [2, 2] && !estimate.isRepaired && estimate.excluded.isEmpty)
  }

  @Test func `one symbol is its volatility`() throws {
    let estimate = try TwoSpeedCovariance.estimate(
      symbols: ["A"], returns: [[0.01], [nil], [0.01]], minimumObservations: 2)
    #expect(abs(estimate.volatilities[0] - 0.01) < 1e-16)
    #expect(estimate.correlation.elements == [1] && estimate.averageCorrelation == 0)
  }

  @Test func `agrees with numpy, complete and with holes and a late listing`() throws {
    for reference in try AllocationFixture.load().covariances {
      let count = reference.returns[0].count
      let mine = try TwoSpeedCovariance.estimate(
        symbols: (0..<count).map { Symbol("S\($0)") }, returns: reference.returns,
        volatilityHalfLife: reference.volatilityHalfLife,
        correlationHalfLife: reference.correlationHalfLife)
      // Recursions against explicit weights: rounding only.
      #expect(distance(mine.volatilities, reference.estimate.volatilities) < 1e-14)
      let correlation = reference.estimate.correlation.flatMap { $0 }
      #expect(distance(mine.correlation.elements, correlation) < 1e-11)
      let covariance = reference.estimate.covariance.flatMap { $0 }
      #expect(distance(mine.covariance.elements, covariance) < 1e-14)
      #expect(abs(mine.shrinkage - reference.estimate.shrinkage) < 1e-11)
      #expect(abs(mine.averageCorrelation - reference.estimate.averageCorrelation) < 1e-11)
      #expect(mine.observations == reference.estimate.observations)
      #expect(!mine.isRepaired)
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the reference on eight symbols`(files: ReferenceFiles) throws {
    let file = try files.pipeline()
    let reference = try file.object("two_speed_shrunk")
    let returns = try file.object("weighted_ledoit_wolf_hl60").matrix("returns")
    let mine = try TwoSpeedCovariance.estimate(
      symbols: (0..<returns.columns).map { Symbol("S\($0)") }, returns: returns,
      volatilityHalfLife: try reference.number("vol_half_life"),
      correlationHalfLife: try reference.number("corr_half_life"))
    #expect(abs(mine.shrinkage - (try reference.number("shrinkage"))) < 1e-9)
    #expect(abs(mine.averageCorrelation - (try reference.number("rbar"))) < 1e-9)
    let correlation = try reference.matrix("corr").elements
    #expect(distance(mine.correlation.elements, correlation) < 1e-9)
    for (a, b) in zip(mine.covariance.elements, try reference.matrix("cov").elements) {
      #expect(abs(a - b) < 1e-9 * abs(b))
    }
  }

  @Test func `a history without holes is taken in at once, to rounding`() throws {
    let returns = market(seed: 4, rows: 300, count: 9, missing: 0)
    var state = try TwoSpeedCovariance(symbols: names(9))
    for t in 0..<returns.rows { try state.update(Array(returns.row(t))) }
    let (stream, batch) = (
      state.estimate(), try TwoSpeedCovariance.estimate(symbols: names(9), returns: returns)
    )
    #expect(batch.volatilities == stream.volatilities)
    #expect(batch.observations == stream.observations && batch.excluded == stream.excluded)
    #expect(distance(batch.correlation.elements, stream.correlation.elements) < 1e-13)
    #expect(abs(batch.shrinkage - stream.shrinkage) < 1e-12)
  }

  @Test func `one bar at a time gives the bits of the whole history`() throws {
    let returns = market(seed: 1, rows: 200, count: 6, missing: 0.05)
    let symbols = names(6)
    var state = try TwoSpeedCovariance(symbols: symbols)
    for t in 0..<returns.rows {
      try state.update(Array(returns.row(t)))
      guard t % 37 == 0 || t == returns.rows - 1 else { continue }
      let batch = try TwoSpeedCovariance.estimate(
        symbols: symbols,
        returns: Matrix(rows: (0...t).map { Array(returns.row($0)) }))
      #expect(state.estimate() == batch)
    }
  }

  @Test func `the order of the symbols changes no bit`() throws {
    var random = CounterRandom(seed: 3, path: ["order"])
    for seed in 0..<20 {
      let count = 2 + random.below(7)
      let returns = market(seed: UInt64(seed), rows: 130, count: count, missing: 0.03)
      let symbols = names(count)
      var order = Array(0..<count)
      random.shuffle(&order)
      let permuted = Matrix(
        rows: (0..<returns.rows).map { t in order.map { returns[t, $0] } })
      let a = try TwoSpeedCovariance.estimate(symbols: symbols, returns: returns)
      let b = try TwoSpeedCovariance.estimate(
        symbols: order.map { symbols[$0] }, returns: permuted)
      #expect(a == b)
    }
  }

  @Test func `returns twice as large have twice the volatility and the same correlations`() throws {
    let returns = market(seed: 5, rows: 150, count: 5, missing: 0.02)
    var doubled = returns
    doubled.elements = returns.elements.map { $0 * 2 }
    let a = try TwoSpeedCovariance.estimate(symbols: names(5), returns: returns)
    let b = try TwoSpeedCovariance.estimate(symbols: names(5), returns: doubled)
    #expect(b.volatilities == a.volatilities.map { $0 * 2 })
    #expect(b.correlation == a.correlation && b.shrinkage == a.shrinkage)
  }

  @Test func `is a correlation matrix whatever is missing`() throws {
    var repaired = 0
    for seed in 0..<300 {
      let count = 2 + seed % 8
      let returns = market(
        seed: UInt64(seed), rows: 90, count: count, missing: [0, 0.1, 0.5][seed % 3])
      let estimate = try TwoSpeedCovariance.estimate(
        symbols: names(count), returns: returns, correlationHalfLife: 5, minimumObservations: 15)
      let n = estimate.symbols.count
      var ridged = estimate.correlation
      for i in 0..<n {
        #expect(estimate.correlation[i, i] == 1)
        ridged[i, i] += 1e-12
        for j in 0..<n {
          #expect(estimate.correlation[i, j] == estimate.correlation[j, i])
          #expect(abs(estimate.correlation[i, j]) <= 1)
        }
      }
      #expect(n == 0 || choleskyFactor(ridged) != nil)
      #expect(estimate.shrinkage >= 0 && estimate.shrinkage <= 1)
      if estimate.isRepaired { repaired += 1 }
    }
    #expect(repaired < 300)
  }

  @Test func `repairs pairs that contradict each other`() throws {
    // A follows B, B follows C, C opposes A, each seen on bars of its own.
    var rows: [[Double?]] = []
    var random = CounterRandom(seed: 8, path: ["contradiction"])
    for t in 0..<300 {
      let x = 0.01 * random.normal()
      rows.append([[x, x, nil], [nil, x, x], [x, nil, -x]][t % 3])
    }
    let estimate = try TwoSpeedCovariance.estimate(
      symbols: ["A", "B", "C"], returns: rows, minimumObservations: 50)
    #expect(estimate.isRepaired)
    #expect(choleskyFactor(estimate.correlation) != nil)
    // The nearest matrix keeps the signs at lower strength.
    #expect(estimate.correlation[0, 1] > 0.3 && estimate.correlation[1, 2] > 0.3)
    #expect(estimate.correlation[0, 2] < -0.3)
    #expect((0..<3).allSatisfy { estimate.correlation[$0, $0] == 1 })
  }

  @Test func `duplicates are repaired to be told apart`() throws {
    let one = market(seed: 4, rows: 100, count: 2, missing: 0)
    let rows = (0..<100).map { t in [one[t, 0], one[t, 0], one[t, 1]] }
    let estimate = try TwoSpeedCovariance.estimate(
      symbols: ["A", "B", "C"], returns: Matrix(rows: rows))
    #expect(estimate.correlation[0, 1] > 0.3)
    #expect(choleskyFactor(estimate.correlation) != nil)
    let pair = try TwoSpeedCovariance.estimate(
      symbols: ["A", "B"], returns: Matrix(rows: rows.map { [$0[0], $0[1]] }))
    #expect(pair.isRepaired && pair.correlation[0, 1] > 1 - 1e-8)
    #expect(choleskyFactor(pair.correlation) != nil)
  }

  @Test func `a late listing has the correlation of its own time, not one pulled to zero`() throws {
    // True correlation .8; the late symbol has 61 bars, one half-life.
    var late: [Double] = []
    var pulled: [Double] = []
    for seed in 0..<60 {
      var random = CounterRandom(seed: UInt64(seed), path: ["late"])
      let (common, own) = (Double(0.8).squareRoot(), Double(0.2).squareRoot())
      var rows: [[Double?]] = []
      for t in 0..<400 {
        let shared = common * random.normal()
        let a = 0.01 * (shared + own * random.normal())
        let b = 0.01 * (shared + own * random.normal())
        rows.append([a, t < 339 ? nil : b])
      }
      late.append(
        try TwoSpeedCovariance.estimate(symbols: ["A", "B"], returns: rows).correlation[0, 1])
      var plain = EWMACovariance(count: 2, halfLife: 60)
      for row in rows { plain.update(row.map { $0 ?? .nan }) }
      let covariance = plain.estimate().covariance
      pulled.append(covariance[0, 1] / (covariance[0, 0] * covariance[1, 1]).squareRoot())
    }
    let mean = late.reduce(0, +) / 60
    let meanPulled = pulled.reduce(0, +) / 60
    #expect(abs(mean - 0.8) < 0.03)
    // The per-symbol correction alone leaves √(1 − 2^(−61/60)) of it.
    #expect(abs(meanPulled - 0.8 * 0.71) < 0.05)
  }

  @Test func `what cannot be measured is excluded with its reason`() throws {
    var rows: [[Double?]] = []
    for t in 0..<80 {
      let late: Double? = t < 60 ? nil : 0.02 * Double(t % 3 - 1)
      rows.append([t % 2 == 0 ? 0.01 : -0.01, 0, late, nil])
    }
    let estimate = try TwoSpeedCovariance.estimate(
      symbols: ["MOVES", "STUCK", "LATE", "ABSENT"], returns: rows, minimumObservations: 30)
    #expect(estimate.symbols == ["MOVES"])
    #expect(
      estimate.excluded == [
        .init(symbol: "ABSENT", reason: .insufficientHistory(have: 0, need: 30)),
        .init(symbol: "LATE", reason: .insufficientHistory(have: 20, need: 30)),
        .init(symbol: "STUCK", reason: .zeroVolatility),
      ])
    #expect(estimate.index(of: "MOVES") == 0 && estimate.index(of: "STUCK") == nil)
  }

  @Test func `pairs that never met take the mean of the others`() throws {
    var random = CounterRandom(seed: 12, path: ["never"])
    var rows: [[Double?]] = []
    for t in 0..<200 {
      let shared = random.normal()
      var row: [Double?] = []
      for _ in 0..<3 { row.append(0.01 * (shared + random.normal())) }
      row[t < 100 ? 2 : 1] = nil
      rows.append(row)
    }
    let estimate = try TwoSpeedCovariance.estimate(symbols: ["A", "B", "C"], returns: rows)
    #expect(estimate.symbols.count == 3)
    #expect(abs(estimate.correlation[1, 2] - estimate.averageCorrelation) < 1e-8)
    #expect(estimate.averageCorrelation > 0.2)
  }

  @Test func `wrong input is refused and leaves the state as it was`() throws {
    #expect(throws: AllocationError.duplicateSymbol("A")) {
      try TwoSpeedCovariance(symbols: ["A", "B", "A"])
    }
    #expect(
      throws: AllocationError.invalidSetting(
        name: "correlationHalfLife", value: 0, rule: "above 0")
    ) {
      try TwoSpeedCovariance(
        symbols: ["A"], settings: AllocationSettings(correlationHalfLife: 0))
    }
    var state = try TwoSpeedCovariance(symbols: ["B", "A"])
    try state.update([0.01, 0.02])
    let before = state.estimate(minimumObservations: 2)
    #expect(throws: AllocationError.infiniteReturn(symbol: "B", row: 1)) {
      try state.update([.infinity, 0.1])
    }
    #expect(state.estimate(minimumObservations: 2) == before)
  }

  private func names(_ count: Int) -> [Symbol] { (0..<count).map { Symbol("S\($0)") } }

  /// Returns of a one-factor market, a share of them missing.
  private func market(seed: UInt64, rows: Int, count: Int, missing: Double) -> Matrix {
    var random = CounterRandom(seed: seed, path: ["market"])
    var matrix = Matrix(rows: rows, columns: count, repeating: 0)
    for t in 0..<rows {
      let shared = random.normal()
      for i in 0..<count {
        let value = 0.01 * Double(i + 1) * (shared + random.normal())
        matrix[t, i] = random.uniform() < missing ? .nan : value
      }
    }
    return matrix
  }
}
