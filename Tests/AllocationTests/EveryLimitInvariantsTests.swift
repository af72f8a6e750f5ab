import Allocation
import Kernels
import Market
import Testing

/// What holds of every decision where risk, leverage and what may be traded are limited too.
@Suite struct EveryLimitInvariantsTests {
  private struct Case {
    var problem: GeneratedProblem
    let allocator: Allocator
    let input: AllocationInput

    init(
      seed: Int, symbols: Int? = nil, kind: GeneratedProblem.Kind = .factors, stuck: Bool = false
    ) throws {
      let signed = seed % 2 == 1
      var problem = GeneratedProblem(
        seed: UInt64(seed), signed: signed, symbols: symbols, kind: kind)
      let settings = problem.settings(signed ? .inOut : .priorTilt)
      allocator = try Allocator(settings: settings, limits: problem.everyLimitThereIs())
      let equity = 1e5
      var assets = problem.assets(signed: signed, stuck: stuck)
      if stuck { assets[problem.random.below(assets.count)].ineligible = .stalePrice }
      for index in assets.indices {
        assets[index].price = 1 + 500 * problem.random.uniform()
        if problem.random.below(20) != 0 {
          assets[index].volume = 2000 * problem.random.uniform()
        }
      }
      input = try AllocationInput(
        assets: assets, covariance: problem.covariance, periodsPerYear: 365, equity: equity)
      self.problem = problem
    }

    func decide() throws -> AllocationDecision { try allocator.decide(input) }

    /// The limits that targets break, counted afresh.
    func violations(_ decision: AllocationDecision) -> [LimitViolation] {
      let trading = allocator.limits.trading
      let units = input.assets.map { asset in
        (
          asset.symbol,
          trading.units(
            of: asset.symbol, price: asset.price, volume: asset.volume, equity: input.equity!)
        )
      }
      return allocator.limits.violations(
        of: decision.weights,
        held: Dictionary(uniqueKeysWithValues: decision.lines.map { ($0.symbol, $0.held) }),
        covariance: input.covariance, periodsPerYear: input.periodsPerYear,
        units: Dictionary(uniqueKeysWithValues: units))
    }

    /// Whether a limit may be broken for the reason that is given.
    func isExcused(_ said: UnreachedLimit) -> Bool {
      let trading = allocator.limits.trading
      let hasLiquidity = trading.liquidity != nil
      switch said.violation {
      case .perSymbol, .positions, .pair, .sum(.gross, _, _), .sum(.leverage, _, _),
        .sum(.group, _, _), .sum(.cluster, _, _):
        // Rounding breaks a limit on sizes only where the market does not take a whole sale.
        return switch said.reason {
        case .untradable:
          input.cannotKeep(said.violation, allocator.limits, isMoreAllowed: hasLiquidity)
        case .illiquid, .rounding: hasLiquidity
        case .requiredTrades, .diversificationUnreachable: false
        }
      case .volatility, .sum(.net, _, _):
        return switch said.reason {
        case .untradable:
          input.cannotKeep(said.violation, allocator.limits, isMoreAllowed: !trading.isOff)
        case .illiquid: hasLiquidity
        case .rounding: !trading.isOff
        case .requiredTrades, .diversificationUnreachable: false
        }
      case .turnover, .diversification, .minimumNotional: return true
      case .lot, .liquidity, .notFinite: return false
      }
    }
  }

  private func check(_ one: Case, _ seed: Int, _ kinds: inout [String: Int]) throws {
    let decision: AllocationDecision
    do {
      decision = try one.decide()
    } catch AllocationError.riskBudgetNotReached {
      // Positions that hedge each other completely have no risk budgets.
      kinds["no budgets", default: 0] += 1
      return
    }
    for violation in one.violations(decision) {
      let said = decision.unreached.first { $0.violation == violation }
      guard let said else {
        Issue.record("seed \(seed): \(violation)")
        continue
      }
      kinds["\(said.reason)".prefix { $0 != "(" }.description, default: 0] += 1
      if !one.isExcused(said) { Issue.record("seed \(seed): \(said)") }
    }
    #expect(decision.allCash == nil || decision.gross == 0, "seed \(seed)")
    for bound in decision.limitsThatBound {
      kinds["\(bound)".prefix { $0 != "(" }.description, default: 0] += 1
    }
    for line in decision.lines {
      #expect(abs(line.limited) <= abs(line.tilted) && line.limited * line.tilted >= 0)
      if line.limited != line.tilted {
        #expect(
          line.reasons.contains {
            switch $0 {
            case .gross, .capPerSymbol, .correlated, .positions, .sum, .diversification,
              .volatility:
              true
            default: false
            }
          }, "seed \(seed)")
      }
      if line.target != line.limited, line.target != line.held {
        #expect(
          line.reasons.contains {
            switch $0 {
            case .turnover, .liquidity, .waiting, .lot, .minimumNotional: true
            default: false
            }
          }, "seed \(seed): \(line)")
      }
    }
  }

  @Test func `every limit holds on the final rounded portfolio, or is reported with its reason`()
    throws
  {
    var kinds: [String: Int] = [:]
    for seed in 0..<3000 { try check(try Case(seed: seed), seed, &kinds) }
    for kind in [
      "diversification", "volatility", "liquidity", "turnover", "perSymbol", "sum",
      "diversificationUnreachable", "illiquid", "requiredTrades", "rounding",
    ] {
      #expect(kinds[kind, default: 0] > 20, "\(kind): \(kinds)")
    }
  }

  @Test(arguments: [GeneratedProblem.Kind.factors, .singular, .duplicated, .alike])
  func `so it does with a hundred symbols, and where covariances are degenerate`(
    kind: GeneratedProblem.Kind
  ) throws {
    var kinds: [String: Int] = [:]
    for seed in 0..<40 {
      try check(try Case(seed: seed, symbols: 100, kind: kind), seed, &kinds)
    }
    for seed in 0..<600 { try check(try Case(seed: seed, kind: kind), seed, &kinds) }
    #expect(kinds["no budgets", default: 0] < (kind == .factors || kind == .alike ? 1 : 300))
  }

  @Test func `so it does beside what cannot be traded, which stays`() throws {
    var kinds: [String: Int] = [:]
    for seed in 0..<2000 {
      let one = try Case(seed: seed, stuck: true)
      try check(one, seed, &kinds)
      for line in try one.decide().lines where line.isStuck { #expect(line.target == line.held) }
    }
    #expect(kinds["untradable", default: 0] > 150, "\(kinds)")
  }

  @Test func `the order of symbols, groups and labels changes no bit`() throws {
    for seed in 0..<1500 {
      var one = try Case(seed: seed, stuck: seed % 3 == 0)
      var order = Array(one.input.assets.indices)
      one.problem.random.shuffle(&order)
      let permuted = try AllocationInput(
        assets: order.map { one.input.assets[$0] }, covariance: one.input.covariance,
        periodsPerYear: 365, equity: one.input.equity)
      var limits = one.allocator.limits
      limits.groups.reverse()
      limits.labels.reverse()
      let a: AllocationDecision
      do {
        a = try one.decide()
      } catch AllocationError.riskBudgetNotReached {
        continue
      }
      let b = try Allocator(settings: one.allocator.settings, limits: limits).decide(permuted)
      #expect(a.weights.map(\.weight.bitPattern) == b.weights.map(\.weight.bitPattern))
      #expect(a.unreached == b.unreached && a.limitsThatBound == b.limitsThatBound)
    }
  }

  @Test func `limits on risk and trading that do not bind change no bit`() throws {
    // Long positions that correlate: a hedge may have less than one bet.
    for seed in stride(from: 0, to: 2000, by: 2) {
      let one = try Case(seed: seed, stuck: seed % 3 == 0)
      var plain = one.allocator.limits
      (plain.leverage, plain.volatility, plain.labels) = (nil, nil, [])
      (plain.diversification, plain.trading) = (DiversificationLimit(), TradingLimit())
      var wide = plain
      (wide.leverage, wide.volatility) = (100, 1e6)
      wide.diversification = DiversificationLimit(effectiveBets: 1, averageCorrelation: 0.999_999)
      wide.trading.liquidity = 1e9
      wide.labels = [
        LabelLimit(name: "all", max: 100, values: [.init(name: "x", symbols: one.problem.symbols)])
      ]
      var assets = one.input.assets
      for index in assets.indices { assets[index].volume = 1e9 }
      let input = try AllocationInput(
        assets: assets, covariance: one.input.covariance, periodsPerYear: 365, equity: 1e5)
      let a = try Allocator(settings: one.allocator.settings, limits: plain).decide(input)
      let b = try Allocator(settings: one.allocator.settings, limits: wide).decide(input)
      #expect(a.weights.map(\.weight.bitPattern) == b.weights.map(\.weight.bitPattern))
    }
  }

  @Test func `a measure is cut to its limit and no further`() throws {
    var reached = 0
    for seed in 0..<2000 {
      var problem = GeneratedProblem(seed: UInt64(seed))
      let settings = problem.settings(.priorTilt)
      let most = 1 + 0.9 * problem.random.uniform() * Double(problem.symbols.count - 1)
      let allocator = try Allocator(
        settings: settings,
        limits: LimitSettings(diversification: DiversificationLimit(effectiveBets: most)))
      let input = try AllocationInput(
        assets: problem.assets(signed: false), covariance: problem.covariance,
        periodsPerYear: 365)
      let decision = try allocator.decide(input)
      let isBound = decision.limitsThatBound.contains {
        if case .diversification = $0 { true } else { false }
      }
      guard isBound, decision.unreached.isEmpty else { continue }
      reached += 1
      let spread = problem.covariance.spread(
        of: decision.lines.map { ($0.symbol, $0.limited) })
      #expect(abs(try #require(spread.effectiveBets) - most) < 1e-8 * most, "seed \(seed)")
    }
    #expect(reached > 200)
  }

  @Test func `weights that are cut to a measure keep it when volatility scales them`() throws {
    var scaled = 0
    for seed in 0..<600 {
      var problem = GeneratedProblem(seed: UInt64(seed), symbols: 2 + seed % 11)
      let most = Double(problem.symbols.count) - 0.1
      let limits = LimitSettings(
        volatility: 0.02 + 0.3 * problem.random.uniform(),
        diversification: DiversificationLimit(
          effectiveBets: 1.2 + (most - 1.2) * problem.random.uniform()))
      var assets: [AssetInput] = []
      for symbol in problem.symbols {
        assets.append(AssetInput(symbol: symbol, regimeSize: problem.random.uniform()))
      }
      let decision = try Allocator(
        settings: AllocationSettings(volatilityTarget: nil, band: 0), limits: limits
      ).decide(
        AllocationInput(assets: assets, covariance: problem.covariance, periodsPerYear: 365))
      #expect(decision.unreached.isEmpty, "seed \(seed)")
      // Both the spread and the volatility.
      if decision.limitsThatBound.count == 2 { scaled += 1 }
    }
    #expect(scaled > 50)
  }
}

extension GeneratedProblem {
  mutating func everyLimitThereIs() -> LimitSettings {
    var limits = everyLimit()
    if random.below(3) == 0 { limits.leverage = 1 + 0.5 * random.uniform() }
    if random.below(3) == 0 { limits.volatility = 0.02 + 0.3 * random.uniform() }
    if random.below(3) == 0 {
      limits.labels = ["y", "x"].map { name in
        LabelLimit(
          name: name, max: 0.1 + 0.5 * random.uniform(),
          values: ["one", "two"].map { value in
            .init(
              name: value, symbols: symbols.filter { _ in random.below(3) == 0 },
              max: random.below(2) == 0 ? nil : 0.1 + 0.5 * random.uniform())
          })
      }
    }
    if random.below(2) == 0 {
      limits.diversification.effectiveBets = 1 + random.uniform() * Double(symbols.count)
    }
    if random.below(3) == 0 {
      limits.diversification.averageCorrelation = 1.2 * random.uniform() - 0.3
    }
    if random.below(2) == 0 { limits.trading.liquidity = 0.01 + 0.5 * random.uniform() }
    if random.below(2) == 0 {
      limits.trading.lot = [0.01, 1, 10][random.below(3)]
      for symbol in symbols where random.below(5) == 0 {
        limits.trading.lotOverrides[symbol] = Double(random.below(3)) * 20
      }
    }
    if random.below(3) == 0 { limits.trading.minimumNotional = 3000 * random.uniform() }
    return limits
  }
}
