import Report
import Testing

@Suite struct RegimeWordingTests {
  @Test func `names tell what the order means`() {
    #expect(RegimeWording.order(["calm", "normal", "turbulent"]) == "ordered by volatility")
    #expect(RegimeWording.order(["calm", "turbulent"]) == "ordered by volatility")
    #expect(RegimeWording.order(["bear", "neutral", "bull"]) == "ordered by mean return")
    #expect(
      RegimeWording.order((1...4).map { "state \($0)" }) == "numbered in the order of regime.order")
  }
}
