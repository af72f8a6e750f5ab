import Allocation
import Kernels
import Market
import Testing

@Suite struct SizingSettingsTests {
  private func sizing(_ base: Double, _ minimum: Double, _ maximum: Double) -> SizingSettings {
    var sizing = SizingSettings()
    (sizing.base, sizing.minimum, sizing.maximum) = (base, minimum, maximum)
    return sizing
  }

  @Test func `size by hand: base, twice the base at full conviction, clamped on both sides`() {
    let plain = sizing(0.1, 0, 1)
    #expect(plain.size(conviction: 0, multiplier: 1) == 0)
    #expect(abs(plain.size(conviction: 0.5, multiplier: 1) - 0.075) < 1e-15)
    #expect(plain.size(conviction: 1, multiplier: 1) == 0.2)
    #expect(plain.size(conviction: -1, multiplier: 1) == 0.2)
    #expect(abs(plain.size(conviction: 1, multiplier: 1.2) - 0.24) < 1e-15)
    // The original's conservative variant: .05 (.02 to .10).
    let conservative = sizing(0.05, 0.02, 0.10)
    #expect(conservative.size(conviction: 1, multiplier: 1) == 0.1)
    #expect(conservative.size(conviction: 1, multiplier: 1.5) == 0.1)
    #expect(conservative.size(conviction: 0.1, multiplier: 1) == 0.02)
    #expect(abs(conservative.size(conviction: 1, multiplier: 0.6) - 0.06) < 1e-15)
  }

  @Test func `between its clamps the size grows strictly with conviction`() {
    let sizing = sizing(0.1, 0, 1)
    let sizes = (1...1000).map { sizing.size(conviction: Double($0) / 1000, multiplier: 1) }
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `shares are proportions with a mean of one, exactly one where none is written`() {
    func shares(_ weights: [Double]) -> [Double] {
      SizingSettings.shares(
        weights.map { weight in
          var sizing = SizingSettings()
          sizing.weight = weight
          return sizing
        })
    }
    #expect(shares([1, 1, 1, 1, 1, 1, 1]) == Array(repeating: 1, count: 7))
    for (share, expected) in zip(shares([0.5, 0.3, 0.2]), [1.5, 0.9, 0.6]) {
      #expect(abs(share - expected) < 1e-12)
    }
    #expect(shares([1, 3]) == [0.5, 1.5])
  }

  @Test func `a size that makes no sense is refused`() {
    for bad in [
      sizing(0, 0, 1), sizing(-1, 0, 1), sizing(0.1, 0.3, 0.2), sizing(0.1, -0.1, 0.2),
      sizing(0.1, 0, 0), sizing(.nan, 0, 1), sizing(.infinity, 0, 1),
    ] {
      #expect(throws: AllocationError.self) { try bad.validate() }
    }
    #expect(throws: Never.self) { try SizingSettings().validate() }
  }

  /// A decision over uncorrelated assets of 2 % a day.
  private func decide(
    _ settings: AllocationSettings, _ limits: LimitSettings = LimitSettings(),
    _ assets: [AssetInput], correlation: Double = 0
  ) throws -> AllocationDecision {
    let n = assets.count
    var matrix = Matrix(rows: n, columns: n)
    for i in 0..<n { for j in 0..<n { matrix[i, j] = i == j ? 1 : correlation } }
    let covariance = CovarianceEstimate(
      symbols: assets.map(\.symbol), volatilities: Array(repeating: 0.02, count: n),
      correlation: matrix, observations: Array(repeating: 500, count: n))
    return try Allocator(settings: settings, limits: limits).decide(
      AllocationInput(assets: assets, covariance: covariance, periodsPerYear: 365))
  }

  private func asset(_ symbol: Symbol, _ conviction: Double, share: Double = 1, size: Double = 1)
    -> AssetInput
  {
    AssetInput(
      symbol: symbol, conviction: conviction, isActive: true, sizeMultiplier: size, share: share)
  }

  @Test func `method conviction sizes each position for itself`() throws {
    let settings = AllocationSettings(
      mode: .inOut, method: .conviction, volatilityTarget: nil, band: 0)
    let assets = [asset("A", 1), asset("B", -0.5), asset("C", 1, share: 0.5, size: 0.5)]
    let decision = try decide(settings, LimitSettings(), assets)
    let expected = [0.2, -0.075, 0.05]
    for (line, expected) in zip(decision.lines, expected) {
      #expect(abs(line.target - expected) < 1e-15)
      #expect(abs(line.prior - expected) < 1e-15)
    }
    #expect(abs(decision.cash - 0.825) < 1e-12)
    #expect(decision.exposure == 1 && decision.limitsThatBound.isEmpty)
    // One more or one fewer changes nothing for the others.
    let alone = try decide(settings, LimitSettings(), [assets[0]])
    #expect(alone.lines[0].target == decision.lines[0].target)
    // 2 % a day of .2: .0764 a year.
    #expect(
      abs(try #require(alone.priorVolatility) - 0.2 * 0.02 * 365.0.squareRoot()) < 1e-12)
  }

  @Test func `a volatility target scales such sizes down and never up, and limits hold`() throws {
    var settings = AllocationSettings(mode: .inOut, method: .conviction, band: 0)
    let assets = [asset("A", 1), asset("B", 1)]
    // .2 each at correlation 1: .4 * .02 * sqrt(365) = .1528 a year.
    settings.volatilityTarget = 0.05
    let down = try decide(settings, LimitSettings(), assets, correlation: 1)
    let scale = 0.05 / (0.4 * 0.02 * 365.0.squareRoot())
    #expect(abs(down.lines[0].target - 0.2 * scale) < 1e-12)
    #expect(abs(down.portfolioVolatility - 0.05) < 1e-12)
    #expect(down.lines[0].reasons.contains(.volatilityTarget(scale: down.exposure)))
    settings.volatilityTarget = 0.5
    let same = try decide(settings, LimitSettings(), assets, correlation: 1)
    #expect(same.lines[0].target == 0.2 && same.limitsThatBound.isEmpty)
    let capped = try decide(settings, LimitSettings(gross: 0.3), assets, correlation: 1)
    #expect(abs(capped.lines[0].target - 0.15) < 1e-12)
  }

  @Test func `shares move equal weights, risk budgets and priors, and equal ones move nothing`()
    throws
  {
    let shares = [1.5, 0.9, 0.6]
    let symbols: [Symbol] = ["A", "B", "C"]
    func assets(_ shares: [Double]) -> [AssetInput] {
      zip(symbols, shares).map { asset($0, 1, share: $1) }
    }
    for settings in [
      AllocationSettings(mode: .inOut, method: .equal, volatilityTarget: nil, band: 0),
      AllocationSettings(mode: .priorTilt, prior: .equal, volatilityTarget: nil, band: 0),
    ] {
      let lines = try decide(settings, LimitSettings(), assets(shares)).lines
      for (line, share) in zip(lines, shares) { #expect(abs(line.target - share / 3) < 1e-12) }
      let plain = try decide(settings, LimitSettings(), assets([1, 1, 1])).lines.map(\.target)
      #expect(
        try decide(settings, LimitSettings(), assets([0.7, 0.7, 0.7])).lines.map(\.target) == plain)
      #expect(plain == Array(repeating: 1.0 / 3, count: 3))
    }
    let budgets = AllocationSettings(mode: .inOut, volatilityTarget: nil, band: 0)
    let lines = try decide(budgets, LimitSettings(), assets(shares)).lines
    for (line, share) in zip(lines, shares) {
      #expect(abs(try #require(line.budget) - share / 3) < 1e-12)
      #expect(abs(try #require(line.riskContribution) - share / 3) < 1e-8)
    }
  }
}
