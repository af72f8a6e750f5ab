import Allocation
import Kernels
import Market
import Testing

@Suite struct NoTradeBandTests {
  /// Four symbols alike, uncorrelated.
  private func decide(
    held: [Double], sizes: [Double] = [1, 1, 1, 1], band: Double = 0.25,
    limits: LimitSettings = .init()
  ) throws -> AllocationDecision {
    let symbols: [Symbol] = ["A", "B", "C", "D"]
    let covariance = CovarianceEstimate(
      symbols: symbols, volatilities: [0.01, 0.01, 0.01, 0.01],
      correlation: Matrix(rows: (0..<4).map { i in (0..<4).map { $0 == i ? 1 : 0 } }),
      observations: [90, 90, 90, 90])
    let assets = symbols.indices.map {
      AssetInput(symbol: symbols[$0], held: held[$0], regimeSize: sizes[$0])
    }
    return try Allocator(
      settings: AllocationSettings(volatilityTarget: nil, band: band), limits: limits
    ).decide(AllocationInput(assets: assets, covariance: covariance, periodsPerYear: 252))
  }

  @Test func `a change within the band is not traded, beyond it goes to the target`() throws {
    // Wanted .25 each. Widths: .25·.25 = .0625 below, .25·held above.
    let decision = try decide(held: [0.19, 0.18, 0.33, 0.2], sizes: [1, 1, 1, 1])
    #expect(decision.lines.map(\.target) == [0.19, 0.25, 0.33, 0.2])
    #expect(decision.lines.map(\.isTraded) == [false, true, false, false])
    let change = 0.25 - 0.19
    #expect(decision.lines[0].reasons == [.insideBand(change: change, width: 0.0625)])
    let far = 0.25 - 0.18
    #expect(decision.lines[1].reasons == [.outsideBand(change: far, width: 0.0625)])
    let fall = 0.25 - 0.33
    #expect(decision.lines[2].reasons == [.insideBand(change: fall, width: 0.25 * 0.33)])
  }

  @Test func `exactly at the band is held`() throws {
    // .25 against .1875: change .0625 = .25·.25 in exact binary numbers.
    let decision = try decide(held: [0.1875, 0.25, 0.25, 0.25])
    #expect(decision.lines[0].target == 0.1875)
    #expect(decision.lines[1].reasons.isEmpty)
  }

  @Test func `a target of zero ignores the band, however small the position`() throws {
    let decision = try decide(held: [0.001, 0.2, 0.2, 0.2], sizes: [0, 1, 1, 1], band: 0.9)
    #expect(decision.lines[0].target == 0 && decision.lines[0].isTraded)
    #expect(decision.lines[0].reasons == [.regimeSize(multiplier: 0)])
    #expect(decision.lines[1].target == 0.2)
  }

  @Test func `without a band every difference is traded`() throws {
    let decision = try decide(held: [0.25, Double(0.25).nextUp, 0.1, 0], band: 0)
    #expect(decision.lines.map(\.target) == [0.25, 0.25, 0.25, 0.25])
    #expect(decision.lines.map(\.isTraded) == [false, true, true, true])
    #expect(decision.lines[3].reasons == [.entry])
  }

  @Test func `a held weight beyond its cap is traded inside the band`() throws {
    let decision = try decide(
      held: [0.22, 0.2, 0.19, 0.1], limits: LimitSettings(perSymbol: 0.2))
    #expect(decision.lines[0].target == 0.2)
    #expect(
      decision.lines[0].reasons == [.capPerSymbol(limit: 0.2), .limitBreached(held: 0.22)])
    #expect(decision.lines[2].target == 0.19)
  }

  @Test func `positions inside the band give way when a purchase would break the gross limit`()
    throws
  {
    // D is bought to .25; A, B, C at .3, .28 and .27 are inside the band and sum to .85.
    let decision = try decide(held: [0.28, 0.3, 0.27, 0.1])
    #expect(decision.lines.map(\.target) == [0.25, 0.25, 0.25, 0.25])
    // B, then A are furthest above their targets; then .25 + .25 + .27 + .25 is still too much.
    #expect(decision.lines[1].reasons == [.limitBreached(held: 0.3)])
    #expect(decision.limitsThatBound.isEmpty)
    // Bought to .25, D makes 1.01 of .26, .3, .2: B alone has to give way.
    let partly = try decide(held: [0.26, 0.3, 0.2, 0.1])
    #expect(partly.lines.map(\.target) == [0.26, 0.25, 0.2, 0.25])
    // And .99 of .24, .3, .2: nobody has.
    let fitting = try decide(held: [0.24, 0.3, 0.2, 0.1])
    #expect(fitting.lines.map(\.target) == [0.24, 0.3, 0.2, 0.25])
  }

  @Test(arguments: ReferenceFiles.present)
  func `what leaves the band of the reference goes to its target`(files: ReferenceFiles) throws {
    let file = try files.bands().object("no_trade_band")
    let (held, wanted) = (try file.numbers("current"), try file.numbers("target"))
    let (width, expected) = (try file.number("band"), try file.numbers("to_target_raw"))
    for index in held.indices {
      var portfolio = WantedWeights(LimitSettings())
      // The reference's band is as wide for every symbol; weights are halved, since a quarter is the most.
      portfolio.band = width / max(held[index], wanted[index])
      let decision = try portfolio.decide(
        [wanted[index] / 2, 0, 0, 0], held: [held[index] / 2, 0, 0, 0])
      #expect(abs(2 * decision.lines[0].target - expected[index]) < 1e-12, "symbol \(index)")
    }
  }

  @Test func `deciding again at the targets trades nothing`() throws {
    for seed in 0..<1500 {
      let signed = seed % 2 == 1
      var problem = GeneratedProblem(seed: UInt64(seed), signed: signed)
      let settings = problem.settings(signed ? .inOut : .priorTilt)
      let allocator = try Allocator(settings: settings, limits: problem.limits())
      // A third of them with positions that nobody quotes.
      var assets = problem.assets(signed: signed, stuck: seed % 3 == 0)
      func decide() throws -> AllocationDecision {
        try allocator.decide(
          AllocationInput(
            assets: assets, covariance: problem.covariance, periodsPerYear: 365))
      }
      for line in try decide().lines {
        let index = try #require(assets.firstIndex { $0.symbol == line.symbol })
        assets[index].held = line.target
      }
      #expect(try decide().lines.allSatisfy { !$0.isTraded })
    }
  }
}
