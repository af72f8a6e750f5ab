import Allocation
import Kernels
import Market
import Testing

@Suite struct TrendOverlayTests {
  @Test func `by hand`() {
    let overlay = TrendOverlay(averages: [2, 4], floor: 0.5)
    #expect(overlay.factor(closes: []) == 1)
    #expect(overlay.factor(closes: [3]) == 1)
    // Below the mean of two, 5/2; that of four has not begun.
    #expect(overlay.factor(closes: [3, 2]) == 0.5)
    #expect(overlay.factor(closes: [1, 1, 3, 2]) == 0.75)
    #expect(overlay.factor(closes: [9, 9, 3, 2]) == 0.5)
    #expect(overlay.factor(closes: [1, 1, 1, 2]) == 1)
    #expect(TrendOverlay().isOff && TrendOverlay().factor(closes: [3, 2, 1]) == 1)
    #expect(TrendOverlay(averages: [2], floor: 0).factor(closes: [2, 1]) == 0)
  }

  @Test func `its factor scales the weight after the regime, with a reason`() throws {
    let covariance = CovarianceEstimate(
      symbols: ["A", "B"], volatilities: [0.01, 0.01],
      correlation: Matrix(rows: [[1, 0], [0, 1]]), observations: [99, 99])
    let decision = try Allocator(
      settings: AllocationSettings(volatilityTarget: nil, band: 0)
    ).decide(
      AllocationInput(
        assets: [AssetInput(symbol: "A", regimeSize: 0.5, trend: 0.75), AssetInput(symbol: "B")],
        covariance: covariance, periodsPerYear: 365))
    #expect(decision.lines.map(\.target) == [0.5 * 0.5 * 0.75, 0.5])
    #expect(decision.lines[0].reasons.contains(.trend(multiplier: 0.75)))
    #expect(!decision.lines[1].reasons.contains(.trend(multiplier: 1)))
  }

  @Test func `values that make no sense are refused`() {
    for overlay in [
      TrendOverlay(averages: [1]), TrendOverlay(averages: [20], floor: 1.1),
      TrendOverlay(averages: [20], floor: -0.1),
    ] {
      #expect(throws: AllocationError.self) { try overlay.validate() }
    }
  }
}
