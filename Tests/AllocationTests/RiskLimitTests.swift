import Allocation
import Kernels
import Market
import Testing

/// Leverage, labels, how spread risk is and how much of it, by hand.
@Suite struct RiskLimitTests {
  private let rootOfFiftieth = (0.02 as Double).squareRoot()

  private func bets(_ least: Double) -> LimitSettings {
    LimitSettings(diversification: DiversificationLimit(effectiveBets: least))
  }

  // MARK: Leverage and labels

  @Test func `no leverage borrows neither money nor symbols`() throws {
    let none = try WantedWeights(LimitSettings(leverage: 1)).decide(signs: [1, 1, 1, -1])
    #expect(none.lines.map(\.target) == [0.25, 0.25, 0.25, 0])
    #expect(none.lines[3].reasons.contains(.sum(.leverage(isShort: true), price: 1)))
    let some = try WantedWeights(LimitSettings(leverage: 1.1)).decide(signs: [1, 1, 1, -1])
    #expect(some.isNear([0.25, 0.25, 0.25, -0.1]))
    // Twice the equity: longs of 1.5 come to 1.2, the short of .5 to .2.
    let both = try WantedWeights(LimitSettings(gross: 2, leverage: 1.2))
      .decide(signs: [1, 1, 1, -1])
    #expect(both.isNear([0.4, 0.4, 0.4, -0.2]))
    #expect(both.limitsThatBound.count == 2)
    #expect(throws: AllocationError.self) {
      try LimitSettings(leverage: 0.9).validate()
    }
  }

  @Test func `every value of a label is a group, with its own limit or the label's`() throws {
    let sector = LabelLimit(
      name: "sector", max: 0.3,
      values: [
        .init(name: "tech", symbols: ["B", "A"]),
        .init(name: "energy", symbols: ["C"], max: 0.1),
      ])
    let venue = LabelLimit(
      name: "venue", max: nil,
      values: [.init(name: "x", symbols: ["D"], max: 0.2), .init(name: "y", symbols: ["A"])])
    let decision = try WantedWeights(LimitSettings(labels: [sector, venue]))
      .decide([0.25, 0.15, 0.2, 0.25])
    #expect(decision.isNear([0.25 * 0.75, 0.15 * 0.75, 0.1, 0.2]))
    let names = decision.limitsThatBound.map { bound -> String in
      if case .sum(let limit, _, _, _) = bound { limit.description } else { "" }
    }
    #expect(
      names == [
        "limit of group sector energy", "limit of group sector tech", "limit of group venue x",
      ])
  }

  // MARK: Diversification

  @Test func `what is largest for its risk is cut until there are enough bets`() throws {
    // Uncorrelated: bets are (Σw²)²/Σw⁴, of .2 and .1 1.47; of √.02 and .1 1.8.
    let decision = try WantedWeights(bets(1.8)).decide([0.2, 0.1, 0, 0])
    #expect(decision.isNear([rootOfFiftieth, 0.1, 0, 0], within: 1e-9))
    #expect(decision.lines[1].target == 0.1 && decision.unreached.isEmpty)
    guard
      case .diversification(.effectiveBets, let wanted, 1.8, let theta)? =
        decision.limitsThatBound.first
    else { throw Unexpected(decision) }
    #expect(abs(wanted - 0.0025 / 0.0017) < 1e-12)
    #expect(abs(theta - (0.2 - rootOfFiftieth) / 0.1) < 1e-9)
    guard case .diversification(let scale)? = decision.lines[0].reasons.dropLast().last else {
      throw Unexpected(decision)
    }
    #expect(abs(scale - (0.5 as Double).squareRoot()) < 1e-9)
    // A small third position takes part and is not what the others are sold for.
    let tiny = try WantedWeights(bets(1.8)).decide([0.2, 0.1, 0.001, 0])
    #expect(tiny.lines[0].target > 0.14 && tiny.lines[1].target == 0.1)
    #expect(tiny.lines[2].target == 0.001)
    // Enough bets change no bit.
    let free = try WantedWeights(bets(1.4)).decide([0.2, 0.1, 0, 0])
    #expect(free.lines.map(\.target) == [0.2, 0.1, 0, 0] && free.limitsThatBound.isEmpty)
  }

  @Test func `no more is cut than it takes, where further cuts concentrate risk again`() throws {
    let symbols: [Symbol] = ["A", "B", "C"]
    let covariance = CovarianceEstimate(
      symbols: symbols, volatilities: [0.026, 0.009, 0.024],
      correlation: Matrix(rows: [[1, -0.6, 0.1], [-0.6, 1, -0.3], [0.1, -0.3, 1]]),
      observations: [90, 90, 90])
    let decision = try Allocator(
      settings: AllocationSettings(volatilityTarget: nil, band: 0), limits: bets(1.9)
    ).decide(
      AllocationInput(
        assets: zip(symbols, [0.57, 0.06, 0.84]).map { AssetInput(symbol: $0, regimeSize: $1) },
        covariance: covariance, periodsPerYear: 252))
    // A cut of C alone is enough; only when all risks are equal would there be as many bets again.
    #expect(decision.unreached.isEmpty && decision.gross > 0.45)
    let spread = covariance.spread(of: decision.weights)
    #expect(abs(try #require(spread.effectiveBets) - 1.9) < 1e-8)
  }

  @Test func `positions that correlate are cut for the average correlation`() throws {
    // A and B correlate at .8, C with neither: 1.6x² / (2x² + x) = .22 at x = .22/1.16.
    var wanted = WantedWeights(
      LimitSettings(diversification: DiversificationLimit(averageCorrelation: 0.22)))
    wanted.correlations = [(0, 1, 0.8)]
    let decision = try wanted.decide([0.25, 0.25, 0.25, 0])
    #expect(decision.isNear([0.22 / 1.16, 0.22 / 1.16, 0.25, 0], within: 1e-9))
    #expect(decision.lines[2].target == 0.25)
    // One position has no pair.
    #expect(try wanted.decide([0.25, 0, 0, 0]).lines[0].target == 0.25)
  }

  @Test func `what no reduction reaches is reported with the best there is`() throws {
    let decision = try WantedWeights(bets(3)).decide([0.2, 0.1, 0, 0])
    #expect(decision.isNear([0.1, 0.1, 0, 0]))
    let unreached = try #require(decision.unreached.first)
    guard case .diversificationUnreachable(let best, with: []) = unreached.reason else {
      throw Unexpected(decision)
    }
    #expect(abs(best - 2) < 1e-9 && decision.unreached.count == 1)
    #expect(
      unreached.description
        == "equal shares of the risk 2.00 is beyond its limit of 3.00: the wanted positions reach 2.00 at"
        + " best; hold more symbols or ask for less")
  }

  @Test func `an average correlation out of reach says what would help`() throws {
    var wanted = WantedWeights(
      LimitSettings(diversification: DiversificationLimit(averageCorrelation: 0.3)))
    wanted.correlations = [(0, 1, 0.8)]
    let decision = try wanted.decide([0.2, 0.2, 0, 0])
    #expect(
      decision.unreached.map(\.description) == [
        "average correlation 0.80 is beyond its limit of 0.30: cut towards equal risk, the wanted"
          + " positions reach 0.80 at best; leave out what correlates most, or ask for less"
      ])
  }

  @Test func `limits that stand against each other are named, and no others`() throws {
    var limits = bets(3)
    limits.positions = 2
    limits.perSymbol = 0.2
    limits.groups = [GroupLimit(name: "g", symbols: ["A", "B"], max: 0.3)]
    let decision = try WantedWeights(limits).decide([0.25, 0.2, 0.15, 0.1])
    guard case .diversificationUnreachable(_, let set)? = decision.unreached.first?.reason else {
      throw Unexpected(decision)
    }
    #expect(set == [.positions])
    #expect(
      decision.unreached[0].description.hasSuffix(
        "with limits.positions positions reach 2.00 at best; widen it or ask for less"))
    // Either of them alone leaves three positions; together they leave two.
    limits = bets(3)
    limits.pair = PairLimit(hard: 0.8)
    limits.perSymbolOverrides = ["D": 0]
    var wanted = WantedWeights(limits)
    wanted.correlations = [(0, 1, 0.9)]
    let both = try wanted.decide([0.25, 0.2, 0.15, 0.1])
    guard case .diversificationUnreachable(_, let pair)? = both.unreached.first?.reason else {
      throw Unexpected(both)
    }
    #expect(pair == [.perSymbol, .pair])
    limits.perSymbolOverrides = [:]
    wanted.limits = limits
    #expect(try wanted.decide([0.25, 0.2, 0.15, 0.1]).unreached.isEmpty)
  }

  @Test func `limits that only reduce never contradict each other`() throws {
    // Cash keeps all of these however narrow they are, and nothing is reported.
    let limits = LimitSettings(
      gross: 1e-3, perSymbol: 1e-4, net: 1e-5, leverage: 1, positions: 1, turnover: 1e-6,
      volatility: 1e-6, groups: [GroupLimit(name: "g", symbols: ["A", "B"], max: 1e-6)],
      cluster: ClusterLimit(rho: 0.1, max: 1e-6, from: 2), pair: PairLimit(hard: 0.1))
    var wanted = WantedWeights(limits)
    wanted.correlations = [(0, 1, 0.9)]
    let decision = try wanted.decide([0.25, 0.2, 0.15, 0.1])
    #expect(decision.unreached.isEmpty && decision.gross > 0)
  }

  // MARK: Volatility

  @Test func `weights are scaled to the volatility that may be expected`() throws {
    let decision = try WantedWeights(LimitSettings(volatility: 0.04)).decide([0.25, 0.25, 0, 0])
    let expected = 0.01 * (0.125 * 252 as Double).squareRoot()
    #expect(decision.isNear([0.25 * 0.04 / expected, 0.25 * 0.04 / expected, 0, 0]))
    #expect(abs(decision.portfolioVolatility - 0.04) < 1e-14)
    guard case .volatility(let wanted, 0.04, let scale)? = decision.limitsThatBound.first else {
      throw Unexpected(decision)
    }
    #expect(abs(wanted - expected) < 1e-14 && abs(scale - 0.04 / expected) < 1e-14)
  }

  // MARK: The band and the turnover

  @Test func `holding inside the band, or trading slowly, never breaks a limit on risk`() throws {
    var wanted = WantedWeights(bets(1.9))
    wanted.band = 0.3
    // Held bets are 1.8; the wanted .1 and .1 are two.
    let decision = try wanted.decide([0.1, 0.1, 0, 0], held: [rootOfFiftieth, 0.1, 0, 0])
    #expect(decision.isNear([0.1, 0.1, 0, 0]))
    #expect(decision.lines[0].reasons.last == .limitBreached(held: rootOfFiftieth))
    // A turnover of .01 would leave A at .13, with 1.87 bets: more is traded, and said.
    wanted = WantedWeights(bets(1.9))
    wanted.limits.turnover = 0.01
    let slow = try wanted.decide([0.1, 0.1, 0, 0], held: [rootOfFiftieth, 0.1, 0, 0])
    // (u + .01)² = 1.9 (u² + .0001) at x = √u.
    let u = (0.02 + (0.0004 - 3.6 * 0.00009 as Double).squareRoot()) / 1.8
    #expect(slow.isNear([u.squareRoot(), 0.1, 0, 0], within: 1e-8))
    guard case .requiredTrades? = slow.unreached.first?.reason else { throw Unexpected(slow) }
  }

  struct Unexpected: Error {
    let bound: [BoundLimit]
    let unreached: [UnreachedLimit]
    init(_ decision: AllocationDecision) {
      (bound, unreached) = (decision.limitsThatBound, decision.unreached)
    }
  }
}
