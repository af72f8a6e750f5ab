import Allocation
import Kernels
import Market
import Testing

/// What holds of every decision under every combination of limits.
@Suite struct LimitInvariantsTests {
  private struct Case {
    let allocator: Allocator
    let input: AllocationInput
    var problem: GeneratedProblem

    /// - Parameter stuck: whether positions are held whose prices are stale, under a limit on volatility and
    ///   sized by any method.
    init(seed: Int, stuck: Bool = false) throws {
      let signed = seed % 2 == 1
      var problem = GeneratedProblem(seed: UInt64(seed), signed: signed)
      var settings = problem.settings(signed ? .inOut : .priorTilt)
      var limits = problem.everyLimit()
      var assets = problem.assets(signed: signed, stuck: stuck)
      if stuck {
        settings.prior = SizingMethod.priors[problem.random.below(SizingMethod.priors.count)]
        settings.method = SizingMethod.allCases[problem.random.below(SizingMethod.allCases.count)]
        if problem.random.below(3) == 0 {
          limits.volatility = 0.05 + 0.4 * problem.random.uniform()
        }
        let place = problem.random.below(assets.count)
        assets[place].ineligible = .stalePrice
        assets[place].held = 0.4 * problem.random.uniform() * (signed && seed % 4 == 1 ? -1 : 1)
      }
      allocator = try Allocator(settings: settings, limits: limits)
      input = try AllocationInput(
        assets: assets, covariance: problem.covariance,
        periodsPerYear: 365, throttle: problem.random.below(3) == 0 ? problem.random.uniform() : 1)
      self.problem = problem
    }

    func decide() throws -> AllocationDecision { try allocator.decide(input) }

    /// Every third case with positions whose prices are stale.
    init(mixed seed: Int) throws { try self.init(seed: seed, stuck: seed % 3 == 0) }

    /// Nil where positions that hedge each other completely have no risk budgets.
    func decideIfBudgeted() throws -> AllocationDecision? {
      do {
        return try decide()
      } catch AllocationError.riskBudgetNotReached {
        return nil
      }
    }
  }

  private func held(_ decision: AllocationDecision) -> [Symbol: Double] {
    Dictionary(uniqueKeysWithValues: decision.lines.map { ($0.symbol, $0.held) })
  }

  @Test func `every limit holds on the final targets, or is reported with its reason`() throws {
    var kinds: [String: Int] = [:]
    var unreached = 0
    for seed in 0..<6000 {
      let one = try Case(seed: seed)
      let decision = try one.decide()
      let found = one.allocator.limits.violations(
        of: decision.weights, held: held(decision), covariance: one.input.covariance)
      #expect(
        found.allSatisfy { violation in
          decision.unreached.contains { $0.violation == violation }
        })
      // Only the turnover may be missed by the targets: exits are not delayed.
      for violation in found {
        guard case .turnover = violation else {
          Issue.record("seed \(seed): \(violation)")
          continue
        }
        unreached += 1
      }
      for case .limitBreached in decision.lines.flatMap(\.reasons) {
        kinds["released", default: 0] += 1
      }
      for bound in decision.limitsThatBound {
        switch bound {
        case .exposure: kinds["exposure", default: 0] += 1
        case .gross: kinds["gross", default: 0] += 1
        case .perSymbol: kinds["cap", default: 0] += 1
        case .pair: kinds["pair", default: 0] += 1
        case .positions: kinds["positions", default: 0] += 1
        case .sum(.gross, _, _, _): kinds["gross again", default: 0] += 1
        case .sum(.net, _, _, _): kinds["net", default: 0] += 1
        case .sum(.group, _, _, _): kinds["group", default: 0] += 1
        case .sum(.cluster, _, _, _): kinds["cluster", default: 0] += 1
        case .turnover: kinds["turnover", default: 0] += 1
        case .sum(.leverage, _, _, _), .diversification, .volatility, .liquidity:
          Issue.record("seed \(seed): \(bound) was not set")
        }
      }
    }
    // The problems press against every limit; the gross limit needs no projection.
    for kind in ["gross", "cap", "pair", "positions", "net", "group", "cluster", "turnover"] {
      #expect(kinds[kind, default: 0] > 150, "\(kind): \(kinds[kind, default: 0])")
    }
    #expect(kinds["gross again"] == nil)
    #expect(kinds["released", default: 0] > 100 && unreached > 100)
  }

  @Test func `what cannot be traded stays, and breaks no limit that the others can keep`() throws {
    var kinds: [String: Int] = [:]
    for seed in 0..<6000 {
      let one = try Case(seed: seed, stuck: true)
      guard let decision = try one.decideIfBudgeted() else { continue }
      for (line, asset) in zip(decision.lines, one.input.assets) {
        guard asset.ineligible != nil else { continue }
        let isStuck = asset.ineligible == .stalePrice && asset.held != 0
        #expect(line.isStuck == isStuck && line.target == (isStuck ? asset.held : 0))
        #expect(line.isTraded == (!isStuck && asset.held != 0))
        if isStuck { #expect(line.reasons == [.ineligible(.stalePrice)]) }
      }
      let found = one.allocator.limits.violations(
        of: decision.weights, held: held(decision), covariance: one.input.covariance,
        periodsPerYear: one.input.periodsPerYear)
      #expect(decision.unreached.map(\.violation) == found, "seed \(seed)")
      #expect(decision.allCash == nil || decision.gross == 0, "seed \(seed)")
      for violation in found {
        switch violation {
        case .turnover: continue
        case .perSymbol: kinds["cap", default: 0] += 1
        case .sum: kinds["sum", default: 0] += 1
        case .volatility: kinds["volatility", default: 0] += 1
        default: break
        }
        #expect(
          one.input.cannotKeep(violation, one.allocator.limits), "seed \(seed): \(violation)")
      }
    }
    for kind in ["cap", "sum", "volatility"] {
      #expect(kinds[kind, default: 0] > 100, "\(kinds)")
    }
  }

  @Test func `limits only reduce, each with its reason, and turnover stays on the way`() throws {
    for seed in 0..<4000 {
      let one = try Case(mixed: seed)
      guard let decision = try one.decideIfBudgeted() else { continue }
      // What is stuck stays, beyond a limit or not.
      for line in decision.lines where !line.isStuck {
        #expect(abs(line.limited) <= abs(line.tilted))
        #expect(line.limited * line.tilted >= 0)
        #expect(line.target.sign == .plus || line.target != 0)
        if line.limited != line.tilted {
          #expect(
            line.reasons.contains {
              switch $0 {
              case .gross, .capPerSymbol, .correlated, .positions, .sum: true
              case .volatility: one.allocator.limits.volatility != nil
              default: false
              }
            })
        }
        // From held to limited, closing the old side first.
        let low = min(line.held, line.limited)
        let high = max(line.held, line.limited)
        #expect(line.target >= low && line.target <= high)
        if line.target != line.held, line.target != line.limited {
          #expect(line.reasons.contains { if case .turnover = $0 { true } else { false } })
          #expect(line.held * line.limited > 0 || line.held * line.target <= 0)
        }
      }
    }
  }

  @Test func `the sum of the prices is the cut`() throws {
    // x = t (1 − Σ λ), the λ of the limits that a line names, where nothing else cut it.
    var checked = 0
    for seed in 0..<4000 {
      let decision = try Case(seed: seed).decide()
      let isNetBound = decision.limitsThatBound.contains {
        if case .sum(.net, _, _, _) = $0 { true } else { false }
      }
      for line in decision.lines {
        var (factor, part) = (1.0, 0.0)
        var isOfNet = false
        var isPlain = true
        for reason in line.reasons {
          switch reason {
          case .gross(let scale): factor *= scale
          case .correlated(_, _, let scale): factor *= scale
          case .sum(let limit, let price):
            part += price
            isOfNet = isOfNet || limit == .net
          case .capPerSymbol, .positions: isPlain = false
          default: break
          }
        }
        // What offsets the side in excess is worth keeping, and is cut by less.
        guard isPlain, part > 0, isOfNet == isNetBound else { continue }
        checked += 1
        let expected = line.tilted * factor * max(0, 1 - part)
        #expect(abs(line.limited - expected) < 1e-11, "seed \(seed)")
      }
    }
    #expect(checked > 500)
  }

  @Test func `the weights allowed are the nearest: no way to cut less in this metric`() throws {
    // Random points within the limits, between nothing and the weights before the projection.
    var compared = 0
    for seed in 0..<3000 {
      var one = try Case(seed: seed)
      let plain = one.allocator.limits
      let decision = try one.decide()
      guard decision.limitsThatBound.contains(where: { if case .sum = $0 { true } else { false } })
      else { continue }
      // The same decision up to the projection.
      var before = plain
      (before.net, before.groups, before.cluster.max) = (nil, [], nil)
      let wanted = try Allocator(settings: one.allocator.settings, limits: before)
        .decide(one.input).lines.map(\.limited)
      func distance(_ weights: [Double]) -> Double {
        var sum = 0.0
        for (weight, wanted) in zip(weights, wanted) where wanted != 0 {
          sum += (weight - wanted) * (weight - wanted) / abs(wanted)
        }
        return sum
      }
      let own = distance(decision.lines.map(\.limited))
      for _ in 0..<20 {
        // Near the solution, or anywhere, scaled down until everything holds.
        let isNear = one.problem.random.below(2) == 0
        var other = zip(decision.lines, wanted).map { line, wanted in
          let reach = isNear ? 0.05 * one.problem.random.normal() : one.problem.random.uniform()
          let weight = isNear ? line.limited + reach * wanted : reach * wanted
          return wanted < 0 ? max(wanted, min(0, weight)) : min(wanted, max(0, weight))
        }
        let symbols = decision.lines.map(\.symbol)
        var tries = 0
        while tries < 60,
          plain.violations(
            of: Array(zip(symbols, other).map { (symbol: $0, weight: $1) }),
            covariance: one.input.covariance
          ).contains(where: { if case .sum = $0 { true } else { false } })
        {
          other = other.map { 0.97 * $0 }
          tries += 1
        }
        guard tries < 60 else { continue }
        compared += 1
        #expect(distance(other) >= own - 1e-11, "seed \(seed)")
      }
    }
    #expect(compared > 5000)
  }

  @Test func `limits that do not bind change no bit`() throws {
    for seed in 0..<2000 {
      let one = try Case(mixed: seed)
      guard try one.decideIfBudgeted() != nil else { continue }
      var plain = one.allocator.limits
      plain = LimitSettings(
        gross: plain.gross, perSymbol: plain.perSymbol,
        perSymbolOverrides: plain.perSymbolOverrides)
      let wide = LimitSettings(
        gross: plain.gross, perSymbol: plain.perSymbol,
        perSymbolOverrides: plain.perSymbolOverrides, net: 100, positions: 1000, turnover: 1000,
        groups: [GroupLimit(name: "all", symbols: one.problem.symbols, max: 100)],
        cluster: ClusterLimit(rho: 0.01, max: 100, from: 1), pair: PairLimit(hard: 1))
      let settings = one.allocator.settings
      let a = try Allocator(settings: settings, limits: plain).decide(one.input)
      let b = try Allocator(settings: settings, limits: wide).decide(one.input)
      #expect(a == b)
      #expect(a.weights.map(\.weight.bitPattern) == b.weights.map(\.weight.bitPattern))
    }
  }

  @Test func `the order of symbols and groups changes no bit`() throws {
    for seed in 0..<2000 {
      var one = try Case(mixed: seed)
      guard let a = try one.decideIfBudgeted() else { continue }
      var order = Array(one.input.assets.indices)
      one.problem.random.shuffle(&order)
      let permuted = try AllocationInput(
        assets: order.map { one.input.assets[$0] }, covariance: one.input.covariance,
        periodsPerYear: one.input.periodsPerYear, throttle: one.input.throttle)
      var limits = one.allocator.limits
      limits.groups.reverse()
      let b = try Allocator(settings: one.allocator.settings, limits: limits).decide(permuted)
      #expect(a == b)
      #expect(a.weights.map(\.weight.bitPattern) == b.weights.map(\.weight.bitPattern))
    }
  }

  @Test func `deciding again and again comes to rest within every limit`() throws {
    for seed in 0..<800 {
      let one = try Case(mixed: seed)
      guard try one.decideIfBudgeted() != nil else { continue }
      var assets = one.input.assets
      var isAtRest = false
      for _ in 0..<400 where !isAtRest {
        let decision = try one.allocator.decide(
          AllocationInput(
            assets: assets, covariance: one.input.covariance, periodsPerYear: 365,
            throttle: one.input.throttle))
        isAtRest = decision.lines.allSatisfy { !$0.isTraded }
        for index in assets.indices { assets[index].held = decision.lines[index].target }
      }
      #expect(isAtRest, "seed \(seed)")
      let weights = assets.map { (symbol: $0.symbol, weight: $0.held) }
      let limits = one.allocator.limits
      for violation in limits.violations(of: weights, covariance: one.input.covariance) {
        #expect(one.input.cannotKeep(violation, limits), "seed \(seed): \(violation)")
      }
    }
  }
}

extension GeneratedProblem {
  /// Every limit there is, each in about half of the cases.
  mutating func everyLimit() -> LimitSettings {
    var limits = limits()
    if random.below(2) == 0 { limits.net = 0.05 + 0.6 * random.uniform() }
    if random.below(2) == 0 { limits.positions = 1 + random.below(symbols.count + 1) }
    if random.below(2) == 0 { limits.turnover = 0.02 + 0.6 * random.uniform() }
    for name in ["a", "b", "c"] where random.below(2) == 0 {
      let members = symbols.filter { _ in random.below(2) == 0 } + ["NOT HERE"]
      limits.groups.append(
        GroupLimit(name: name, symbols: members, max: 0.02 + 0.5 * random.uniform()))
    }
    if random.below(2) == 0 {
      limits.cluster = ClusterLimit(
        rho: 0.3 + 0.6 * random.uniform(), max: 0.05 + 0.5 * random.uniform(),
        from: 1 + random.below(8))
    }
    if random.below(2) == 0 {
      let hard = 0.5 + 0.5 * random.uniform()
      limits.pair = PairLimit(
        soft: random.below(2) == 0 ? nil : hard * random.uniform(),
        hard: random.below(4) == 0 ? nil : hard)
    }
    return limits
  }
}
