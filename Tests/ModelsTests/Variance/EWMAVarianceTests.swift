import Kernels
import Models
import Testing

@Suite struct EWMAVarianceTests {
  @Test func `by hand`() {
    var filter = EWMAVariance(decay: 0.75, warmup: 2)
    #expect(filter.update(1) == nil)
    #expect(filter.next == nil)
    #expect(filter.update(-3) == 5)
    #expect(filter.update(1) == 4)
    #expect(filter.update(0) == 3)
    #expect(filter.next == 3)
  }

  @Test func `starts after twenty returns with their mean square`() {
    var filter = EWMAVariance(decay: 0.94)
    var sum = 0.0
    for i in 1...19 {
      #expect(filter.update(Double(i)) == nil)
      sum += Double(i * i)
    }
    #expect(filter.update(20) == (sum + 400) / 20)
  }

  @Test func `a constant size of return is its variance`() {
    var filter = EWMAVariance(decay: 0.97)
    for i in 0..<500 { filter.update(i % 2 == 0 ? 0.5 : -0.5) }
    #expect(filter.next == 0.25)
  }

  @Test func `a return across missing slots is shared out among them`() {
    var filter = EWMAVariance(decay: 0.5, warmup: 1)
    #expect(filter.update(2) == 4)
    #expect(filter.update(4, missing: 3) == 4)
    #expect(filter.update(4) == 10)
  }

  @Test func `forgets by the decay`() {
    for decay in EWMAVariance.candidates {
      var filter = EWMAVariance(decay: decay, warmup: 1)
      filter.update(1)
      for _ in 0..<30 { filter.update(0) }
      let expected = Elementary.pow(decay, 30)
      #expect(((filter.next ?? 0) - expected).magnitude < 1e-12)
    }
  }

  @Test func `loss by hand`() throws {
    // Forecasts 1 before the second return, .5 + 2 = 2.5 before the third.
    let loss = try #require(EWMAVariance.qlike(of: [1, 2, 5], decay: 0.5, warmup: 1))
    let expected = (4 + 0 + 25 / 2.5 + Elementary.log(2.5)) / 2
    #expect((loss - expected).magnitude < 1e-15)
  }

  @Test func `the fit finds how fast volatility moves`() {
    // Volatility that wanders by 15 % a bar wants a short memory, one that never moves a long one.
    var random = CounterRandom(seed: 1, path: ["ewma"])
    var jumpy: [Double] = []
    var steady: [Double] = []
    var size = 1.0
    for _ in 0..<4000 {
      size = min(5, max(0.2, size * (1 + 0.15 * random.normal())))
      jumpy.append(size * random.normal())
      steady.append(random.normal())
    }
    #expect(EWMAVariance.decay(fittedTo: jumpy) == 0.90)
    #expect(EWMAVariance.decay(fittedTo: steady) == 0.985)
  }

  @Test func `the decay has the least loss of all candidates`() throws {
    for seed in 0..<10 as Range<UInt64> {
      var random = CounterRandom(seed: seed, path: ["candidates"])
      var variance = 1.0
      let returns = (0..<500).map { _ in
        let r = variance.squareRoot() * random.normal()
        variance = 0.05 + 0.9 * variance + 0.08 * r * r
        return r
      }
      let best = try #require(EWMAVariance.decay(fittedTo: returns))
      let least = try #require(EWMAVariance.qlike(of: returns, decay: best))
      for decay in EWMAVariance.candidates {
        #expect(try least <= #require(EWMAVariance.qlike(of: returns, decay: decay)))
      }
    }
  }

  @Test func `returns that tell nothing give no decay`() {
    #expect(EWMAVariance.decay(fittedTo: []) == nil)
    #expect(EWMAVariance.decay(fittedTo: Array(repeating: 0.1, count: 20)) == nil)
    #expect(EWMAVariance.decay(fittedTo: Array(repeating: 0, count: 500)) == nil)
    #expect(EWMAVariance.decay(fittedTo: Array(repeating: 0.1, count: 21)) == 0.90)
  }

  @Test func `frozen prices are left out until something moves`() throws {
    let returns = Array(repeating: 0.0, count: 30) + [1, 0.5, 1]
    let loss = try #require(EWMAVariance.qlike(of: returns, decay: 0.9))
    #expect(loss.isFinite)
  }
}
