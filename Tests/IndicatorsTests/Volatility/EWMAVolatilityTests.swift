import Foundation
import Indicators
import Kernels
import Market
import Testing

@Suite struct EWMAVolatilityTests {
  @Test func `weighs squares by the decay`() {
    var volatility = EWMAVolatility(decay: 0.5, warmUp: 2)
    #expect(volatility.update(2) == nil)
    // (4/2 + 16) / (1/2 + 1), then (4/4 + 16/2 + 1) / (1/4 + 1/2 + 1).
    #expect(volatility.update(4) == 12.0.squareRoot())
    #expect(volatility.update(-1) == (10 / 1.75).squareRoot())
  }

  @Test func `is the weighted mean of all squares so far`() {
    var random = CounterRandom(seed: 8, path: ["ewma"])
    let returns = (0..<300).map { _ in 0.02 * random.normal() }
    var volatility = EWMAVolatility()
    for (index, value) in returns.enumerated() {
      let now = volatility.update(value)
      #expect((now == nil) == (index < 19))
      guard let now else { continue }
      let weights = (0...index).map { pow(0.94, Double(index - $0)) }
      let sum = zip(weights, returns).map { $0 * $1 * $1 }.reduce(0, +)
      #expect(abs(now - (sum / weights.reduce(0, +)).squareRoot()) < 1e-14)
    }
  }

  @Test func `becomes the RiskMetrics recursion`() throws {
    var random = CounterRandom(seed: 9, path: ["ewma"])
    var volatility = EWMAVolatility()
    var variance = 1.0
    var last: Double?
    for _ in 0..<2000 {
      let value = random.normal()
      variance = 0.94 * variance + 0.06 * value * value
      last = volatility.update(value)
    }
    #expect(abs(try #require(last) - variance.squareRoot()) < 1e-12)
  }

  @Test func `a half-life halves the weight`() {
    let volatility = EWMAVolatility(halfLife: 250)
    #expect(abs(pow(volatility.decay, 250) - 0.5) < 1e-13)
  }

  @Test(arguments: GeneratedBars.allCases)
  func `the newest return is never more than 4.1 sigmas`(bars: GeneratedBars) {
    let closes = bars.bars(count: 3000).map(\.close)
    let returns = LogReturn.column(closes)
    let sigmas = EWMAVolatility.column(closes: closes)
    for index in 20..<closes.count {
      #expect(abs(returns[index]) <= 4.0825 * sigmas[index])
    }
  }

  @Test func `prices that stand still for ever end at zero`() {
    let closes = [1.0, 2] + Array(repeating: 2, count: 20_000)
    let column = EWMAVolatility.column(closes: closes)
    #expect(column[20_001] == 0)
    #expect(column[20...].allSatisfy { $0 >= 0 })
  }
}
