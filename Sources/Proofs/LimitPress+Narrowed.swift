import Allocation
import Engine
import Kernels
import Market
import Research
import SignalGraph
import Trading

/// How narrow each limit is made.
extension LimitPress {
  /// The limits with this one set to half of the most that decisions came to.
  func narrowed(
    _ limits: LimitSettings, _ allocations: [AllocationDecision], _ subject: Subject
  ) throws -> LimitSettings? {
    var copy = limits
    let largest = most(allocations) { $0.lines.reduce(0) { max($0, abs($1.target)) } }
    switch self {
    case .gross: copy.gross = most(allocations, \.gross) / 2
    case .perSymbol: (copy.perSymbol, copy.perSymbolOverrides) = (largest / 2, [:])
    case .net: copy.net = most(allocations) { abs($0.net) } / 2
    case .positions:
      let count = most(allocations) { Double($0.lines.count { $0.target != 0 }) }
      guard count > 1 else { return nil }
      copy.positions = Int(count) / 2
    case .turnover:
      copy.turnover =
        most(allocations) { $0.lines.reduce(0) { $0 + abs($1.target - $1.held) } } / 2
    case .leverage:
      guard let leverage = leverage(allocations) else { return nil }
      copy.leverage = leverage
    case .volatility: copy.volatility = most(allocations, \.portfolioVolatility) / 2
    case .groups: copy.groups = groups(allocations, subject)
    case .labels: copy.labels = [label(allocations, subject)]
    case .clusters, .pairs, .effectiveBets, .averageCorrelation:
      guard try narrowCorrelation(&copy, largest, subject) else { return nil }
    case .liquidity, .lots, .minimumNotional:
      guard narrowTrading(&copy.trading, largest, subject) else { return nil }
    case .throttle:
      let deepest = deepestDrawdown(subject.outcome.run.equity)
      guard deepest > 0 else { return nil }
      // A quarter, for the throttle makes the drawdowns smaller that it is to see.
      copy.throttle = ThrottleSettings(reduce: deepest / 8, halt: deepest / 4)
    }
    return copy
  }

  private func most(
    _ allocations: [AllocationDecision], _ value: (AllocationDecision) -> Double
  ) -> Double {
    allocations.reduce(0) { max($0, value($1)) }
  }

  private func held(_ allocation: AllocationDecision, _ counts: (AllocationLine) -> Bool) -> Double
  {
    allocation.lines.reduce(0) { counts($1) ? $0 + abs($1.target) : $0 }
  }

  /// Longs that are more than the equity can be halved only so far; shorts can be forbidden.
  private func leverage(_ allocations: [AllocationDecision]) -> Double? {
    let short = most(allocations) { held($0) { $0.target < 0 } }
    let long = most(allocations) { held($0) { $0.target > 0 } }
    guard short > 0 || long > 1 + 1e-9 else { return nil }
    return short > 0 ? 1 + short / 2 : 1
  }

  /// Every second symbol, and the others.
  private func halves(_ subject: Subject) -> [[Symbol]] {
    let symbols = subject.history.symbols
    return [0, 1].map { part in
      symbols.indices.filter { $0 % 2 == part }.map { symbols[$0] }
    }
  }

  private func groups(_ allocations: [AllocationDecision], _ subject: Subject) -> [GroupLimit] {
    halves(subject).enumerated().compactMap { index, names in
      let sum = most(allocations) { held($0) { names.contains($0.symbol) } }
      return sum > 0 ? GroupLimit(name: "part \(index)", symbols: names, max: sum / 2) : nil
    }
  }

  private func label(_ allocations: [AllocationDecision], _ subject: Subject) -> LabelLimit {
    LabelLimit(
      name: "half", max: most(allocations, \.gross) / 4,
      values: halves(subject).enumerated().map { .init(name: "\($0)", symbols: $1) })
  }

  /// The limits that read correlations; false where the kind has no meaning.
  private func narrowCorrelation(
    _ limits: inout LimitSettings, _ largest: Double, _ subject: Subject
  ) throws -> Bool {
    switch self {
    case .clusters, .pairs:
      guard let rho = try correlation(subject) else { return false }
      if self == .pairs {
        limits.pair = PairLimit(soft: rho / 2, hard: rho)
      } else {
        limits.cluster = ClusterLimit(rho: rho, max: largest / 2, from: 2)
      }
    default:
      // A little more than the least spread decision came to, as far as its positions allow.
      let spreads = try spreads(subject)
      let values = spreads.compactMap {
        self == .effectiveBets ? $0.effectiveBets : $0.averageCorrelation
      }
      guard let least = values.min(), let most = values.max(), most > least else { return false }
      if self == .effectiveBets {
        limits.diversification.effectiveBets = (least + most) / 2
      } else {
        limits.diversification.averageCorrelation = (least + most) / 2
      }
    }
    return true
  }

  /// The limits on single orders; false where the kind has no meaning.
  private func narrowTrading(
    _ limit: inout TradingLimit, _ largest: Double, _ subject: Subject
  ) -> Bool {
    switch self {
    case .liquidity:
      guard let share = largestShare(subject) else { return false }
      limit.liquidity = share / 2
    case .lots:
      guard let price = subject.outcome.grid.series.flatMap(\.closes).min() else { return false }
      // A tenth of the largest position in the cheapest symbol; the others are bought more coarsely.
      limit.lot = largest * subject.portfolio.capital.cash / price / 10
    default:
      guard let least = smallestTrade(subject) else { return false }
      limit.minimumNotional = 2 * least
    }
    return true
  }

  /// How spread the risk of every decision was.
  private func spreads(_ subject: Subject) throws -> [Diversification] {
    var risk = try subject.riskHistory()
    let least = subject.portfolio.allocation.minimumObservations
    return try subject.outcome.decisions.compactMap { decision in
      guard let allocation = decision.allocation else { return nil }
      return try risk.estimate(at: decision.now, minimumObservations: least)
        .spread(of: allocation.weights)
    }
  }

  /// The largest trade as a share of what its market trades in a bar of the covariance.
  private func largestShare(_ subject: Subject) -> Double? {
    var largest = 0.0
    for decision in subject.outcome.decisions {
      guard let allocation = decision.allocation,
        let market = PlainMarket(subject, subject.outcome.run, at: decision.now)
      else { continue }
      for line in allocation.lines where line.isTraded {
        let volume = (market.volumes[line.symbol] ?? 0) * (market.prices[line.symbol] ?? 0)
        guard volume > 0 else { continue }
        largest = max(largest, abs(line.target - line.held) * market.equity / volume)
      }
    }
    return largest > 0 ? largest : nil
  }

  /// The smallest trade that closes no position, in currency.
  private func smallestTrade(_ subject: Subject) -> Double? {
    var smallest = Double.infinity
    for decision in subject.outcome.decisions {
      guard let allocation = decision.allocation,
        let market = PlainMarket(subject, subject.outcome.run, at: decision.now)
      else { continue }
      for line in allocation.lines where line.isTraded && line.target != 0 {
        smallest = min(smallest, abs(line.target - line.held) * market.equity)
      }
    }
    return smallest < .infinity ? smallest : nil
  }

  private func deepestDrawdown(_ equity: [Double]) -> Double {
    var (high, deepest) = (0.0, 0.0)
    for value in equity {
      high = max(high, value)
      deepest = max(deepest, 1 - value / high)
    }
    return deepest
  }

  /// Half of the highest correlation in the middle of the run: that pair is a cluster.
  private func correlation(_ subject: Subject) throws -> Double? {
    let decisions = subject.outcome.decisions
    var risk = try subject.riskHistory()
    let estimate = try risk.estimate(
      at: decisions[decisions.count / 2].now,
      minimumObservations: subject.portfolio.allocation.minimumObservations)
    var highest = 0.0
    for row in estimate.symbols.indices {
      for column in 0..<row { highest = max(highest, estimate.correlation[row, column]) }
    }
    return highest > 0 ? highest / 2 : nil
  }
}
