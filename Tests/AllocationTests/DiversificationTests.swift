import Allocation
import Kernels
import Market
import Testing

@Suite struct DiversificationTests {
  @Test func `two positions of the same risk are two bets`() throws {
    // Each has a risk of .06, and they correlate at .5.
    let covariance = Matrix(rows: [[0.01, 0.01], [0.01, 0.04]])
    let spread = Diversification(weights: [0.6, 0.3], covariance: covariance)
    let volatility = (0.0108 as Double).squareRoot()
    #expect(abs(spread.volatility - volatility) < 1e-15)
    #expect(abs(try #require(spread.effectiveBets) - 2) < 1e-14)
    #expect(abs(try #require(spread.averageCorrelation) - 0.5) < 1e-14)
    #expect(abs(try #require(spread.ratio) - 0.12 / volatility) < 1e-14)
    #expect(abs(try #require(spread.effectivePositions) - 1.8) < 1e-14)
    // A short position sees the other sign.
    let hedged = Diversification(weights: [0.6, -0.3], covariance: covariance)
    #expect(abs(try #require(hedged.averageCorrelation) + 0.5) < 1e-14)
    #expect(try #require(hedged.ratio) > #require(spread.ratio))
  }

  @Test func `what is not defined is nil`() {
    let covariance = Matrix(rows: [[0.01, 0.01], [0.01, 0.01]])
    let none = Diversification(weights: [0, 0], covariance: covariance)
    #expect(none.volatility == 0 && none.ratio == nil && none.effectiveBets == nil)
    #expect(none.averageCorrelation == nil && none.effectivePositions == nil)
    let one = Diversification(weights: [0.5, 0], covariance: covariance)
    #expect(one.effectiveBets == 1 && one.averageCorrelation == nil && one.ratio == 1)
    // A complete hedge has no risk to share.
    let hedge = Diversification(weights: [0.5, -0.5], covariance: covariance)
    #expect(hedge.effectiveBets == nil && hedge.ratio == nil)
    #expect(abs((hedge.averageCorrelation ?? 0) + 1) < 1e-14)
  }

  @Test func `measures do not depend on the scale, and lie in their ranges`() throws {
    for seed in 0..<500 {
      var problem = GeneratedProblem(seed: UInt64(seed))
      let weights = problem.symbols.map { _ in problem.random.uniform() }
      let covariance = problem.covariance.covariance
      let spread = Diversification(weights: weights, covariance: covariance)
      let double = Diversification(weights: weights.map { 2 * $0 }, covariance: covariance)
      let bets = try #require(spread.effectiveBets)
      #expect(abs(bets - double.effectiveBets!) < 1e-12 * bets)
      #expect(bets >= 1 - 1e-12 && bets <= Double(weights.count) + 1e-9)
      #expect(try #require(spread.ratio) >= 1 - 1e-12)
      // Equal risk contributions are as many bets as there are positions.
      let parity = try riskParity(covariance: covariance)
      let alike = Diversification(weights: parity, covariance: covariance)
      #expect(abs(alike.effectiveBets! - Double(weights.count)) < 1e-8)
    }
  }
}
