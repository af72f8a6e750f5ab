import Kernels
import Models
import Testing

/// What a model says of few bars, by going through every path of states.
private struct EveryPath {
  var logLikelihood = -Double.infinity
  /// T x K.
  var smoothed: Matrix
  /// K x K: expected moves.
  var moves: Matrix
  var best = -Double.infinity

  init(_ model: GaussianHMM, _ x: Matrix) {
    let (states, bars) = (model.states, x.rows)
    func log(_ p: Double) -> Double { p > 0 ? Elementary.log(p) : -.infinity }
    /// log p(x_t | state) of independent variables.
    func logDensity(_ t: Int, _ k: Int) -> Double {
      (0..<model.dimensions).reduce(0) { sum, d in
        let distance = x[t, d] - model.means[k, d]
        let variance = model.variances[k, d]
        return sum - 0.5 * (Elementary.log(2 * .pi * variance) + distance * distance / variance)
      }
    }
    var paths: [(states: [Int], logProbability: Double)] = []
    let count = (0..<bars).reduce(1) { product, _ in product * states }
    for index in 0..<count {
      var digits = index
      var path: [Int] = []
      var sum = 0.0
      for t in 0..<bars {
        path.append(digits % states)
        digits /= states
        sum += t == 0 ? log(model.start[path[0]]) : log(model.transition[path[t - 1], path[t]])
        sum += logDensity(t, path[t])
      }
      if sum > -.infinity { paths.append((path, sum)) }
      best = max(best, sum)
    }
    smoothed = Matrix(rows: bars, columns: states)
    moves = Matrix(rows: states, columns: states)
    var total = 0.0
    for path in paths {
      let p = Elementary.exp(path.logProbability - best)
      total += p
      for t in 0..<bars {
        smoothed[t, path.states[t]] += p
        if t > 0 { moves[path.states[t - 1], path.states[t]] += p }
      }
    }
    logLikelihood = best + Elementary.log(total)
    smoothed.elements = smoothed.elements.map { $0 / total }
    moves.elements = moves.elements.map { $0 / total }
  }
}

/// Chains in which densities underflow and states are shut out, and many short sequences.
@Suite struct HMMHardChainsTests {
  private func expectAgreement(_ model: GaussianHMM, _ x: Matrix, _ comment: Comment) throws {
    let expected = EveryPath(model, x)
    let scale = max(1, expected.logLikelihood.magnitude)
    #expect((model.logLikelihood(x) - expected.logLikelihood).magnitude < 1e-13 * scale, comment)
    let hindsight = model.hindsight(x)
    #expect(
      largestDifference(hindsight.smoothed.elements, expected.smoothed.elements) < 1e-10, comment)
    #expect(
      (hindsight.path.logProbability - expected.best).magnitude < 1e-13 * scale, comment)
    let refined = try model.refined(on: x, iterations: 1).model
    for i in 0..<model.states {
      let row = expected.moves.row(i)
      let sum = row.reduce(0, +)
      guard sum > 1e-200 else { continue }
      #expect(
        largestDifference(Array(refined.transition.row(i)), row.map { $0 / sum }) < 1e-9, comment)
    }
  }

  /// State 2 fits the far bar better than the others by a factor of e^967 and cannot be reached.
  @Test func `a bar that fits a state shut out`() throws {
    let model = try GaussianHMM(
      start: [0.5, 0.5, 0],
      transition: Matrix(rows: [[0.9, 0.1, 0], [0.1, 0.9, 0], [0, 0, 1]]),
      means: Matrix(rows: [[0], [1], [45]]), variances: Matrix(rows: [[1], [1], [1]]))
    for far in 0..<9 {
      var x = Matrix(rows: [[0], [1], [0.5], [2], [1], [-1], [0], [0.2], [1]])
      x[far, 0] = 45
      try expectAgreement(model, x, "bar \(far)")
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `moves that are impossible`(seed: UInt64) throws {
    var random = CounterRandom(seed: seed, path: ["impossible moves"])
    let states = 2 + random.below(3)
    func distribution(_ certain: Int) -> [Double] {
      let weights = (0..<states).map { k in
        k == certain || random.below(2) == 0 ? 0.1 + random.uniform() : 0
      }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
    let start = distribution(0)
    let transition = (0..<states).map { i in distribution(i) }
    let model = try GaussianHMM(
      start: start, transition: Matrix(rows: transition),
      means: Matrix(rows: (0..<states).map { _ in [20 * random.normal()] }),
      variances: Matrix(rows: (0..<states).map { _ in [0.5 + random.uniform()] }))
    let x = Matrix(rows: (0..<7).map { _ in [15 * random.normal()] })
    try expectAgreement(model, x, "seed \(seed)")
  }

  @Test func `a chain that only goes forward is fitted without NaN`() throws {
    let transition = (0..<4).map { i in
      (0..<4).map { j in i == 3 ? (j == 3 ? 1 : 0) : (j == i || j == i + 1 ? 0.5 : 0) }
    }
    let model = try GaussianHMM(
      start: [1, 0, 0, 0], transition: Matrix(rows: transition),
      means: Matrix(rows: [[0], [30], [60], [90]]),
      variances: Matrix(rows: Array(repeating: [1.0], count: 4)))
    var random = CounterRandom(seed: 3, path: ["forward"])
    // Far from every state but the one that is due, and at last a bar that fits the first.
    var rows = (0..<200).map { t in [30 * Double(t / 50) + random.normal()] }
    rows[199] = [0]
    let history = try model.refined(on: Matrix(rows: rows), iterations: 12).history
    #expect(history.allSatisfy { $0.isFinite })
    for (before, after) in zip(history.dropFirst(), history.dropFirst(2)) {
      #expect(after >= before - 1e-9 * before.magnitude)
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `many short sequences are as each alone`(seed: UInt64) throws {
    var random = CounterRandom(seed: seed, path: ["short sequences"])
    let model = try randomModel(states: 1 + Int(seed) % 8, dimensions: 2, &random)
    let lengths = (0..<(1 + random.below(60))).map { _ in 1 + random.below(9) }
    let bars = lengths.reduce(0, +)
    let x = Matrix(rows: (0..<bars).map { _ in [2 * random.normal(), random.normal()] })
    let together = model.hindsight(x, lengths: lengths)
    var logLikelihood = 0.0
    var starts = Array(repeating: 0.0, count: model.states)
    var first = 0
    for length in lengths {
      let alone = Matrix(rows: (first..<(first + length)).map { Array(x.row($0)) })
      let one = model.hindsight(alone)
      let rows = together.smoothed.elements[
        (first * model.states)..<((first + length) * model.states)]
      #expect(largestDifference(Array(rows), one.smoothed.elements) < 1e-12)
      #expect(Array(together.path.states[first..<(first + length)]) == one.path.states)
      for k in 0..<model.states { starts[k] += one.smoothed[0, k] / Double(lengths.count) }
      logLikelihood += model.logLikelihood(alone)
      first += length
    }
    let found = model.logLikelihood(x, lengths: lengths)
    #expect((found - logLikelihood).magnitude < 1e-12 * logLikelihood.magnitude)
    guard bars > 1 else { return }
    let refined = try model.refined(on: x, lengths: lengths, iterations: 1).model
    #expect(largestDifference(refined.start, starts) < 1e-12)
  }

  /// More rows than a block, and bars that have to be done in logarithms.
  @Test func `streaming gives the bits of the batch where densities underflow`() throws {
    var random = CounterRandom(seed: 11, path: ["underflow"])
    let covariance = Matrix(rows: [[1, 0.5, 0.2], [0.5, 2, -0.3], [0.2, -0.3, 1.5]])
    let hmm = try GaussianHMM(
      start: [0.5, 0.5, 0],
      transition: Matrix(rows: [[0.9, 0.1, 0], [0.1, 0.9, 0], [0.1, 0, 0.9]]),
      means: Matrix(rows: [[0, 0, 0], [1, -1, 1], [90, 0, 0]]),
      covariance: .full([covariance, covariance, covariance]))
    var x = Matrix(rows: (0..<1300).map { _ in (0..<3).map { _ in random.normal() } })
    for t in [0, 7, 511, 512, 513, 800, 1299] { x[t, 0] = 90 }
    for (t, size) in [(100, 1e160), (600, -1e200), (1024, 1e308)] { x[t, 1] = size }
    let batch = hmm.filter(x)
    let scaler = StandardScaler(mean: [0, 0, 0], scale: [1, 1, 1])
    var filter = RegimeFilter(RegimeModel(scaler: scaler, hmm: hmm))
    for t in 0..<x.rows {
      let update = filter.update(Array(x.row(t)))
      let posterior = try #require(update).posterior
      #expect(posterior.map(\.bitPattern) == batch.row(t).map(\.bitPattern), "row \(t)")
      #expect((posterior.reduce(0, +) - 1).magnitude < 1e-14)
      #expect(posterior[2] == 0)
    }
  }
}
