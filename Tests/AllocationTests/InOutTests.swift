import Allocation
import Kernels
import Market
import Testing

@Suite struct InOutTests {
  private let covariance = CovarianceEstimate(
    symbols: ["A", "B", "C"], volatilities: [0.1, 0.2, 0.3],
    correlation: Matrix(rows: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]), observations: [90, 90, 90])

  private func decide(
    _ assets: [AssetInput], method: SizingMethod = .riskBudget,
    target: Double? = nil, limits: LimitSettings = .init()
  ) throws -> AllocationDecision {
    let settings = AllocationSettings(
      mode: .inOut, method: method, volatilityTarget: target, band: 0)
    return try Allocator(settings: settings, limits: limits).decide(
      AllocationInput(assets: assets, covariance: covariance, periodsPerYear: 1))
  }

  @Test func `budgets are conviction times size, weights follow the sides`() throws {
    let decision = try decide([
      AssetInput(symbol: "A", conviction: 0.9, isActive: true, sizeMultiplier: 0.4),
      AssetInput(symbol: "B", conviction: -0.64, isActive: true),
      AssetInput(symbol: "C", conviction: 0.5),
    ])
    let (a, b, c) = (decision.lines[0], decision.lines[1], decision.lines[2])
    #expect(abs(try #require(a.budget) - 0.36) < 1e-15)
    #expect(abs(try #require(b.budget) - 0.64) < 1e-15)
    #expect(c.budget == nil && c.conviction == 0.5)
    // Uncorrelated: .6/.1 : .8/.2 = 6 : 4, B short.
    #expect(abs(a.target - 0.6) < 1e-14 && abs(b.target + 0.4) < 1e-14 && c.target == 0)
    #expect(a.reasons == [.regimeSize(multiplier: 0.4), .entry])
    #expect(b.reasons == [.entry])
    #expect(c.reasons == [.notEntered])
    #expect(abs(decision.net - 0.2) < 1e-14 && abs(decision.gross - 1) < 1e-14)
    #expect(abs(try #require(a.riskContribution) - 0.36) < 1e-12)
    #expect(decision.cash == 1 - decision.net)
  }

  @Test func `a hedge is rewarded, the same sides are not`() throws {
    let correlated = CovarianceEstimate(
      symbols: ["A", "B"], volatilities: [0.2, 0.2],
      correlation: Matrix(rows: [[1, 0.8], [0.8, 1]]), observations: [90, 90])
    func exposure(_ second: Double) throws -> Double {
      let settings = AllocationSettings(mode: .inOut, volatilityTarget: 0.05, band: 0)
      let decision = try Allocator(settings: settings).decide(
        AllocationInput(
          assets: [
            AssetInput(symbol: "A", conviction: 1, isActive: true),
            AssetInput(symbol: "B", conviction: second, isActive: true),
          ], covariance: correlated, periodsPerYear: 1))
      #expect(abs(decision.portfolioVolatility - 0.05) < 1e-14)
      return decision.gross
    }
    // √(.02·(1 ∓ .8)): volatilities .0632 and .1897.
    #expect(abs(try exposure(-1) - 0.05 / Double(0.004).squareRoot()) < 1e-12)
    #expect(abs(try exposure(1) - 0.05 / Double(0.036).squareRoot()) < 1e-12)
  }

  @Test func `the equal method gives each open position the same weight`() throws {
    let decision = try decide(
      [
        AssetInput(symbol: "A", conviction: 0.1, isActive: true, sizeMultiplier: 0.5),
        AssetInput(symbol: "B", conviction: -0.9, isActive: true), AssetInput(symbol: "C"),
      ], method: .equal)
    #expect(decision.weights.map(\.weight) == [0.5, -0.5, 0])
    #expect(decision.lines[0].budget == 0.5)
  }

  @Test func `nothing active is all cash, each line saying why`() throws {
    let decision = try decide([
      AssetInput(symbol: "A", held: 0.5, conviction: 0.5, isActive: true, exitedBy: "time"),
      AssetInput(symbol: "B", held: -0.2, conviction: 0, isActive: true),
      AssetInput(symbol: "C", conviction: 0.7),
    ])
    #expect(decision.allCash == .noActivePosition && decision.cash == 1)
    #expect(decision.weights.map(\.weight) == [0, 0, 0])
    #expect(decision.lines[0].reasons == [.exit(rule: "time")])
    #expect(decision.lines[1].reasons == [.noConviction])
    #expect(decision.lines[2].reasons == [.notEntered])
    #expect(decision.portfolioVolatility == 0 && decision.priorVolatility == nil)
  }

  @Test func `a stop comes before an exit and a size of zero closes`() throws {
    let decision = try decide([
      AssetInput(
        symbol: "A", held: 0.5, stoppedBy: "stop", conviction: 0.5, isActive: true,
        exitedBy: "time"),
      AssetInput(symbol: "B", held: 0.1, conviction: 0.5, isActive: true, sizeMultiplier: 0),
      AssetInput(symbol: "C", conviction: 0.7, isActive: true),
    ])
    #expect(decision.lines[0].reasons == [.stopped(rule: "stop")])
    #expect(decision.lines[1].reasons == [.regimeSize(multiplier: 0)])
    #expect(decision.weights.map(\.weight) == [0, 0, 1])
  }

  @Test func `caps cut shorts as they cut longs`() throws {
    let decision = try decide(
      [
        AssetInput(symbol: "A", conviction: -1, isActive: true),
        AssetInput(symbol: "B", conviction: 1, isActive: true), AssetInput(symbol: "C"),
      ], limits: LimitSettings(perSymbol: 0.3))
    #expect(decision.weights.map(\.weight) == [-0.3, 0.3, 0])
  }

  @Test func `risk contributions are the budgets in generated problems`() throws {
    var checked = 0
    for seed in 0..<1500 {
      var problem = GeneratedProblem(seed: UInt64(seed), signed: true)
      let settings = AllocationSettings(
        mode: .inOut, volatilityTarget: problem.random.below(2) == 0 ? nil : 0.3, band: 0)
      let decision = try Allocator(settings: settings).decide(
        AllocationInput(
          assets: problem.assets(signed: true), covariance: problem.covariance,
          periodsPerYear: 252))
      guard decision.allCash == nil else { continue }
      checked += 1
      var total = 0.0
      for line in decision.lines {
        let budget = line.budget ?? 0
        total += budget
        #expect(abs((line.riskContribution ?? 0) - budget) < 1e-8)
      }
      #expect(abs(total - 1) < 1e-12)
    }
    #expect(checked > 1000)
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the reference from convictions to scaled weights`(
    files: ReferenceFiles
  ) throws {
    let extra = try files.pipeline()
    let two = try extra.object("two_speed_shrunk")
    let pipeline = try extra.object("pipeline")
    let correlation = try two.matrix("corr")
    let matrix = try two.matrix("cov")
    let n = matrix.rows
    let budgets = try pipeline.numbers("budgets")
    let covariance = CovarianceEstimate(
      symbols: (0..<n).map { Symbol("S\($0)") },
      volatilities: (0..<n).map { matrix[$0, $0].squareRoot() }, correlation: correlation,
      observations: Array(repeating: 252, count: n))
    let target = try pipeline.number("target")
    let decision = try Allocator(
      settings: AllocationSettings(mode: .inOut, volatilityTarget: target, band: 0)
    ).decide(
      AllocationInput(
        assets: (0..<n).map {
          AssetInput(
            symbol: Symbol("S\($0)"), conviction: budgets[$0], isActive: budgets[$0] > 0)
        }, covariance: covariance, periodsPerYear: 252))
    #expect(abs(decision.exposure - (try pipeline.number("scale"))) < 1e-9)
    #expect(distance(decision.lines.map(\.prior), try pipeline.numbers("erc")) < 1e-9)
    let scaled = try pipeline.numbers("scaled")
    #expect(distance(decision.weights.map(\.weight), scaled) < 1e-9)
  }
}
