import Signals
import Testing

@Suite struct KellyTests {
  @Test func `the share is the mean over the variance`() {
    // 5 % a year at a volatility of 20 %: 1.25 times the capital.
    #expect(abs(Kelly.share(mean: 0.05, variance: 0.04) - 1.25) < 1e-15)
    #expect(Kelly.share(mean: -0.02, variance: 0.04) == -0.5)
    #expect(Kelly.share(mean: 0.05, variance: 0) == 0 && Kelly.share(mean: 0, variance: 0.1) == 0)
  }

  @Test func `no other share grows the log of the capital faster`() {
    let (mean, variance) = (0.03, 0.05)
    func growth(_ share: Double) -> Double { share * mean - share * share * variance / 2 }
    let best = Kelly.share(mean: mean, variance: variance)
    for step in -200...200 {
      #expect(growth(best) >= growth(best + Double(step) / 50))
    }
  }
}
