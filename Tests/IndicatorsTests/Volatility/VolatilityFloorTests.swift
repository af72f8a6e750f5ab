import Foundation
import Indicators
import Testing

@Suite struct VolatilityFloorTests {
  @Test func `ordinary volatilities pass untouched`() {
    #expect(abs(VolatilityFloor.log(0.01, usual: 0.02) - log(0.01)) < 1e-14)
    #expect(abs(VolatilityFloor.logRatio(0.01, toUsual: 0.02) + log(2)) < 1e-14)
  }

  @Test func `no movement counts as two per cent of the usual`() {
    #expect(abs(VolatilityFloor.log(0, usual: 0.01) - log(2e-4)) < 1e-13)
    #expect(abs(VolatilityFloor.logRatio(0, toUsual: 0.01) - log(0.02)) < 1e-14)
  }

  @Test func `a market that never moved is finite`() {
    #expect(abs(VolatilityFloor.log(0, usual: 0) - log(1e-8)) < 1e-13)
    #expect(VolatilityFloor.logRatio(0, toUsual: 0) == 0)
  }
}
