import Allocation
import Kernels
import Market
import Testing

@Suite struct RegimeMixtureCovarianceTests {
  @Test(arguments: ReferenceFiles.present)
  func `bars weighted by their regimes agree with the reference`(files: ReferenceFiles) throws {
    let file = try files.pipeline()
    let golden = try file.object("regime_mixture")
    let returns = try file.object("weighted_ledoit_wolf_hl60").matrix("returns")
    let probabilities = try golden.matrix("gamma")
    let symbols = (0..<returns.columns).map { Symbol("S\($0)") }
    var state = try RegimeMixtureCovariance(symbols: symbols, regimes: 2, shrinks: false)
    for t in 0..<returns.rows {
      try state.update(Array(returns.row(t)), probabilities: Array(probabilities.row(t)))
    }
    let estimate = try state.estimate(next: try golden.numbers("next"))
    #expect(
      distance(estimate.covariance.elements, try golden.matrix("cov").elements) < 1e-15)
    #expect(estimate.shrinkage == 0 && !estimate.isRepaired)
  }

  @Test func `the next bar is as wild as its regime`() throws {
    var random = CounterRandom(seed: 71, path: ["mixture"])
    var state = try RegimeMixtureCovariance(symbols: ["B", "A"], regimes: 3)
    for t in 0..<400 {
      let wild = t / 50 % 2 == 1
      let scale = wild ? 0.03 : 0.01
      let market = scale * random.normal()
      // A hole leaves the bar out; of the third regime there is none.
      try state.update(
        [market + scale * random.normal(), t % 40 == 7 ? .nan : market + scale * random.normal()],
        probabilities: wild ? [0.05, 0.95, 0] : [0.95, 0.05, 0])
    }
    func estimate(_ probabilities: [Double]) throws -> CovarianceEstimate {
      try state.estimate(next: probabilities)
    }
    let (calm, wild) = (try estimate([1, 0, 0]), try estimate([0, 1, 0]))
    #expect(calm.symbols == ["A", "B"] && calm.observations == [390, 400])
    #expect(wild.volatilities[0] > 2 * calm.volatilities[0])
    let half = try estimate([0.5, 0.5, 0])
    #expect(half.volatilities[0] > calm.volatilities[0])
    #expect(half.volatilities[0] < wild.volatilities[0])
    #expect(half.shrinkage > 0 && half.shrinkage < 1)
    // A regime that has never been seen is like all bars together.
    let unseen = try estimate([0, 0, 1])
    #expect(abs(unseen.volatilities[0] / half.volatilities[0] - 1) < 0.1)
    #expect(throws: AllocationError.self) {
      try state.update([0, 0], probabilities: [0.5, 0.6, .nan])
    }
  }

  @Test func `a window forgets, and a short history holds nobody`() throws {
    var random = CounterRandom(seed: 72, path: ["mixture"])
    let rows = (0..<150).map { _ in (0..<3).map { _ in 0.01 * random.normal() } }
    func state(_ rows: some Sequence<[Double]>) throws -> RegimeMixtureCovariance {
      var state = try RegimeMixtureCovariance(symbols: ["A", "B", "C"], regimes: 2, window: 80)
      for row in rows { try state.update(row, probabilities: [0.7, 0.3]) }
      return state
    }
    let next = [0.4, 0.6]
    #expect(
      try state(rows).estimate(next: next) == state(rows.suffix(80)).estimate(next: next))
    let short = try state(rows.prefix(20)).estimate(next: next)
    #expect(short.symbols.isEmpty && short.excluded.count == 3)
  }
}
