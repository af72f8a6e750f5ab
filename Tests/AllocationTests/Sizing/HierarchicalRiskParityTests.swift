import Allocation
import Foundation
import Kernels
import Testing

@Suite struct HierarchicalRiskParityTests {
  @Test func `two assets share in inverse proportion to their variances`() {
    let weights = hierarchicalRiskParity(
      covariance: Matrix(rows: [[0.01, 0.004], [0.004, 0.04]]))
    #expect(distance(weights, [0.8, 0.2]) < 1e-15)
  }

  @Test func `three assets by hand`() {
    // ρ01 = .5, the others 0: 0 and 1 are joined first, and asset 2 leads the order 2, 0, 1.
    // Its half is {2}, variance .04; the other's inverse-variance portfolio is (½, ½), variance
    // (.01 + .01 + 2·.005)/4 = .0075. Share of 2: 1 − .04/.0475 = 3/19, of the others 8/19 each.
    let weights = hierarchicalRiskParity(
      covariance: Matrix(rows: [[0.01, 0.005, 0], [0.005, 0.01, 0], [0, 0, 0.04]]))
    #expect(distance(weights, [8.0 / 19, 8.0 / 19, 3.0 / 19]) < 1e-15)
  }

  @Test func `four equal assets at equal distances share equally`() {
    let rows = (0..<4).map { i in (0..<4).map { $0 == i ? 0.04 : 0.01 } }
    let weights = hierarchicalRiskParity(covariance: Matrix(rows: rows))
    #expect(distance(weights, [0.25, 0.25, 0.25, 0.25]) < 1e-15)
  }

  @Test func `correlations equal but for the last bit are equal: assets are joined in order`() {
    var random = CounterRandom(seed: 9, path: ["ties"])
    for _ in 0..<200 {
      let volatilities = (0..<3).map { _ in 0.01 * (0.2 + random.uniform()) }
      let correlation = random.uniform()
      let rows = (0..<3).map { i in
        (0..<3).map { volatilities[i] * volatilities[$0] * ($0 == i ? 1 : correlation) }
      }
      // 0 and 1 are joined first: asset 2 is one half.
      let inverse = volatilities.map { 1 / ($0 * $0) }
      let (a, b) = (inverse[0] / (inverse[0] + inverse[1]), inverse[1] / (inverse[0] + inverse[1]))
      let pair = a * a * rows[0][0] + b * b * rows[1][1] + 2 * a * b * rows[0][1]
      let weights = hierarchicalRiskParity(covariance: Matrix(rows: rows))
      #expect(abs(weights[2] - pair / (pair + rows[2][2])) < 1e-13)
    }
  }

  @Test func `degenerate cases have an outcome`() {
    #expect(hierarchicalRiskParity(covariance: Matrix(rows: [])) == [])
    #expect(hierarchicalRiskParity(covariance: Matrix(rows: [[0.09]])) == [1])
    // Duplicates: the same asset twice is one asset held in two places.
    let twins = hierarchicalRiskParity(covariance: Matrix(rows: [[0.04, 0.04], [0.04, 0.04]]))
    #expect(twins == [0.5, 0.5])
    // Two complete hedges beside each other: neither half has variance, both get one half.
    let hedges = hierarchicalRiskParity(
      covariance: Matrix(
        rows: [[1, -1, 0, 0], [-1, 1, 0, 0], [0, 0, 1, -1], [0, 0, -1, 1]]))
    #expect(hedges.allSatisfy { $0.isFinite && $0 >= 0 })
    #expect(abs(hedges.reduce(0, +) - 1) < 1e-15)
  }

  @Test func `weights are positive and sum to one, and scaling all risks changes nothing`() {
    var random = CounterRandom(seed: 8, path: ["hrp"])
    for _ in 0..<300 {
      let n = 1 + random.below(25)
      let covariance = randomCovariance(n, using: &random)
      let weights = hierarchicalRiskParity(covariance: covariance)
      #expect(weights.allSatisfy { $0 > 0 })
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
      var scaled = covariance
      scaled.elements = covariance.elements.map { $0 * 4 }
      #expect(hierarchicalRiskParity(covariance: scaled) == weights)
    }
  }

  @Test func `uncorrelated assets have the weights of inverse variance`() {
    // Every tree gives the same shares when there is no covariance.
    var random = CounterRandom(seed: 9, path: ["hrp"])
    for _ in 0..<50 {
      let n = 2 + random.below(12)
      var covariance = Matrix(rows: n, columns: n)
      for i in 0..<n { covariance[i, i] = 0.01 + random.uniform() }
      let inverse = (0..<n).map { 1 / covariance[$0, $0] }
      let total = inverse.reduce(0, +)
      #expect(
        distance(hierarchicalRiskParity(covariance: covariance), inverse.map { $0 / total }) < 1e-14
      )
    }
  }

  /// PyPortfolioOpt and Riskfolio-Lib (plain leaf order) agree with these values to 4e-16.
  @Test(arguments: ReferenceFiles.present)
  func `agrees with the reference`(files: ReferenceFiles) throws {
    let file = try files.methods()
    let covariance = try file.matrix("cov_sample_ddof1")
    let golden = try file.object("hrp_single").numbers("weights")
    #expect(distance(hierarchicalRiskParity(covariance: covariance), golden) < 1e-12)
    let prior = SizingMethod.hierarchicalRiskParity
    #expect(
      try prior.weights(SizingProblem(covariance: covariance))
        == hierarchicalRiskParity(covariance: covariance))
    // The optimal leaf order of skfolio is another algorithm, and a test that could not tell them
    // apart would prove nothing.
    #expect(distance(golden, try file.numbers("hrp_single_skfolio")) > 0.01)
  }

  @Test func `agrees with the committed values of PyPortfolioOpt`() throws {
    struct Case: Decodable {
      let covariance: [[Double]]
      let weights: [Double]
    }
    let url = ReferenceFiles.testsFolder.appendingPathComponent("Fixtures/hrp.json")
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    #expect(cases.map(\.weights.count) == [2, 2, 3, 3, 4, 4, 7, 7, 12, 12, 30, 30])
    for reference in cases {
      let weights = hierarchicalRiskParity(covariance: Matrix(rows: reference.covariance))
      #expect(distance(weights, reference.weights) < 1e-12)
    }
  }

  private func randomCovariance(_ n: Int, using random: inout CounterRandom) -> Matrix {
    let factors = (0..<n).map { _ in (0..<n + 2).map { _ in random.normal() } }
    return Matrix(
      rows: (0..<n).map { i in
        (0..<n).map { j in zip(factors[i], factors[j]).reduce(0) { $0 + $1.0 * $1.1 } * 1e-3 }
      })
  }
}
