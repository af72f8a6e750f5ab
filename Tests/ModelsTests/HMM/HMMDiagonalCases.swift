import Foundation
import Kernels
import Models

/// `Fixtures/hmm-diag.json`: what hmmlearn 0.3.3 says of a generated sequence.
struct HMMDiagonalCases: Decodable {
  struct Parameters: Decodable {
    let start: [Double]
    let transition: [[Double]]
    let means: [[Double]]
    let variances: [[Double]]
  }

  struct Case: Decodable {
    let lengths: [Int]?
    let iterations: Int
    let start: [Double]
    let transition: [[Double]]
    let means: [[Double]]
    let variances: [[Double]]
    let history: [Double]
    let logprob: Double
    let posteriorsHead: [[Double]]
    let posteriorsTail: [[Double]]
    let filterHead: [[Double]]
    let filterTail: [[Double]]
    let viterbiLogprob: Double
    let viterbi: [Int]
    let bic: Double
    let aic: Double
  }

  let x: [[Double]]
  let initial: Parameters
  let cases: [Case]

  static func load() throws -> HMMDiagonalCases {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/hmm-diag.json")
    return try JSONDecoder().decode(HMMDiagonalCases.self, from: Data(contentsOf: file))
  }

  func initialModel() throws -> GaussianHMM {
    try GaussianHMM(
      start: initial.start, transition: Matrix(rows: initial.transition),
      means: Matrix(rows: initial.means), variances: Matrix(rows: initial.variances))
  }
}

/// A sequence whose states are known: persistent, apart in mean or in variance.
struct GeneratedRegimes {
  let x: Matrix
  let states: [Int]

  /// - Parameters:
  ///   - means: a row a state.
  ///   - deviations: a row a state.
  init(
    count: Int, means: [[Double]], deviations: [[Double]], stay: Double = 0.97, seed: UInt64
  ) {
    var random = CounterRandom(seed: seed, path: ["generated regimes"])
    var rows: [[Double]] = []
    var states: [Int] = []
    var state = 0
    for _ in 0..<count {
      if random.uniform() >= stay { state = random.below(means.count) }
      states.append(state)
      rows.append(
        means[state].indices.map { means[state][$0] + deviations[state][$0] * random.normal() })
    }
    x = Matrix(rows: rows)
    self.states = states
  }

  /// Three states that differ in volatility alone, and the log of a noisy volatility.
  static func volatility(count: Int, seed: UInt64) -> GeneratedRegimes {
    GeneratedRegimes(
      count: count, means: [[0, -5], [0, -4.2], [0, -3.2]],
      deviations: [[0.006, 0.25], [0.014, 0.25], [0.04, 0.25]], seed: seed)
  }
}

func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count)
  return zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
}
