import Allocation
import Kernels
import Market
import Testing

@Suite struct AllocationTextTests {
  @Test(
    arguments: [
      (
        .ineligible(.insufficientHistory(have: 7, need: 60)),
        "not eligible: 7 returns of the 60 needed"
      ),
      (.ineligible(.stalePrice), "not eligible: stale price"),
      (.ineligible(.zeroVolatility), "not eligible: zero volatility"),
      (.ineligible(.noSignal), "not eligible: no signal"),
      (.notEntered, "no entry"), (.noConviction, "no conviction"),
      (.exit(rule: "profit target"), "exit: profit target"),
      (.stopped(rule: "ATR stop"), "stopped: ATR stop"),
      (.volatilityTarget(scale: 0.5481), "volatility target x0.55"),
      (.drawdownThrottle(scale: 0.25), "drawdown throttle x0.25"),
      (.regimeSize(multiplier: 0.995), "regime x1.00"),
      (.tilt(multiplier: 1), "tilt x1.00"), (.gross(scale: 0.5), "gross limit x0.50"),
      (.capPerSymbol(limit: 0.05), "cap of 5.0 %"),
      (
        .insideBand(change: -0.004, width: 0.012_34),
        "held: a change by -0.4 points is within the band of 1.2 points"
      ),
      (
        .outsideBand(change: 0.1, width: 0.012),
        "traded: a change by 10.0 points is beyond the band of 1.2 points"
      ),
      (
        .finishing(change: -0.02),
        "traded: a change by -2.0 points finishes the trade of the decision before"
      ),
      (.limitBreached(held: 0.22), "held 22.0 % breaks a limit: the band is ignored"),
      (.entry, "entry"),
      (
        .correlated(with: "BTC", correlation: 0.8, scale: 0.5), "correlates 0.80 with BTC: x0.50"
      ),
      (.positions(limit: 3), "not among the 3 largest positions"),
      (.sum(.group("majors"), price: 0.125), "limit of group majors takes 12.5 %"),
      (.sum(.cluster(["BTC", "ETH"]), price: 0.2), "limit of cluster BTC+ETH takes 20.0 %"),
      (.sum(.net, price: 0.2), "net limit takes 20.0 %"),
      (.turnover(done: 0.4), "turnover limit: 40.0 % of the trade now"),
    ] as [(AllocationReason, String)])
  func `each reason reads as a fact`(reason: AllocationReason, text: String) {
    #expect("\(reason)" == text)
  }

  @Test func `a line tells its way`() throws {
    let covariance = CovarianceEstimate(
      symbols: ["BTC", "ETH"], volatilities: [0.5, 0.5],
      correlation: Matrix(rows: [[1, 1], [1, 1]]), observations: [90, 90])
    let decision = try Allocator(settings: AllocationSettings(volatilityTarget: 0.25)).decide(
      AllocationInput(
        assets: [
          AssetInput(symbol: "BTC", held: 0.21, regimeSize: 0.8, netAlpha: 0.025),
          AssetInput(symbol: "ETH"),
        ], covariance: covariance, periodsPerYear: 1))
    #expect(
      "\(decision.lines[0])"
        == "BTC: prior 50.0 % -> vol target 25.0 % -> regime 20.0 % -> tilt x1.10 22.0 %"
        + " -> limits 22.0 % -> held 21.0 %")
    #expect(
      "\(decision.lines[1])"
        == "ETH: prior 50.0 % -> vol target 25.0 % -> regime 25.0 % -> tilt x1.00 25.0 %"
        + " -> limits 25.0 % -> traded 25.0 %")
  }

  @Test func `a percentage that rounds to zero has no sign, a large one keeps its digits`() {
    func text(_ weight: Double) -> String {
      "\(LimitViolation.sum(.gross, total: weight, limit: 1))"
    }
    #expect(text(-0.000_4).hasPrefix("gross exposure 0.0 % is"))
    #expect(text(-0.000_6).hasPrefix("gross exposure -0.1 % is"))
    #expect(text(12.345_6).hasPrefix("gross exposure 1234.6 % is"))
    #expect(text(1e300).hasPrefix("gross exposure 1e+302 % is"))
  }
}
