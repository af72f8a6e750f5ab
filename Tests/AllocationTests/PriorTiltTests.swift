import Allocation
import Kernels
import Market
import Testing

@Suite struct PriorTiltTests {
  /// A at 20 % and B at 40 % a year, correlation 0, one period a year.
  private let covariance = CovarianceEstimate(
    symbols: ["A", "B"], volatilities: [0.2, 0.4], correlation: Matrix(rows: [[1, 0], [0, 1]]),
    observations: [100, 100])

  private func decide(
    _ assets: [AssetInput], _ settings: AllocationSettings, _ limits: LimitSettings = .init(),
    throttle: Double = 1
  ) throws -> AllocationDecision {
    try Allocator(settings: settings, limits: limits).decide(
      AllocationInput(
        assets: assets, covariance: covariance, periodsPerYear: 1, throttle: throttle))
  }

  @Test func `the steps by hand`() throws {
    // Equal weights: volatility √(.01 + .04) = .2236; target .1 -> e = .4472.
    let decision = try decide(
      [
        AssetInput(symbol: "A", regimeSize: 0.5, netAlpha: 0.05),
        AssetInput(symbol: "B", netAlpha: -0.1),
      ],
      AllocationSettings(volatilityTarget: 0.1, band: 0))
    let e = 0.1 / Double(0.05).squareRoot()
    #expect(abs(decision.exposure - e) < 1e-15)
    #expect(abs(try #require(decision.priorVolatility) - Double(0.05).squareRoot()) < 1e-15)
    let (a, b) = (decision.lines[0], decision.lines[1])
    #expect(a.prior == 0.5 && b.prior == 0.5)
    #expect(abs(a.scaled - e / 2) < 1e-15 && abs(a.afterRegime - e / 4) < 1e-15)
    // 1 + .05/(.5·.2) = 1.5 and 1 − .1/(.5·.4) = .5
    #expect(abs(a.tiltMultiplier - 1.5) < 1e-15 && abs(b.tiltMultiplier - 0.5) < 1e-15)
    #expect(abs(a.target - e * 0.375) < 1e-15 && abs(b.target - e * 0.25) < 1e-15)
    #expect(
      a.reasons == [
        .volatilityTarget(scale: decision.exposure), .regimeSize(multiplier: 0.5),
        .tilt(multiplier: a.tiltMultiplier), .entry,
      ])
    #expect(
      b.reasons == [
        .volatilityTarget(scale: decision.exposure), .tilt(multiplier: b.tiltMultiplier), .entry,
      ])
    #expect(abs(decision.gross - e * 0.625) < 1e-15 && decision.net == decision.gross)
    #expect(decision.cash == 1 - decision.net)
    // Variances (e·.375·.2)² and (e·.25·.4)²: .005625 : .01.
    #expect(abs(try #require(a.riskContribution) - 0.36) < 1e-14)
    #expect(abs(try #require(b.riskContribution) - 0.64) < 1e-14)
    #expect(abs(decision.portfolioVolatility - e * 0.125) < 1e-15)
    #expect(decision.limitsThatBound.isEmpty && decision.allCash == nil)
  }

  @Test func `a volatility target that is out of reach stops at the gross limit and says so`()
    throws
  {
    let decision = try decide(
      [AssetInput(symbol: "A"), AssetInput(symbol: "B")],
      AllocationSettings(volatilityTarget: 0.5, band: 0))
    #expect(decision.exposure == 1)
    #expect(decision.weights.map(\.weight) == [0.5, 0.5])
    let wanted = 0.5 / (try #require(decision.priorVolatility))
    #expect(decision.limitsThatBound == [.exposure(wanted: wanted, limit: 1)])
  }

  @Test func `tilted weights beyond the gross limit are scaled, all alike`() throws {
    let decision = try decide(
      [AssetInput(symbol: "A", netAlpha: 1), AssetInput(symbol: "B", netAlpha: 0.1)],
      AllocationSettings(volatilityTarget: nil, band: 0))
    // Tilts 2 (the ceiling) and 1.5: 1 and .75, scaled by 1/1.75.
    #expect(decision.lines.map(\.tilted) == [1, 0.75])
    #expect(distance(decision.weights.map(\.weight), [4.0 / 7, 3.0 / 7]) < 1e-15)
    #expect(
      decision.limitsThatBound == [.gross(wanted: 1.75, limit: 1, scale: decision.grossScale)])
    #expect(decision.lines[0].reasons.contains(.gross(scale: decision.grossScale)))
  }

  @Test func `what a cap cuts off goes to cash`() throws {
    let decision = try decide(
      [AssetInput(symbol: "A"), AssetInput(symbol: "B")],
      AllocationSettings(volatilityTarget: nil, band: 0),
      LimitSettings(perSymbol: 0.4, perSymbolOverrides: ["B": 0.1]))
    #expect(decision.weights.map(\.weight) == [0.4, 0.1])
    #expect(decision.cash == 0.5)
    #expect(
      decision.limitsThatBound == [
        .perSymbol("A", wanted: 0.5, limit: 0.4), .perSymbol("B", wanted: 0.5, limit: 0.1),
      ])
    #expect(decision.lines[1].reasons == [.capPerSymbol(limit: 0.1), .entry])
  }

  @Test func `a stop waits in cash and moves no other weight`() throws {
    let settings = AllocationSettings(volatilityTarget: 0.1, band: 0)
    let plain = try decide(
      [AssetInput(symbol: "A", held: 0.2), AssetInput(symbol: "B")], settings)
    let stopped = try decide(
      [AssetInput(symbol: "A", held: 0.2, stoppedBy: "ATR stop"), AssetInput(symbol: "B")],
      settings)
    #expect(stopped.lines[0].target == 0 && stopped.lines[0].isTraded)
    #expect(stopped.lines[0].reasons.last == .stopped(rule: "ATR stop"))
    #expect(stopped.lines[1] != plain.lines[1])  // Its share of the risk.
    #expect(stopped.lines[1].target == plain.lines[1].target)
    #expect(stopped.lines[0].riskContribution == 0 && stopped.lines[1].riskContribution == 1)
  }

  @Test func `the drawdown throttle scales every weight`() throws {
    let settings = AllocationSettings(volatilityTarget: nil, band: 0)
    let decision = try decide(
      [AssetInput(symbol: "A"), AssetInput(symbol: "B")], settings, throttle: 0.25)
    #expect(decision.weights.map(\.weight) == [0.125, 0.125])
    #expect(decision.lines[0].reasons == [.drawdownThrottle(scale: 0.25), .entry])
    let none = try decide(
      [AssetInput(symbol: "A", held: 0.3), AssetInput(symbol: "B")], settings, throttle: 0)
    #expect(none.weights.map(\.weight) == [0, 0] && none.cash == 1)
    #expect(none.lines[0].riskContribution == nil)
  }

  @Test func `one asset is its volatility target`() throws {
    let single = CovarianceEstimate(
      symbols: ["A"], volatilities: [0.02], correlation: Matrix(rows: [[1]]), observations: [99])
    let decision = try Allocator(settings: AllocationSettings(volatilityTarget: 0.19, band: 0))
      .decide(
        AllocationInput(
          assets: [AssetInput(symbol: "A")], covariance: single, periodsPerYear: 361))
    // 19 times .02 is .38 a year.
    #expect(abs(decision.lines[0].target - 0.5) < 1e-15)
    #expect(abs(decision.portfolioVolatility - 0.19) < 1e-15)
  }

  @Test func `the tilt measures alpha against the volatility of a year`() throws {
    let single = CovarianceEstimate(
      symbols: ["A"], volatilities: [0.02], correlation: Matrix(rows: [[1]]), observations: [99])
    let decision = try Allocator(settings: AllocationSettings(volatilityTarget: 0.19, band: 0))
      .decide(
        AllocationInput(
          assets: [AssetInput(symbol: "A", netAlpha: 0.095)], covariance: single,
          periodsPerYear: 361))
    // 1 + .095/(.5·.38) = 1.5 on the half that the volatility target leaves.
    #expect(abs(decision.lines[0].tiltMultiplier - 1.5) < 1e-14)
    #expect(abs(decision.lines[0].target - 0.75) < 1e-14)
  }

  @Test func `without skill the weights are the prior's portfolio bit by bit`() throws {
    for seed in 0..<2000 {
      var problem = GeneratedProblem(seed: UInt64(seed))
      var settings = problem.settings(.priorTilt)
      settings.band = 0
      let assets = problem.assets(signed: false).map {
        var asset = $0
        asset.netAlpha = 0
        asset.stoppedBy = nil
        return asset
      }
      let decision = try Allocator(settings: settings).decide(
        AllocationInput(
          assets: assets, covariance: problem.covariance, periodsPerYear: 365))
      for line in decision.lines {
        #expect(line.tiltMultiplier == 1)
        #expect(line.target.bitPattern == line.afterRegime.bitPattern)
      }
    }
  }

  @Test func `without regime, target and band either it is the plain prior bit by bit`() throws {
    for seed in 0..<1000 {
      let problem = GeneratedProblem(seed: UInt64(seed))
      for prior in SizingMethod.priors where !prior.usesForecasts {
        let settings = AllocationSettings(prior: prior, volatilityTarget: nil, band: 0)
        let decision = try Allocator(settings: settings).decide(
          AllocationInput(
            assets: problem.symbols.map { AssetInput(symbol: $0) },
            covariance: problem.covariance, periodsPerYear: 365))
        let plain = try prior.weights(SizingProblem(covariance: problem.covariance.covariance))
        #expect(
          decision.weights.map(\.weight.bitPattern) == plain.map(\.bitPattern))
        #expect(decision.lines.allSatisfy { $0.reasons == ($0.target == 0 ? [] : [.entry]) })
      }
    }
  }

  @Test func `a weight never falls when its alpha rises`() throws {
    for seed in 0..<500 {
      var problem = GeneratedProblem(seed: UInt64(seed))
      var settings = problem.settings(.priorTilt)
      settings.band = 0
      let limits = problem.limits()
      var assets = problem.assets(signed: false, stuck: seed % 3 == 0)
      let index = problem.random.below(assets.count)
      let allocator = try Allocator(settings: settings, limits: limits)
      var last = -1.0
      for step in -8...8 {
        assets[index].netAlpha = Double(step) * 0.1
        let decision = try allocator.decide(
          AllocationInput(
            assets: assets, covariance: problem.covariance, periodsPerYear: 365))
        let weight = decision.lines[index].target
        // Scaling to the gross limit rounds.
        #expect(weight >= last * (1 - 1e-14))
        last = weight
      }
    }
  }

  @Test func `the scale of returns changes nothing but the volatility target`() throws {
    for seed in 0..<500 {
      var problem = GeneratedProblem(seed: UInt64(seed))
      let larger = CovarianceEstimate(
        symbols: problem.symbols, volatilities: problem.covariance.volatilities.map { $0 * 4 },
        correlation: problem.covariance.correlation,
        observations: problem.covariance.observations)
      var settings = problem.settings(.priorTilt)
      settings.band = 0
      let assets = problem.assets(signed: false, stuck: seed % 3 == 0).map {
        var asset = $0
        asset.netAlpha = 0
        return asset
      }
      func weights(_ covariance: CovarianceEstimate, _ target: Double?) throws -> [UInt64] {
        settings.volatilityTarget = target
        let decision = try Allocator(settings: settings).decide(
          AllocationInput(assets: assets, covariance: covariance, periodsPerYear: 256))
        return decision.weights.map(\.weight.bitPattern)
      }
      #expect(try weights(problem.covariance, nil) == weights(larger, nil))
      // A target four times as high undoes the scale.
      #expect(try weights(problem.covariance, 0.2) == weights(larger, 0.8))
    }
  }

  @Test func `the tilt by hand`() {
    func tilt(_ alpha: Double) -> Double {
      skillTilt(netAlpha: alpha, volatility: 0.4, sharpeOfPrior: 0.5, limit: 2)
    }
    #expect(tilt(0) == 1 && tilt(-0.0) == 1)
    #expect(tilt(0.1) == 1.5 && tilt(-0.1) == 0.5)
    #expect(tilt(0.2) == 2 && tilt(9) == 2)
    #expect(tilt(-0.2) == 0 && tilt(-9) == 0)
  }
}
