import Statistics
import Testing

@Suite struct TailRiskTests {
  @Test func `five returns worked by hand`() throws {
    let risk = try TailRisk(returns: [0.1, -0.2, 0.25, 0, 0.1], tail: 0.25)
    // Sorted −.2 0 .1 .1 .25: positions 1 and 3.
    #expect(risk.historical == 0)
    #expect(agree(risk.conditionalHistorical, -0.1, within: 1e-14))
    #expect(risk.tailRatio == nil)
    // Mean .05, deviation √.0275, z(.25) = −.674 489 750 196 081 7, φ(z) = .317 776 573 008…
    let deviation = 0.0275.squareRoot()
    #expect(agree(risk.normal, 0.05 - 0.674_489_750_196_081_7 * deviation, within: 1e-13))
    #expect(
      agree(risk.conditionalNormal, 0.05 - deviation * 0.317_776_572_683_923 / 0.25, within: 1e-8))
  }

  @Test func `symmetric returns of normal shape leave Cornish and Fisher nothing to correct`()
    throws
  {
    // Two values ±a, and as many zeros as make the kurtosis 3: a⁴·(1/3) / (a²/3)² = 3.
    let risk = try TailRisk(returns: [-1, 1, 0, 0, 0, 0].map { $0 * 0.01 })
    #expect(agree(risk.cornishFisher, risk.normal ?? 0, within: 1e-12))
    let skewed = try TailRisk(returns: [-3, 1, 1, 1, 0, 0].map { $0 * 0.01 })
    #expect((skewed.cornishFisher ?? 0) < (skewed.normal ?? 0))
  }

  @Test func `what is not defined is nil or refused`() throws {
    let one = try TailRisk(returns: [0.01])
    #expect(one.normal == nil && one.cornishFisher == nil && one.historical == 0.01)
    #expect(try TailRisk(returns: [0.01, 0.01]).cornishFisher == nil)
    #expect(throws: StatisticsError.tooShort(have: 0, need: 1)) { try TailRisk(returns: []) }
    #expect(throws: StatisticsError.self) { try TailRisk(returns: [0.1], tail: 0.5) }
    #expect(throws: StatisticsError.notFinite(index: 0)) { try TailRisk(returns: [.nan]) }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with scipy, quantstats and empyrical`(files: ReferenceFiles) throws {
    let file = try files.metrics()
    let reference = try file.object("ref_rf0")
    let risk = try TailRisk(returns: try file.numbers("returns"))
    let pairs: [(Double?, String)] = [
      (risk.historical, "var95_hist"), (risk.conditionalHistorical, "cvar95_hist"),
      (risk.normal, "var95_normal"), (risk.conditionalNormal, "cvar95_normal"),
      (risk.cornishFisher, "var95_cornish_fisher"), (risk.tailRatio, "tail_ratio"),
    ]
    for (mine, name) in pairs {
      #expect(agree(mine, try reference.number(name), within: 1e-11), "\(name)")
    }
    let quantstats = try file.object("quantstats")
    #expect(agree(risk.conditionalNormal, try quantstats.number("cvar"), within: 1e-11))
    #expect(
      agree(risk.conditionalHistorical, try file.object("empyrical").number("cvar"), within: 1e-11))
  }
}
