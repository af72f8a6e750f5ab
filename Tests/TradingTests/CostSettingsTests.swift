import Testing
import Trading

@Suite struct CostSettingsTests {
  @Test func `one way is commission, slippage and half the spread`() {
    var costs = CostSettings(commission: 0.25, slippage: 0.125)
    #expect(costs.oneWay == 0.375)
    costs.halfSpread = 0.5
    #expect(costs.oneWay == 0.875)
  }

  @Test func `the least commission counts for small fills, up to what they are worth`() {
    var costs = CostSettings(commission: 0.01, slippage: 0)
    costs.minimumCommission = 5
    #expect(costs.fee(notional: 1000) == 10)
    #expect(costs.fee(notional: 500) == 5)
    #expect(costs.fee(notional: 100) == 5)
    #expect(costs.fee(notional: 3) == 3)
    #expect(costs.fee(notional: 0) == 0)
  }

  @Test func `impact grows with the root of the share of the last bar's volume`() {
    var costs = CostSettings(commission: 0, slippage: 0.001)
    costs.halfSpread = 0.002
    #expect(costs.concession(quantity: 100, volume: 400) == 0.003)
    costs.impact = 0.1
    #expect(costs.impact(quantity: 100, volume: 400) == 0.05)
    #expect(costs.impact(quantity: -100, volume: 400) == 0.05)
    #expect(abs(costs.concession(quantity: 4, volume: 400) - 0.013) < 1e-15)
    // More than the whole volume counts as the whole, and so does a bar without any.
    #expect(costs.impact(quantity: 900, volume: 400) == 0.1)
    #expect(costs.impact(quantity: 1, volume: 0) == 0.1)
  }

  @Test func `a bar fills at most its part of the last volume, on either side`() {
    var costs = CostSettings()
    #expect(costs.fillable(1e9, volume: 0) == 1e9)
    costs.participation = 0.25
    #expect(costs.fillable(30, volume: 100) == 25 && costs.fillable(-30, volume: 100) == -25)
    #expect(costs.fillable(20, volume: 100) == 20 && costs.fillable(-20, volume: 100) == -20)
    #expect(costs.fillable(20, volume: 0) == 0)
  }
}
