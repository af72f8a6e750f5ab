import Allocation
import Kernels
import Market
import Testing

/// What is said of positions that cannot be traded, and of the others beside them, by hand.
@Suite struct StuckPositionTests {
  private static let names: [Symbol] = ["A", "B", "C", "D"]
  /// A year's volatility of each symbol.
  private let year = 0.01 * 252.0.squareRoot()

  /// Four symbols of one volatility; `correlations` of pairs, 0 elsewhere.
  private func covariance(_ correlations: [(Int, Int, Double)] = []) -> CovarianceEstimate {
    var matrix = Matrix(rows: (0..<4).map { i in (0..<4).map { $0 == i ? 1 : 0 } })
    for (a, b, rho) in correlations {
      matrix[a, b] = rho
      matrix[b, a] = rho
    }
    return CovarianceEstimate(
      symbols: Self.names, volatilities: [0.01, 0.01, 0.01, 0.01], correlation: matrix,
      observations: [90, 90, 90, 90])
  }

  /// - Parameters:
  ///   - stuck: what is held of each symbol whose price is stale; 0 has a price.
  ///   - sizes: the regimes' sizes of the others, whose prior is equal.
  private func decide(
    stuck: [Double], sizes: [Double] = [1, 1, 1, 1], target: Double? = nil,
    _ limits: LimitSettings = LimitSettings(), _ correlations: [(Int, Int, Double)] = []
  ) throws -> AllocationDecision {
    let assets = Self.names.indices.map { index in
      AssetInput(
        symbol: Self.names[index], held: stuck[index],
        ineligible: stuck[index] == 0 ? nil : .stalePrice, regimeSize: sizes[index])
    }
    return try Allocator(
      settings: AllocationSettings(volatilityTarget: target, band: 0), limits: limits
    ).decide(
      AllocationInput(assets: assets, covariance: covariance(correlations), periodsPerYear: 252))
  }

  private func price(
    _ limit: LimitName, _ decision: AllocationDecision, _ limits: LimitSettings
  ) throws -> Double? {
    try #require(
      limits.standings(of: decision, covariance(), units: [:]).first { $0.limit == limit }
    ).price
  }

  @Test func `its part of the volatility target is said, and what that leaves of the others`()
    throws
  {
    // The others alone come to the target: √(.4² + .3²) is scaled so that .4²x² + .3² is .4².
    let decision = try decide(stuck: [0.3, 0, 0, 0], target: 0.4 * year)
    let risk = try #require(decision.stuckRisk)
    #expect(risk.symbols == ["A"] && abs(risk.volatility / year - 0.3) < 1e-12)
    #expect(risk.target == 0.4 * year && risk.isNoticeable)
    #expect(abs(risk.left - (0.07 / 0.16).squareRoot()) < 1e-12)
    #expect(
      risk.description
        == "what is held of A cannot be traded and has 75.0 % of the volatility target of 6.3 %:"
        + " the others keep x0.66 of their weights")
    let beyond = try #require(try decide(stuck: [0.5, 0, 0, 0], target: 0.4 * year).stuckRisk)
    #expect(beyond.left == 0)
    #expect(
      beyond.description
        == "what is held of A cannot be traded and has 125.0 % of the volatility target of 6.3 %:"
        + " nothing is left for the others")
    // A crumb takes next to nothing.
    let crumb = try #require(try decide(stuck: [1e-4, 0, 0, 0], target: 0.4 * year).stuckRisk)
    #expect(!crumb.isNoticeable)
    #expect(try decide(stuck: [0, 0, 0, 0], target: 0.4 * year).stuckRisk == nil)
    #expect(try decide(stuck: [0.3, 0, 0, 0]).stuckRisk == nil)
    // There is room for it within what the gross limit leaves unused.
    #expect(try decide(stuck: [0.1, 0, 0, 0], target: 2 * year).stuckRisk == nil)
  }

  @Test func `beside what is stuck the target asks for no more than gross where it asks for less`()
    throws
  {
    // Alone the others would be held 1.04 times for .6 a year; beside A it is .9, of which gross leaves .7.
    let decision = try decide(stuck: [0.3, 0, 0, 0], target: 0.6 * year)
    #expect(abs(decision.exposure - 0.9) < 1e-12)
    guard case .gross(let wanted, 1, let scale)? = decision.limitsThatBound.first else {
      Issue.record("\(decision.limitsThatBound)")
      return
    }
    #expect(decision.limitsThatBound.count == 1)
    #expect(abs(wanted - 1.2) < 1e-12 && abs(scale - 7.0 / 9) < 1e-12)
    #expect(scale == decision.grossScale)
    #expect(try price(.gross, decision, LimitSettings()) == 1 - scale)
    // Where there is room for all of it the target does ask for more.
    let wide = try decide(stuck: [0.1, 0, 0, 0], target: 2 * year)
    #expect(
      wide.limitsThatBound.contains {
        if case .exposure(_, limit: 1) = $0 { true } else { false }
      })
  }

  @Test func `the price of a limit on volatility is what it takes of the weights that can be cut`()
    throws
  {
    let limits = LimitSettings(volatility: 0.4 * year)
    let decision = try decide(stuck: [0.3, 0, 0, 0], limits)
    // .7/3 each by the gross limit, then √(.3² + 3x²) is .4.
    let scale = (0.07 / 3).squareRoot() / (0.7 / 3)
    #expect(abs(try #require(try price(.volatility, decision, limits)) - (1 - scale)) < 1e-9)
  }

  @Test func `what is held is not all cash, whatever is wanted`() throws {
    let assets = Self.names.map { name in
      AssetInput(
        symbol: name, held: name == "A" ? 0.39 : 0, ineligible: name == "A" ? .stalePrice : nil)
    }
    let decision = try Allocator(settings: AllocationSettings(mode: .inOut)).decide(
      AllocationInput(assets: assets, covariance: covariance(), periodsPerYear: 252))
    #expect(decision.allCash == nil && decision.gross == 0.39)
    #expect(decision.lines[1].reasons == [.notEntered])
  }

  @Test func `positions that correlate are to blame for it, not a crumb that is stuck beside them`()
    throws
  {
    let limits = LimitSettings(diversification: DiversificationLimit(averageCorrelation: 0.5))
    let alike = [(0, 1, 0.92), (0, 2, 0.92), (1, 2, 0.92)]
    let decision = try decide(stuck: [0, 0, 0, 0.0005], limits, alike)
    #expect(decision.unreached.count == 1)
    guard case .diversificationUnreachable(let best, with: [])? = decision.unreached.first?.reason
    else {
      Issue.record("\(decision.unreached)")
      return
    }
    #expect(best > 0.9 && best < 0.92)
    // B would be spread well enough by itself.
    let blamed = try decide(
      stuck: [0.5, 0, 0, 0], sizes: [0, 1, 0, 0], limits, [(0, 1, 0.9)])
    #expect(blamed.unreached.map(\.reason) == [.untradable(["A"])])
  }

  @Test func `a limit that what is stuck leaves room for is missed for want of volume`() throws {
    // B is to be sold, of which a hundredth of equity can be.
    let limits = LimitSettings(
      volatility: 0.4 * year, trading: TradingLimit(liquidity: 0.1))
    func decide(stuck: Double) throws -> AllocationDecision {
      let assets = Self.names.map { name in
        AssetInput(
          symbol: name, held: name == "A" ? stuck : name == "B" ? 0.45 : 0,
          ineligible: name == "A" ? .stalePrice : nil, regimeSize: 0, price: 10, volume: 10)
      }
      return try Allocator(
        settings: AllocationSettings(volatilityTarget: nil, band: 0), limits: limits
      ).decide(
        AllocationInput(
          assets: assets, covariance: covariance(), periodsPerYear: 252, equity: 1000))
    }
    let within = try decide(stuck: 0.1)
    #expect(within.unreached.map(\.reason) == [.illiquid(["B"])])
    #expect(abs(within.lines[1].target - 0.44) < 1e-12)
    let beyond = try decide(stuck: 0.5)
    #expect(beyond.unreached.map(\.reason) == [.untradable(["A"])])
  }

  @Test func `it goes through every stage as it is held`() throws {
    let line = try decide(stuck: [0.3, 0, 0, 0], target: 0.4 * year).lines[0]
    let stages = [
      line.prior, line.scaled, line.afterRegime, line.tilted, line.limited, line.target,
    ]
    #expect(stages == [0.3, 0.3, 0.3, 0.3, 0.3, 0.3])
    #expect(line.reasons == [.ineligible(.stalePrice)])
  }
}
