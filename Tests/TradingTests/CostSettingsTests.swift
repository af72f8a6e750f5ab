import Testing
import Trading

@Suite struct CostSettingsTests {
  @Test func `one way is commission and slippage`() {
    #expect(CostSettings(commission: 0.25, slippage: 0.125).oneWay == 0.375)
  }
}
