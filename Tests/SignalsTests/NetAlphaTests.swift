import Kernels
import Signals
import Testing

@Suite struct NetAlphaTests {
  @Test func `a forecast without memory pays the whole cost`() {
    let alpha = NetAlpha(barsPerDecision: 1, cost: 0.25)
    #expect(alpha(mu: 1, persistence: 0) == 0.75)
    #expect(alpha(mu: -1, persistence: 0) == -0.75)
    // However many bars there are to the next decision: only the first is forecast.
    #expect(NetAlpha(barsPerDecision: 24, cost: 0.25)(mu: 1, persistence: 0) == 0.75)
  }

  @Test func `cases by hand`() {
    // phi .5, D 1: M = mu, and a position lasts 1 / (1 - .5) = 2 decisions.
    #expect(NetAlpha(barsPerDecision: 1, cost: 0.5)(mu: 1, persistence: 0.5) == 0.75)
    // phi .5, D 2: M = 1.5 mu, k = 4/3, so 3/4 of the cost.
    #expect(NetAlpha(barsPerDecision: 2, cost: 0.5)(mu: 1, persistence: 0.5) == 1.125)
    // phi .75, D 2: M = mu (1 - 9/16) / (1/4) = 1.75 mu; 7/16 of the cost.
    #expect(NetAlpha(barsPerDecision: 2, cost: 1)(mu: -2, persistence: 0.75) == -3.0625)
    // Without costs M is left.
    #expect(NetAlpha(barsPerDecision: 2, cost: 0)(mu: 3, persistence: 0.5) == 4.5)
  }

  @Test func `the threshold itself is worth nothing, a hair more is worth a hair`() {
    let alpha = NetAlpha(barsPerDecision: 1, cost: 0.003)
    #expect(alpha(mu: 0.003, persistence: 0) == 0)
    #expect(alpha(mu: -0.003, persistence: 0) == 0)
    #expect(alpha(mu: 0.003.nextUp, persistence: 0) > 0)
    #expect(alpha(mu: -0.003.nextUp, persistence: 0) < 0)
    #expect(alpha(mu: 0, persistence: 0.9) == 0)
    #expect(NetAlpha(barsPerDecision: 1, cost: 0)(mu: 0, persistence: 0) == 0)
  }

  @Test func `over many inputs it is odd, monotone and exactly zero within the cost`() {
    var random = CounterRandom(seed: 1, path: ["net alpha"])
    var silent = 0
    for _ in 0..<2000 {
      let bars = 1 + random.below(48)
      let phi = 0.95 * random.uniform()
      let cost = 0.004 * random.uniform()
      let alpha = NetAlpha(barsPerDecision: bars, cost: cost)
      var power = 1.0
      for _ in 0..<bars { power *= phi }
      let scale = (1 - power) / (1 - phi)
      let threshold = cost * min(1, 1 - power)
      var last = -Double.infinity
      for step in -20...20 {
        let mu = Double(step) * 0.0004
        let value = alpha(mu: mu, persistence: phi)
        #expect(value == -alpha(mu: -mu, persistence: phi))
        #expect(value >= last)
        last = value
        let expected = abs(mu) * scale
        if expected <= threshold * (1 - 1e-12) {
          #expect(value == 0)
          silent += 1
        } else if expected > threshold * (1 + 1e-12) {
          #expect((value > 0) == (mu > 0))
          #expect(abs(abs(value) - (expected - threshold)) < 1e-15)
        }
      }
    }
    #expect((10_000...60_000).contains(silent))
  }
}
