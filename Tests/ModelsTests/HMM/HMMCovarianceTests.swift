import Kernels
import Models
import Testing

/// Full, diagonal, tied and spherical covariances: agreement with hmmlearn, and what holds for all.
@Suite struct HMMCovarianceTests {
  @Test(arguments: 0..<HMMCovarianceFixture.count)
  func `equals hmmlearn on the fixture`(index: Int) throws {
    let cases = try HMMCovarianceFixture.load()
    #expect(cases.count == HMMCovarianceFixture.count)
    try expectAgreement(cases[index])
  }

  @Test(
    .enabled(if: HMMReferenceFile.exists, "no reference files beside the repository"),
    arguments: 0..<HMMReferenceFile.count)
  func `equals hmmlearn on the cases beside the repository`(index: Int) throws {
    let cases = try HMMReferenceFile.load()
    #expect(cases.count == HMMReferenceFile.count)
    try expectAgreement(cases[index])
  }

  /// hmmlearn sums in logarithms and in another order: the tolerances are rounding, not method.
  private func expectAgreement(_ expected: HMMCovarianceCase) throws {
    let (x, lengths) = (expected.x, expected.lengths)
    let (model, history) = try expected.initial.refined(
      on: x, lengths: lengths, iterations: expected.iterations)
    #expect(history.count == expected.iterations + 1)
    for (ours, theirs) in zip(history, expected.history + [expected.logLikelihood]) {
      #expect((ours - theirs).magnitude <= 1e-10 * theirs.magnitude)
    }
    #expect(model.covariance.type == expected.initial.covariance.type)
    #expect(largestDifference(model.start, expected.start) < 1e-8)
    #expect(largestDifference(model.transition.elements, expected.transition) < 1e-8)
    #expect(largestDifference(model.means.elements, expected.means) < 1e-8)
    #expect(largestDifference(model.covariance.values, expected.covariance) < 1e-8)

    let filter = model.filter(x, lengths: lengths).elements
    let (head, tail) = (expected.filterHead.count, expected.filterTail.count)
    try #require(head > 0 && tail > 0)
    #expect(largestDifference(Array(filter.prefix(head)), expected.filterHead) < 1e-9)
    #expect(largestDifference(Array(filter.suffix(tail)), expected.filterTail) < 1e-9)
    let hindsight = model.hindsight(x, lengths: lengths)
    let smoothed = hindsight.smoothed.elements
    #expect(largestDifference(Array(smoothed.prefix(head)), expected.posteriorsHead) < 1e-9)
    #expect(largestDifference(Array(smoothed.suffix(tail)), expected.posteriorsTail) < 1e-9)
    #expect(hindsight.path.states == expected.path)
    #expect(
      (hindsight.path.logProbability - expected.pathLogProbability).magnitude
        <= 1e-10 * expected.pathLogProbability.magnitude)
    #expect((model.bic(x, lengths: lengths) - expected.bic).magnitude <= 1e-10 * expected.bic)
    #expect((model.aic(x, lengths: lengths) - expected.aic).magnitude <= 1e-10 * expected.aic)
  }

  /// log N(x; mean, covariance), worked by hand for a mean of (1, 2) and x = (2, 4): distances
  /// (1, 2). With [[2, 1], [1, 2]] the determinant is 3 and d' S^-1 d = (2 - 4 + 8) / 3 = 2.
  @Test func `one bar of one state, worked by hand`() throws {
    let logTwoPi = 1.8378770664093453
    let cases: [(StateCovariance, Double)] = [
      (.full([Matrix(rows: [[2, 1], [1, 2]])]), -logTwoPi - 0.5 * Elementary.log(3) - 1),
      (.tied(Matrix(rows: [[2, 1], [1, 2]])), -logTwoPi - 0.5 * Elementary.log(3) - 1),
      // 1/4 + 4/9 = 25/36.
      (.diagonal(Matrix(rows: [[4, 9]])), -logTwoPi - 0.5 * Elementary.log(36) - 25.0 / 72),
      (.spherical([5]), -logTwoPi - Elementary.log(5) - 0.5),
    ]
    for (covariance, expected) in cases {
      let model = try GaussianHMM(
        start: [1], transition: Matrix(rows: [[1]]), means: Matrix(rows: [[1, 2]]),
        covariance: covariance)
      let found = model.logLikelihood(Matrix(rows: [[2, 4]]))
      #expect((found - expected).magnitude < 1e-14, "\(covariance.type)")
    }
  }

  @Test func `one state ends at the sample covariance after one step`() throws {
    // Means 3 and 20; sums of squares 14 and 200, of products 10.
    let x = Matrix(rows: [[1, 10], [2, 30], [6, 20]])
    let expected: [CovarianceType: [Double]] = [
      .full: [14.0 / 3, 10.0 / 3, 10.0 / 3, 200.0 / 3],
      .tied: [14.0 / 3, 10.0 / 3, 10.0 / 3, 200.0 / 3],
      .diagonal: [14.0 / 3, 200.0 / 3], .spherical: [107.0 / 3],
    ]
    for type in CovarianceType.allCases {
      let unit: [Double] =
        switch type {
        case .full, .tied: [1, 0, 0, 1]
        case .diagonal: [1, 1]
        case .spherical: [1]
        }
      let model = try GaussianHMM(
        start: [1], transition: Matrix(rows: [[1]]), means: Matrix(rows: [[0, 0]]),
        covariance: StateCovariance(type, unit, states: 1, dimensions: 2))
      let refined = try model.refined(on: x, iterations: 1).model
      #expect(
        largestDifference(refined.covariance.values, try #require(expected[type])) < 1e-12,
        "\(type)")
    }
  }

  /// A full covariance with the correlations at 0, a tied one of equal states and a spherical one
  /// of equal variables say what the diagonal one says.
  @Test func `types that hold the same covariances say the same`() throws {
    var random = CounterRandom(seed: 11, path: ["same"])
    for _ in 0..<10 {
      let base = try randomModel(states: 3, dimensions: 3, &random)
      let x = Matrix(rows: (0..<80).map { _ in (0..<3).map { _ in 2 * random.normal() } })
      func model(_ covariance: StateCovariance) throws -> GaussianHMM {
        try GaussianHMM(
          start: base.start, transition: base.transition, means: base.means,
          covariance: covariance)
      }
      let matrices = base.covariance.matrices(states: 3, dimensions: 3)
      let equal = Matrix(rows: Array(repeating: Array(base.variances.row(1)), count: 3))
      let level = base.variances[0, 0]
      let round = Matrix(rows: Array(repeating: Array(repeating: level, count: 3), count: 3))
      let pairs: [(StateCovariance, StateCovariance)] = [
        (.diagonal(base.variances), .full(matrices)), (.diagonal(equal), .tied(matrices[1])),
        (.diagonal(round), .spherical([level, level, level])),
      ]
      for (one, other) in pairs {
        let (a, b) = (try model(one), try model(other))
        #expect((a.logLikelihood(x) - b.logLikelihood(x)).magnitude < 1e-9)
        #expect(largestDifference(a.filter(x).elements, b.filter(x).elements) < 1e-11)
      }
    }
  }

  @Test(arguments: CovarianceType.allCases)
  func `an EM step never lowers the likelihood`(type: CovarianceType) throws {
    for seed in 0..<10 as Range<UInt64> {
      var random = CounterRandom(seed: seed, path: ["monotone", type.rawValue])
      let (states, width) = (2 + random.below(5), 1 + random.below(4))
      let model = try randomModel(type, states: states, dimensions: width, &random)
      let x = correlatedNoise(rows: 250, columns: width, &random)
      // With the high floor some covariances end on it: the step must be a maximum there too.
      for floor in [1e-9, 0.3] {
        let history = try model.refined(on: x, iterations: 25, varianceFloor: floor).history
        for (before, after) in zip(history, history.dropFirst()).dropFirst() {
          #expect(after >= before - 1e-9 * before.magnitude, "seed \(seed), floor \(floor)")
        }
        #expect(try #require(history.last) > history[1])
      }
    }
  }

  @Test(arguments: CovarianceType.allCases)
  func `probabilities sum to one and look back only`(type: CovarianceType) throws {
    for seed in 0..<8 as Range<UInt64> {
      var random = CounterRandom(seed: seed, path: ["sum to one", type.rawValue])
      let model = try randomModel(
        type, states: 1 + random.below(8), dimensions: 1 + random.below(5), &random)
      let x = Matrix(
        rows: (0..<200).map { _ in (0..<model.dimensions).map { _ in 3 * random.normal() } })
      let filter = model.filter(x)
      for matrix in [filter, model.hindsight(x).smoothed] {
        for t in 0..<x.rows {
          #expect((matrix.row(t).reduce(0, +) - 1).magnitude < 1e-14)
          #expect(matrix.row(t).allSatisfy { $0 >= 0 })
        }
      }
      var later = x
      for t in 120..<200 { later[t, random.below(model.dimensions)] = 50 * random.normal() }
      let known = 120 * model.states
      #expect(
        filter.elements.prefix(known).map(\.bitPattern)
          == model.filter(later).elements.prefix(known).map(\.bitPattern))
    }
  }

  @Test(arguments: CovarianceType.allCases)
  func `the order of variables and of states changes nothing`(type: CovarianceType) throws {
    var random = CounterRandom(seed: 21, path: ["permuted", type.rawValue])
    let model = try randomModel(type, states: 4, dimensions: 3, &random)
    let x = correlatedNoise(rows: 150, columns: 3, &random)
    let turned = model.permuted([2, 0, 3, 1])
    #expect((turned.logLikelihood(x) - model.logLikelihood(x)).magnitude < 1e-9)
    let (a, b) = (model.filter(x), turned.filter(x))
    for t in 0..<150 { #expect((a[t, 2] - b[t, 0]).magnitude < 1e-11) }
    #expect(turned.permuted([1, 3, 0, 2]) == model)

    let columns = [2, 0, 1]
    let moved = try GaussianHMM(
      start: model.start, transition: model.transition, means: model.means.columns(columns),
      covariance: model.covariance.variables(columns))
    #expect(
      largestDifference(moved.filter(x.columns(columns)).elements, a.elements) < 1e-11)
    let refined = try model.refined(on: x, iterations: 5)
    let other = try moved.refined(on: x.columns(columns), iterations: 5)
    for (one, two) in zip(refined.history, other.history) {
      #expect((one - two).magnitude < 1e-9 * one.magnitude)
    }
  }

  @Test(arguments: CovarianceType.allCases)
  func `a fit keeps the floor, leaves no state empty and finds the states`(
    type: CovarianceType
  ) throws {
    var random = CounterRandom(seed: 31, path: ["fit", type.rawValue])
    let data = GeneratedRegimes(
      count: 1500, means: [[0, 0], [4, 4]], deviations: [[1, 1], [1, 1]], seed: 8)
    var options = HMMFitOptions()
    options.states = 2
    options.covariance = type
    options.order = .mean(column: 0)
    options.varianceFloor = 0.01
    let fit = try GaussianHMM.fit(
      data.x, options: options, random: CounterRandom(seed: 1, path: []))
    #expect(fit.model.covariance.type == type)
    #expect(fit.occupancy.allSatisfy { $0 >= options.minimumOccupancy })
    let agreeing = zip(fit.model.likeliestPath(data.x).states, data.states).count { $0 == $1 }
    #expect(Double(agreeing) / 1500 > 0.99)
    #expect(!fit.isDegenerate)
    // A variable that all but copies another: without a floor its covariance is singular.
    let x = Matrix(
      rows: (0..<600).map { t in
        let a = random.normal() + (t % 200 < 100 ? 0 : 3)
        return [a, a + 1e-9 * random.normal()]
      })
    let flat = try GaussianHMM.fit(x, options: options, random: CounterRandom(seed: 2, path: []))
    #expect(flat.logLikelihood.isFinite && flat.occupancy.allSatisfy { $0 >= 0.01 })
    var total = 0.0
    for t in 0..<600 { total += x[t, 0] * x[t, 0] / 600 }
    // No direction has less than the floor: x' S x >= floor * variance for the unit vectors along
    // and across the diagonal.
    for matrix in flat.model.covariance.matrices(states: 2, dimensions: 2) {
      let across = 0.5 * (matrix[0, 0] + matrix[1, 1]) - matrix[0, 1]
      #expect(across > 0.99 * 0.01 * 0.2 * total, "\(type)")
      #expect(matrix[0, 0] > 0.002 * total && matrix[1, 1] > 0.002 * total)
    }
  }

  @Test(arguments: CovarianceType.allCases)
  func `more starts never end lower, and each start is its own`(type: CovarianceType) throws {
    let data = GeneratedRegimes.volatility(count: 500, seed: 14)
    var options = HMMFitOptions()
    options.states = 4
    options.covariance = type
    options.minimumOccupancy = 0
    options.maximumIterations = 15
    var ends: [Double] = []
    for restarts in 1...5 {
      options.restarts = restarts
      let random = CounterRandom(seed: 3, path: ["starts"])
      ends.append(try GaussianHMM.fit(data.x, options: options, random: random).logLikelihood)
    }
    #expect(ends == ends.sorted())
    // Another seed starts elsewhere.
    options.restarts = 1
    let others = try (4..<9 as Range<UInt64>).map { seed in
      try GaussianHMM.fit(
        data.x, options: options, random: CounterRandom(seed: seed, path: ["starts"])
      ).logLikelihood
    }
    #expect(Set(others + [ends[0]]).count > 1)
  }

  @Test func `noise is degenerate under every type, two clusters under none`() throws {
    var random = CounterRandom(seed: 41, path: ["degenerate"])
    let noise = correlatedNoise(rows: 2000, columns: 2, &random)
    let clusters = GeneratedRegimes(
      count: 1000, means: [[0, 0], [5, 5]], deviations: [[1, 1], [1, 1]], seed: 9
    ).x
    var options = HMMFitOptions()
    options.states = 2
    for type in CovarianceType.allCases {
      options.covariance = type
      let random = CounterRandom(seed: 5, path: [])
      let fit = try GaussianHMM.fit(clusters, options: options, random: random)
      #expect(!fit.isDegenerate, "\(type)")
      // A diagonal or spherical Gaussian is no fair picture of correlated noise.
      guard type == .full || type == .tied else { continue }
      #expect(try GaussianHMM.fit(noise, options: options, random: random).isDegenerate, "\(type)")
    }
  }

  @Test func `shapes and values that are no covariances are refused with the reason`() {
    func reason(_ covariance: StateCovariance) -> String {
      do throws(HMMError) {
        _ = try GaussianHMM(
          start: [0.5, 0.5], transition: Matrix(rows: [[0.5, 0.5], [0.5, 0.5]]),
          means: Matrix(rows: [[0, 0], [1, 1]]), covariance: covariance)
        return ""
      } catch {
        return error.description
      }
    }
    let unit = Matrix(rows: [[1, 0], [0, 1]])
    #expect(reason(.full([unit, unit])).isEmpty && reason(.tied(unit)).isEmpty)
    #expect(reason(.full([unit])).contains("2 matrices of 2 x 2"))
    #expect(reason(.tied(Matrix(rows: [[1]]))).contains("not 2 x 2"))
    #expect(reason(.spherical([1, 1, 1])).contains("3 variances for 2 states"))
    #expect(reason(.spherical([1, 0])).contains("a variance is not above 0"))
    let indefinite = Matrix(rows: [[1, 2], [2, 1]])
    #expect(reason(.full([unit, indefinite])).contains("state 1 is not positive definite"))
    #expect(reason(.tied(indefinite)).contains("not positive definite"))
    #expect(reason(.tied(Matrix(rows: [[1, 0.3], [0.2, 1]]))).contains("not symmetric"))
    #expect(reason(.tied(Matrix(rows: [[1, .nan], [0, 1]]))).contains("not finite"))
  }
}

/// A model of any covariance type with all transitions possible.
func randomModel(
  _ type: CovarianceType, states: Int, dimensions: Int, _ random: inout CounterRandom
) throws -> GaussianHMM {
  let base = try randomModel(states: states, dimensions: dimensions, &random)
  func matrix() -> Matrix {
    let factor = (0..<dimensions).map { _ in (0..<dimensions).map { _ in random.normal() } }
    var product = Matrix(rows: dimensions, columns: dimensions)
    for i in 0..<dimensions {
      for j in 0..<dimensions {
        for d in 0..<dimensions { product[i, j] += 0.3 * factor[i][d] * factor[j][d] }
      }
      product[i, i] += 0.2
    }
    return product
  }
  let covariance: StateCovariance =
    switch type {
    case .diagonal: base.covariance
    case .full: .full((0..<states).map { _ in matrix() })
    case .tied: .tied(matrix())
    case .spherical: .spherical((0..<states).map { _ in 0.1 + random.uniform() })
    }
  return try GaussianHMM(
    start: base.start, transition: base.transition, means: base.means, covariance: covariance)
}

/// Normal numbers of which each column holds half of the one before.
func correlatedNoise(rows: Int, columns: Int, _ random: inout CounterRandom) -> Matrix {
  Matrix(
    rows: (0..<rows).map { _ in
      var row: [Double] = []
      for _ in 0..<columns { row.append(random.normal() + 0.5 * (row.last ?? 0)) }
      return row
    })
}

extension Matrix {
  /// The columns in another order.
  fileprivate func columns(_ order: [Int]) -> Matrix {
    Matrix(rows: (0..<rows).map { t in order.map { self[t, $0] } })
  }
}

extension StateCovariance {
  /// The same covariances of the variables in another order.
  fileprivate func variables(_ order: [Int]) -> StateCovariance {
    func moved(_ matrix: Matrix) -> Matrix {
      Matrix(rows: order.map { i in order.map { matrix[i, $0] } })
    }
    return switch self {
    case .diagonal(let variances): .diagonal(variances.columns(order))
    case .full(let matrices): .full(matrices.map(moved))
    case .tied(let matrix): .tied(moved(matrix))
    case .spherical: self
    }
  }
}
