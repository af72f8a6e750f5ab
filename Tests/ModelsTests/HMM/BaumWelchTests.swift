import Kernels
import Models
import Testing

@Suite struct BaumWelchTests {
  /// hmmlearn sums in logarithms and in another order: 1e-10 relative is rounding, not method.
  @Test(arguments: 0..<6)
  func `equals hmmlearn`(index: Int) throws {
    let fixture = try HMMDiagonalCases.load()
    let expected = fixture.cases[index]
    let x = Matrix(rows: fixture.x)
    let (model, history) = try fixture.initialModel().refined(
      on: x, lengths: expected.lengths, iterations: expected.iterations)

    #expect(history.count == expected.iterations + 1)
    for (ours, theirs) in zip(history, expected.history + [expected.logprob]) {
      #expect((ours - theirs).magnitude <= 1e-10 * theirs.magnitude)
    }
    #expect(history.last == model.logLikelihood(x, lengths: expected.lengths))
    #expect(largestDifference(model.start, expected.start) < 1e-8)
    #expect(
      largestDifference(model.transition.elements, expected.transition.flatMap { $0 }) < 1e-8)
    #expect(largestDifference(model.means.elements, expected.means.flatMap { $0 }) < 1e-8)
    #expect(largestDifference(model.variances.elements, expected.variances.flatMap { $0 }) < 1e-8)

    let filter = model.filter(x, lengths: expected.lengths).elements
    #expect(
      largestDifference(Array(filter.prefix(36)), expected.filterHead.flatMap { $0 }) < 1e-9)
    #expect(
      largestDifference(Array(filter.suffix(18)), expected.filterTail.flatMap { $0 }) < 1e-9)
    let hindsight = model.hindsight(x, lengths: expected.lengths)
    let smoothed = hindsight.smoothed.elements
    #expect(
      largestDifference(Array(smoothed.prefix(36)), expected.posteriorsHead.flatMap { $0 }) < 1e-9)
    #expect(
      largestDifference(Array(smoothed.suffix(18)), expected.posteriorsTail.flatMap { $0 }) < 1e-9)
    #expect(hindsight.path.states == expected.viterbi)
    #expect(
      (hindsight.path.logProbability - expected.viterbiLogprob).magnitude
        < 1e-10 * expected.viterbiLogprob.magnitude)
    #expect(
      (model.bic(x, lengths: expected.lengths) - expected.bic).magnitude < 1e-10 * expected.bic)
    #expect(
      (model.aic(x, lengths: expected.lengths) - expected.aic).magnitude < 1e-10 * expected.aic)
  }

  @Test func `never lowers the likelihood`() throws {
    for seed in 0..<12 as Range<UInt64> {
      var random = CounterRandom(seed: seed, path: ["monotone"])
      let (states, width) = (1 + random.below(8), 1 + random.below(4))
      let model = try randomModel(states: states, dimensions: width, &random)
      let x = Matrix(rows: (0..<250).map { _ in (0..<width).map { _ in random.normal() } })
      // The high floor makes some variances hit it.
      let history = try model.refined(on: x, iterations: 25, varianceFloor: 0.3).history
      for (before, after) in zip(history, history.dropFirst()).dropFirst() {
        #expect(after >= before - 1e-9 * before.magnitude, "seed \(seed)")
      }
    }
  }

  @Test func `one state ends at mean and variance after one step`() throws {
    let x = Matrix(rows: [[1, 10], [2, 30], [6, 20]])
    let model = try GaussianHMM(
      start: [1], transition: Matrix(rows: [[1]]), means: Matrix(rows: [[0, 0]]),
      variances: Matrix(rows: [[1, 1]]))
    let refined = try model.refined(on: x, iterations: 1).model
    #expect(largestDifference(refined.means.elements, [3, 20]) < 1e-12)
    #expect(largestDifference(refined.variances.elements, [14.0 / 3, 200.0 / 3]) < 1e-12)
  }

  @Test func `observations far from zero lose no digits`() throws {
    let data = GeneratedRegimes.volatility(count: 500, seed: 9)
    var random = CounterRandom(seed: 3, path: ["far"])
    let model = try randomModel(states: 2, dimensions: 2, &random)
    var moved = data.x
    for t in 0..<moved.rows { moved[t, 0] += 4096 }
    var shifted = model.means
    for k in 0..<2 { shifted[k, 0] += 4096 }
    let far = try GaussianHMM(
      start: model.start, transition: model.transition, means: shifted,
      variances: model.variances)
    let a = try model.refined(on: data.x, iterations: 5).model.variances.elements
    let b = try far.refined(on: moved, iterations: 5).model.variances.elements
    for (near, away) in zip(a, b) { #expect((near - away).magnitude < 1e-8 * near) }
  }

  @Test func `observations it cannot use are named`() throws {
    let model = try GaussianHMM(
      start: [1], transition: Matrix(rows: [[1]]), means: Matrix(rows: [[0, 0]]),
      variances: Matrix(rows: [[1, 1]]))
    #expect(throws: HMMError.notFinite(row: 1, column: 1)) {
      try model.refined(on: Matrix(rows: [[1, 2], [2, .nan], [0, 1]]), iterations: 1)
    }
    #expect(throws: HMMError.constantObservation(column: 0)) {
      try model.refined(on: Matrix(rows: [[0.1, 2], [0.1, 3], [0.1, 1]]), iterations: 1)
    }
  }
}
