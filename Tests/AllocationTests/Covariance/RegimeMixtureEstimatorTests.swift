import Allocation
import Kernels
import Market
import Testing

/// `allocation.covariance: mixture`: bars count for the regimes known at their closes.
@Suite struct RegimeMixtureEstimatorTests {
  private let symbols: [Symbol] = ["B", "A", "C"]

  private func market(_ bars: Int, seed: UInt64) -> [[Double]] {
    var random = CounterRandom(seed: seed, path: ["mixture estimator"])
    return (0..<bars).map { t in
      let scale = t / 40 % 2 == 1 ? 0.03 : 0.01
      let shared = scale * random.normal()
      return symbols.map { _ in shared + scale * random.normal() }
    }
  }

  @Test func `probabilities are brought to a sum of one, and unknown is alike`() {
    let regime = MarketRegime(now: [1, 3], next: [2, 2])
    #expect(regime.now == [0.25, 0.75] && regime.next == [0.5, 0.5])
    #expect(MarketRegime.unknown(of: 4).now == [0.25, 0.25, 0.25, 0.25])
  }

  @Test func `it is the mixture of bars weighted by what was known, one after the other`() throws {
    let rows = market(200, seed: 1)
    var own = try RegimeMixtureEstimator(symbols: symbols, regimes: 2, window: 120)
    var plain = try RegimeMixtureCovariance(symbols: symbols, regimes: 2, window: 120)
    var random = CounterRandom(seed: 2, path: ["regimes"])
    var regime = MarketRegime.unknown(of: 2)
    for (t, row) in rows.enumerated() {
      // Nothing is known of the first bars, and what is known later stands until the next word.
      if t >= 30, t % 3 == 0 {
        let p = random.uniform()
        regime = MarketRegime(now: [p, 1 - p], next: [0.9 * p, 1 - 0.9 * p])
        own.observe(regime)
      }
      try own.update(row)
      try plain.update(row, probabilities: regime.now)
      guard t > 60, t % 29 == 0 else { continue }
      #expect(
        try own.estimate(minimumObservations: 60)
          == plain.estimate(next: regime.next, minimumObservations: 60))
    }
  }

  @Test func `where nothing is known it is the shrunk covariance of all bars`() throws {
    let rows = market(150, seed: 3)
    var own = try RegimeMixtureEstimator(symbols: ["A", "B", "C"], regimes: 3)
    for row in rows { try own.update(row) }
    let pooled = WeightedLedoitWolf(returns: Matrix(rows: rows), halfLife: nil)
    let estimate = try own.estimate(minimumObservations: 60)
    #expect(
      distance(estimate.covariance.elements, pooled.covariance.elements)
        < 1e-14 * pooled.covariance[0, 0])
    #expect(abs(estimate.shrinkage - pooled.shrinkage) < 1e-14)
  }

  @Test func `what is known of later bars changes no earlier estimate`() throws {
    let rows = market(160, seed: 4)
    func estimate(wild: Bool) throws -> [CovarianceEstimate] {
      var own = try RegimeMixtureEstimator(symbols: symbols, regimes: 2)
      var estimates: [CovarianceEstimate] = []
      for (t, row) in rows.enumerated() {
        let isWild = t < 100 ? t / 40 % 2 == 1 : wild
        let p = isWild ? [0.1, 0.9] : [0.9, 0.1]
        own.observe(MarketRegime(now: p, next: p))
        try own.update(row)
        if t == 99 || t == 159 { estimates.append(try own.estimate(minimumObservations: 60)) }
      }
      return estimates
    }
    let (calm, wild) = (try estimate(wild: false), try estimate(wild: true))
    #expect(calm[0] == wild[0] && calm[1] != wild[1])
  }

  @Test func `the settings make it with regimes, and refuse it without`() throws {
    let settings = AllocationSettings(covariance: .mixture, window: 100, minimumObservations: 40)
    #expect(throws: AllocationError.noRegimes) {
      try settings.covarianceEstimator(of: symbols)
    }
    var made = try settings.covarianceEstimator(of: symbols, regimes: 2)
    var own = try RegimeMixtureEstimator(symbols: symbols, regimes: 2, window: 100)
    for (t, row) in market(130, seed: 5).enumerated() {
      let p = t % 2 == 0 ? [0.8, 0.2] : [0.3, 0.7]
      made.observe(MarketRegime(now: p, next: p))
      own.observe(MarketRegime(now: p, next: p))
      try made.update(row)
      try own.update(row)
    }
    #expect(
      try made.estimate(minimumObservations: 40) == own.estimate(minimumObservations: 40))
  }
}
