import Kernels
import Models
import Testing

@Suite struct GaussianHMMTests {
  @Test func `one state is one Gaussian, worked by hand`() throws {
    let model = try GaussianHMM(
      start: [1], transition: Matrix(rows: [[1]]), means: Matrix(rows: [[1]]),
      variances: Matrix(rows: [[4]]))
    // log N(3; 1, 4) = -1/2 (log(2 pi 4) + 1) = -2.112085713764618
    let once = model.logLikelihood(Matrix(rows: [[3]]))
    #expect((once - -2.112085713764618).magnitude < 1e-15)
    let twice = model.logLikelihood(Matrix(rows: [[3], [3]]))
    #expect(twice == 2 * once)
    #expect(model.filter(Matrix(rows: [[3], [9]])).elements == [1, 1])
  }

  @Test func `two bars of two states, worked by hand`() throws {
    // Unit variances and means 0 and 2: at x = 1 both densities are equal, at x = 2 they are in
    // the ratio exp(-2) : 1.
    let model = try GaussianHMM(
      start: [0.75, 0.25], transition: Matrix(rows: [[0.9, 0.1], [0.2, 0.8]]),
      means: Matrix(rows: [[0], [2]]), variances: Matrix(rows: [[1], [1]]))
    let posterior = model.filter(Matrix(rows: [[1], [2]]))
    #expect(largestDifference(Array(posterior.row(0)), [0.75, 0.25]) < 1e-15)
    // Prediction: .75 * .9 + .25 * .2 = .725 and .275.
    let weight = 0.725 * Elementary.exp(-2)
    let expected = weight / (weight + 0.275)
    #expect(largestDifference(Array(posterior.row(1)), [expected, 1 - expected]) < 1e-15)
  }

  @Test func `posterior rows sum to one`() throws {
    for seed in 0..<20 as Range<UInt64> {
      var random = CounterRandom(seed: seed, path: ["rows sum to one"])
      let model = try randomModel(
        states: 1 + random.below(8), dimensions: 1 + random.below(5), &random)
      let x = Matrix(
        rows: (0..<200).map { _ in (0..<model.dimensions).map { _ in 3 * random.normal() } })
      for matrix in [model.filter(x), model.hindsight(x).smoothed] {
        for t in 0..<x.rows {
          let row = matrix.row(t)
          #expect((row.reduce(0, +) - 1).magnitude < 1e-14)
          #expect(row.allSatisfy { $0 >= 0 })
        }
      }
    }
  }

  @Test func `the likelihood is the sum over all paths`() throws {
    var random = CounterRandom(seed: 8, path: ["all paths"])
    let model = try randomModel(states: 3, dimensions: 2, &random)
    let x = Matrix(rows: (0..<6).map { _ in [random.normal(), random.normal()] })
    var total = 0.0
    for path in 0..<729 {
      var p = 1.0
      var previous = -1
      var digits = path
      for t in 0..<6 {
        let state = digits % 3
        digits /= 3
        p *= previous < 0 ? model.start[state] : model.transition[previous, state]
        for d in 0..<2 {
          let z = x[t, d] - model.means[state, d]
          let variance = model.variances[state, d]
          p *= Elementary.exp(-z * z / (2 * variance)) / (2 * Double.pi * variance).squareRoot()
        }
        previous = state
      }
      total += p
    }
    let logLikelihood = model.logLikelihood(x)
    #expect((logLikelihood - Elementary.log(total)).magnitude < 1e-12)
  }

  @Test func `sequences are independent`() throws {
    let data = GeneratedRegimes.volatility(count: 300, seed: 3)
    var random = CounterRandom(seed: 1, path: ["sequences"])
    let model = try randomModel(states: 3, dimensions: 2, &random)
    let first = Matrix(rows: (0..<100).map { Array(data.x.row($0)) })
    let second = Matrix(rows: (100..<300).map { Array(data.x.row($0)) })
    let both = model.filter(data.x, lengths: [100, 200])
    #expect(both.elements == model.filter(first).elements + model.filter(second).elements)
    let sum = model.logLikelihood(first) + model.logLikelihood(second)
    let together = model.logLikelihood(data.x, lengths: [100, 200])
    #expect((sum - together).magnitude < 1e-10 * sum.magnitude)
  }

  @Test func `rows that come later change no bit of the filter`() throws {
    let data = GeneratedRegimes.volatility(count: 400, seed: 5)
    var random = CounterRandom(seed: 2, path: ["prefix"])
    let model = try randomModel(states: 4, dimensions: 2, &random)
    let whole = model.filter(data.x)
    var corrupt = data.x
    for t in 250..<400 { corrupt[t, random.below(2)] = 1e3 * random.normal() }
    let other = model.filter(corrupt)
    #expect(
      whole.elements.prefix(1000).map(\.bitPattern)
        == other.elements.prefix(1000).map(\.bitPattern))
    #expect(whole.elements.suffix(600) != other.elements.suffix(600))
  }

  @Test(arguments: [1e3, 1e8, 1e150, 1e200, 1e308])
  func `an outlier that underflows every density leaves probabilities`(size: Double) throws {
    let model = try GaussianHMM(
      start: [0.5, 0.5], transition: Matrix(rows: [[0.9, 0.1], [0.1, 0.9]]),
      means: Matrix(rows: [[0], [1]]), variances: Matrix(rows: [[1e-4], [2e-4]]))
    let posterior = model.filter(Matrix(rows: [[0], [size], [-size], [0]]))
    for t in 0..<4 {
      #expect(posterior.row(t).allSatisfy { $0.isFinite && $0 >= 0 })
      #expect((posterior.row(t).reduce(0, +) - 1).magnitude < 1e-14)
    }
    if size < 1e150 {
      // The wider state is the likelier by far.
      #expect(posterior[1, 1] == 1)
    }
    #expect(posterior[3, 0] > 0.99)
  }

  @Test func `a state the past shuts out stays out though it fits best`() throws {
    // State 2 cannot be reached; its density is the largest by e^5000.
    let model = try GaussianHMM(
      start: [0.5, 0.5, 0],
      transition: Matrix(rows: [[0.9, 0.1, 0], [0.1, 0.9, 0], [0, 0, 1]]),
      means: Matrix(rows: [[0], [1], [100]]), variances: Matrix(rows: [[1], [1], [1]]))
    let posterior = model.filter(Matrix(rows: [[0], [100]]))
    #expect(posterior[1, 2] == 0)
    // Odds of states 1 and 0 at x = 100: exp(99.5) to 1.
    #expect((posterior[1, 1] - 1).magnitude < 1e-14)
    #expect(posterior[1, 0] > 0 && posterior[1, 0] < 1e-42)
    let logLikelihood = model.logLikelihood(Matrix(rows: [[0], [100]]))
    #expect(logLikelihood.isFinite && logLikelihood < -4000)
  }

  @Test func `parameters that are no model are refused with the reason`() throws {
    let good = Matrix(rows: [[0.5, 0.5], [0.5, 0.5]])
    let means = Matrix(rows: [[0], [1]])
    let variances = Matrix(rows: [[1], [1]])
    func reason(
      _ start: [Double], _ transition: Matrix, _ means: Matrix, _ variances: Matrix
    ) -> String? {
      do throws(HMMError) {
        _ = try GaussianHMM(
          start: start, transition: transition, means: means, variances: variances)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(reason([0.5, 0.5], good, means, variances) == nil)
    #expect(reason([0.5, 0.6], good, means, variances)?.contains("start") == true)
    #expect(reason([-0.5, 1.5], good, means, variances)?.contains("start") == true)
    #expect(reason([.nan, 1], good, means, variances)?.contains("start") == true)
    let leaky = Matrix(rows: [[0.5, 0.5], [0.5, 0.4]])
    #expect(reason([0.5, 0.5], leaky, means, variances)?.contains("row 1") == true)
    #expect(reason([1], good, means, variances)?.contains("2 x 2") == true)
    let flat = Matrix(rows: [[1], [0]])
    #expect(reason([0.5, 0.5], good, means, flat)?.contains("variance") == true)
    let infinite = Matrix(rows: [[0], [.infinity]])
    #expect(reason([0.5, 0.5], good, infinite, variances)?.contains("mean") == true)
    #expect(reason([], good, means, variances)?.contains("0 states") == true)
    #expect(reason([0.5, 0.5], good, Matrix(rows: [[0]]), variances)?.contains("2 x 1") == true)
  }

  @Test func `permuting states changes neither likelihood nor meaning`() throws {
    var random = CounterRandom(seed: 4, path: ["permute"])
    let model = try randomModel(states: 4, dimensions: 2, &random)
    let x = Matrix(rows: (0..<100).map { _ in [random.normal(), random.normal()] })
    let turned = model.permuted([2, 0, 3, 1])
    #expect((turned.logLikelihood(x) - model.logLikelihood(x)).magnitude < 1e-10)
    let (a, b) = (model.filter(x), turned.filter(x))
    for t in 0..<100 { #expect((a[t, 2] - b[t, 0]).magnitude < 1e-12) }
    #expect(turned.permuted([1, 3, 0, 2]) == model)
  }
}

/// A model with all transitions possible.
func randomModel(
  states count: Int, dimensions width: Int, _ random: inout CounterRandom
) throws -> GaussianHMM {
  func distribution() -> [Double] {
    let weights = (0..<count).map { _ in 0.05 + random.uniform() }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
  return try GaussianHMM(
    start: distribution(), transition: Matrix(rows: (0..<count).map { _ in distribution() }),
    means: Matrix(rows: (0..<count).map { _ in (0..<width).map { _ in random.normal() } }),
    variances: Matrix(
      rows: (0..<count).map { _ in (0..<width).map { _ in 0.1 + random.uniform() } }))
}
