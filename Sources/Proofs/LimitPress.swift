import Allocation
import Engine
import Kernels
import Market
import Research
import SignalGraph
import Trading

/// Promise 5 where it is hard: each kind of limit made so narrow that it must bind: half as wide as
/// what a run used. It must say so, and hold.
public enum LimitPress: String, CaseIterable, Sendable {
  case gross = "gross exposure"
  case perSymbol = "one symbol"
  case net = "net exposure"
  case positions = "number of positions"
  case turnover
  case groups
  case clusters
  case leverage
  case labels = "labels of symbols"
  case effectiveBets = "effective bets"
  case averageCorrelation = "average correlation"
  case volatility
  case liquidity
  case lots
  case minimumNotional = "smallest order"
  case throttle = "drawdown throttle"

  /// Runs the decisions again under each kind of limit.
  public static func proofs(_ subject: Subject) async -> [Proof] {
    var proofs: [Proof] = []
    for press in allCases {
      if let proof = await press.proof(subject) { proofs.append(proof) }
    }
    return proofs
  }

  /// Runs the decisions again under a limit half as wide; nil where the kind has no meaning for what
  /// the run held: one position cannot be halved, one symbol forms no cluster.
  func proof(_ subject: Subject) async -> Proof? {
    var proof = Proof(
      .limitsHold, "limited by force: \(rawValue)", subject: subject.name, compared: "limits")
    let allocations = subject.outcome.decisions.compactMap(\.allocation)
    guard allocations.contains(where: { $0.gross > 0 }) else {
      proof.fail("proved nothing: the run holds nothing")
      return proof
    }
    do {
      var settings = subject.portfolio
      guard let limits = try narrowed(settings.limits, allocations, subject) else { return nil }
      settings.limits = limits
      let replay = try await Replay(subject, under: settings)
      LimitRecheck.check(replay.decisions, on: replay.run, subject, limits, &proof)
      let decided = replay.decisions.compactMap(\.allocation)
      let bound = decided.count(where: hasBound)
      if bound == 0 { proof.fail("proved nothing: the limit never bound") }
      proof.notes.append("it bound at \(bound) of \(decided.count) decisions")
    } catch {
      proof.fail("the run under the limit ended with an error: \(error)")
    }
    return proof
  }

  /// The limits with this one set to half of the most that decisions came to.
  private func narrowed(
    _ limits: LimitSettings, _ allocations: [AllocationDecision], _ subject: Subject
  ) throws -> LimitSettings? {
    var copy = limits
    func most(_ value: (AllocationDecision) -> Double) -> Double {
      allocations.reduce(0) { max($0, value($1)) }
    }
    func held(_ allocation: AllocationDecision, _ counts: (AllocationLine) -> Bool) -> Double {
      allocation.lines.reduce(0) { counts($1) ? $0 + abs($1.target) : $0 }
    }
    let largest = most { $0.lines.reduce(0) { max($0, abs($1.target)) } }
    switch self {
    case .gross: copy.gross = most(\.gross) / 2
    case .perSymbol: (copy.perSymbol, copy.perSymbolOverrides) = (largest / 2, [:])
    case .net: copy.net = most { abs($0.net) } / 2
    case .positions:
      let count = most { Double($0.lines.count { $0.target != 0 }) }
      guard count > 1 else { return nil }
      copy.positions = Int(count) / 2
    case .turnover:
      copy.turnover = most { $0.lines.reduce(0) { $0 + abs($1.target - $1.held) } } / 2
    case .groups:
      let symbols = subject.history.symbols
      let parts = [0, 1].map { part in symbols.indices.filter { $0 % 2 == part } }
      copy.groups = parts.enumerated().compactMap { index, members in
        let names = members.map { symbols[$0] }
        let sum = most { held($0) { names.contains($0.symbol) } }
        return sum > 0 ? GroupLimit(name: "part \(index)", symbols: names, max: sum / 2) : nil
      }
    case .clusters:
      guard let rho = try correlation(subject) else { return nil }
      copy.cluster = ClusterLimit(rho: rho, max: largest / 2, from: 2)
    case .leverage:
      // Longs that are more than the equity can be halved only so far; shorts can be forbidden.
      let short = most { held($0) { $0.target < 0 } }
      let long = most { held($0) { $0.target > 0 } }
      guard short > 0 || long > 1 + 1e-9 else { return nil }
      copy.leverage = short > 0 ? 1 + short / 2 : 1
    case .labels:
      let symbols = subject.history.symbols
      let sum = most(\.gross)
      copy.labels = [
        LabelLimit(
          name: "half", max: sum / 4,
          values: [0, 1].map { part in
            .init(
              name: "\(part)",
              symbols: symbols.indices.filter { $0 % 2 == part }.map { symbols[$0] })
          })
      ]
    case .effectiveBets:
      // A little more than the least spread decision came to, as far as its positions allow.
      let spreads = try spreads(subject).compactMap(\.effectiveBets)
      guard let least = spreads.min(), let most = spreads.max(), most > least else { return nil }
      copy.diversification.effectiveBets = (least + most) / 2
    case .averageCorrelation:
      let values = try spreads(subject).compactMap(\.averageCorrelation)
      guard let least = values.min(), let most = values.max(), most > least else { return nil }
      copy.diversification.averageCorrelation = (least + most) / 2
    case .volatility: copy.volatility = most(\.portfolioVolatility) / 2
    case .liquidity:
      guard let share = largestShare(subject) else { return nil }
      copy.trading.liquidity = share / 2
    case .lots:
      guard let price = subject.outcome.grid.series.flatMap(\.closes).min() else { return nil }
      // A tenth of the largest position in the cheapest symbol; the others are bought more coarsely.
      copy.trading.lot = largest * subject.portfolio.capital.cash / price / 10
    case .minimumNotional:
      guard let least = smallestTrade(subject) else { return nil }
      copy.trading.minimumNotional = 2 * least
    case .throttle:
      let deepest = deepestDrawdown(subject.outcome.run.equity)
      guard deepest > 0 else { return nil }
      // A quarter, for the throttle makes the drawdowns smaller that it is to see.
      copy.throttle = ThrottleSettings(reduce: deepest / 8, halt: deepest / 4)
    }
    return copy
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

  private func hasBound(_ allocation: AllocationDecision) -> Bool {
    switch self {
    case .throttle: allocation.throttle < 1
    case .lots, .minimumNotional:
      allocation.lines.flatMap(\.reasons).contains { reason in
        switch (self, reason) {
        case (.lots, .lot), (.minimumNotional, .minimumNotional): true
        default: false
        }
      }
    default: allocation.limitsThatBound.contains(where: isThis)
    }
  }

  private func isThis(_ limit: BoundLimit) -> Bool {
    switch (self, limit) {
    case (.gross, .gross), (.gross, .exposure), (.perSymbol, .perSymbol),
      (.positions, .positions), (.turnover, .turnover), (.net, .sum(.net, _, _, _)),
      (.groups, .sum(.group, _, _, _)), (.clusters, .sum(.cluster, _, _, _)),
      (.labels, .sum(.group, _, _, _)), (.leverage, .sum(.leverage, _, _, _)),
      (.effectiveBets, .diversification(.effectiveBets, _, _, _)),
      (.averageCorrelation, .diversification(.averageCorrelation, _, _, _)),
      (.volatility, .volatility), (.liquidity, .liquidity):
      true
    default: false
    }
  }
}
