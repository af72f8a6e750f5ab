import Kernels
import Models
import Testing

@Suite struct RegimeModelTests {
  static func fitted(seed: UInt64 = 1, count: Int = 1500) throws -> (RegimeModel, Matrix) {
    let data = GeneratedRegimes.volatility(count: count, seed: seed)
    var options = HMMFitOptions()
    options.order = .volatility(returns: 0, logVolatility: 1)
    options.restarts = 2
    let (model, _) = try RegimeModel.fit(
      data.x, options: options, random: CounterRandom(seed: seed, path: ["regime"]))
    return (model, data.x)
  }

  /// The estimate after one more observation, which must be there.
  private func step(_ filter: inout RegimeFilter, _ observation: [Double]) throws -> RegimeEstimate
  {
    let estimate = filter.update(observation)
    return try #require(estimate)
  }

  private static func rows(_ x: Matrix) -> [[Double]] {
    (0..<x.rows).map { Array(x.row($0)) }
  }

  @Test func `three states are calm, normal and turbulent`() throws {
    let (model, x) = try RegimeModelTests.fitted()
    #expect(model.names == ["calm", "normal", "turbulent"])
    let truth = GeneratedRegimes.volatility(count: 1500, seed: 1).states
    let labels = model.filter(RegimeModelTests.rows(x)).map { $0?.label }
    let agreeing = zip(labels, truth).count { $0 == $1 }
    #expect(Double(agreeing) / 1500 > 0.95)
  }

  @Test func `names follow the order and the number of states`() {
    let volatility = StateOrder.volatility(returns: 0)
    #expect(volatility.names(2) == ["calm", "turbulent"])
    #expect(volatility.names(1) == ["state 1"])
    #expect(volatility.names(4) == ["state 1", "state 2", "state 3", "state 4"])
    #expect(StateOrder.mean(column: 0).names(3) == ["bear", "neutral", "bull"])
  }

  /// By returns alone state 0 (sd 1) comes before state 1 (sd 2): log volatilities 0 and .69. The
  /// trailing volatility says the opposite: 0 and -2 outweigh it, 0 and -.3 do not, though in
  /// standard deviations of the column both are as far apart.
  @Test(arguments: [(-2.0, 1), (-0.3, 0)])
  func `volatility is the mean of what returns and trailing volatility say`(
    trailing: Double, first: Int
  ) throws {
    var x = Matrix(rows: 400, columns: 2)
    var random = CounterRandom(seed: 3, path: ["disagree"])
    for t in 0..<400 {
      x[t, 0] = (t < 200 ? 1 : 2) * random.normal()
      x[t, 1] = trailing * ((t < 200 ? 0 : 1) + 0.05 * random.normal())
    }
    var options = HMMFitOptions()
    options.states = 2
    func firstState(_ order: StateOrder) throws -> Int {
      options.order = order
      let (model, _) = try RegimeModel.fit(
        x, options: options, random: CounterRandom(seed: 1, path: []))
      return model.filter([Array(x.row(0))])[0]?.label ?? -1
    }
    #expect(try firstState(.volatility(returns: 0)) == 0)
    #expect(try firstState(.volatility(returns: 0, logVolatility: 1)) == first)
    #expect(try firstState(.mean(column: 1)) == 1)
  }

  @Test func `units of the observations do not change the regimes`() throws {
    let data = GeneratedRegimes.volatility(count: 600, seed: 4)
    var percent = data.x
    for t in 0..<percent.rows { percent[t, 0] *= 128 }
    let random = CounterRandom(seed: 1, path: [])
    let a = try RegimeModel.fit(data.x, random: random).model
    let b = try RegimeModel.fit(percent, random: random).model
    #expect(a.filter(RegimeModelTests.rows(data.x)) == b.filter(RegimeModelTests.rows(percent)))
  }

  @Test func `streaming gives the bits of the batch`() throws {
    let (model, x) = try RegimeModelTests.fitted()
    let batch = model.hmm.filter(model.scaler.transform(x))
    var filter = RegimeFilter(model)
    for t in 0..<x.rows {
      let estimate = try step(&filter, Array(x.row(t)))
      #expect(estimate.posterior.map(\.bitPattern) == batch.row(t).map(\.bitPattern))
    }
  }

  @Test func `bars that come later change no bit of the past`() throws {
    let (model, x) = try RegimeModelTests.fitted(seed: 2)
    let rows = RegimeModelTests.rows(x)
    let whole = model.filter(rows)
    for length in [1, 2, 17, 400, 1499] {
      #expect(model.filter(Array(rows.prefix(length))) == Array(whole.prefix(length)))
      let corrupt = rows.enumerated().map { $0 < length ? $1 : [1e9, -1e9] }
      #expect(Array(model.filter(corrupt).prefix(length)) == Array(whole.prefix(length)))
    }
  }

  @Test func `an estimate agrees with its own probabilities`() throws {
    let (model, x) = try RegimeModelTests.fitted(seed: 5)
    for estimate in model.filter(RegimeModelTests.rows(x)) {
      let estimate = try #require(estimate)
      let p = estimate.posterior
      #expect(estimate.confidence == p.max())
      #expect((p.reduce(0, +) - 1).magnitude < 1e-14)
      #expect((estimate.nextPosterior.reduce(0, +) - 1).magnitude < 1e-14)
      for j in 0..<3 {
        let q = (0..<3).reduce(0) { $0 + p[$1] * model.hmm.transition[$1, j] }
        #expect((q - estimate.nextPosterior[j]).magnitude < 1e-15)
      }
      #expect(estimate.entropy >= 0 && estimate.entropy <= Elementary.log(3) + 1e-15)
      let stay = model.hmm.transition[estimate.label, estimate.label]
      #expect(estimate.expectedDuration == 1 / (1 - stay))
    }
  }

  /// Two states of unit variance at 0 and 2: the log odds of state 1 move by 2x - 2 a bar.
  private static func hand() throws -> RegimeModel {
    RegimeModel(
      scaler: StandardScaler(mean: [0], scale: [1]),
      hmm: try GaussianHMM(
        start: [0.5, 0.5], transition: Matrix(rows: [[0.75, 0.25], [0.25, 0.75]]),
        means: Matrix(rows: [[0], [2]]), variances: Matrix(rows: [[1], [1]])))
  }

  @Test func `a label is entered at the threshold and kept until another reaches it`() throws {
    var filter = RegimeFilter(try RegimeModelTests.hand(), threshold: 0.8)
    // x = 1.1: odds exp(.2), p = .55: the first label is the likelier state, sure or not.
    let first = try step(&filter, [1.1])
    #expect(first.label == 1)
    #expect(first.confidence < 0.8)
    // x = 0.8: the odds turn to state 0, but not to .8.
    let second = try step(&filter, [0.8])
    #expect(second.posterior[0] > 0.5 && second.posterior[0] < 0.8)
    #expect(second.label == 1)
    // x = -1: beyond .8.
    let third = try step(&filter, [-1])
    #expect(third.posterior[0] > 0.8)
    #expect(third.label == 0)
    let fourth = try step(&filter, [1.9])
    #expect(fourth.posterior[1] > 0.5 && fourth.posterior[1] < 0.8)
    #expect(fourth.label == 0)
    #expect(fourth.expectedDuration == 4)
  }

  @Test func `ignorance has the entropy log K`() throws {
    var filter = RegimeFilter(try RegimeModelTests.hand())
    let estimate = try step(&filter, [1])
    #expect((estimate.entropy - 0.6931471805599453).magnitude < 1e-15)
    #expect(estimate.confidence == 0.5)
    #expect(estimate.label == 0)
  }

  @Test func `warm-up gives nothing and changes nothing`() throws {
    let (model, x) = try RegimeModelTests.fitted(count: 400)
    let rows = RegimeModelTests.rows(x)
    let late = model.filter([nil, nil, [.nan, 0], [0, -.infinity]] + rows)
    #expect(late.prefix(4).allSatisfy { $0 == nil })
    #expect(Array(late.dropFirst(4)) == model.filter(rows))
  }

  @Test func `a bar without observation lets one step of time pass`() throws {
    var filter = RegimeFilter(try RegimeModelTests.hand())
    let before = try step(&filter, [0])
    #expect(filter.update(nil) == nil)
    // At x = 1 both densities are equal, so the posterior is the prior: two steps on.
    let after = try step(&filter, [1])
    let q = before.nextPosterior
    let expected = [0.75 * q[0] + 0.25 * q[1], 0.25 * q[0] + 0.75 * q[1]]
    #expect(largestDifference(after.posterior, expected) < 1e-15)
  }

  @Test(arguments: [1e4, 1e12, 1e160, 1e300])
  func `an outlier leaves a regime behind`(size: Double) throws {
    let (model, x) = try RegimeModelTests.fitted(count: 400)
    var rows = RegimeModelTests.rows(x)
    rows[200] = [-size, size]
    let estimates = model.filter(rows)
    for estimate in estimates.dropFirst(200) {
      let estimate = try #require(estimate)
      #expect((estimate.posterior.reduce(0, +) - 1).magnitude < 1e-14)
      #expect(estimate.entropy.isFinite)
    }
    #expect(estimates.last??.label == model.filter(RegimeModelTests.rows(x)).last??.label)
  }

  @Test func `one state is certain and never left`() throws {
    let model = RegimeModel(
      scaler: StandardScaler(mean: [0], scale: [1]),
      hmm: try GaussianHMM(
        start: [1], transition: Matrix(rows: [[1]]), means: Matrix(rows: [[0]]),
        variances: Matrix(rows: [[1]])))
    var filter = RegimeFilter(model)
    let estimate = try step(&filter, [3])
    #expect(estimate.posterior == [1])
    #expect(estimate.entropy == 0)
    #expect(estimate.expectedDuration == .infinity)
  }

  @Test func `a short window is refused before anything else`() {
    #expect(throws: HMMError.tooFewObservations(found: 50, needed: 120)) {
      try RegimeModel.fit(
        Matrix(rows: (0..<50).map { [Double($0 % 3), 1] }), random: CounterRandom(seed: 1, path: [])
      )
    }
  }
}
