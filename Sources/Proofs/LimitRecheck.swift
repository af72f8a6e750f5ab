public import Allocation
import Engine
public import Market
import Research
import SignalGraph
import Trading

/// Promise 5: after every rebalance each limit is re-checked on what is traded to.
public enum LimitRecheck {
  /// The targets of every decision: by the allocator's own re-check and by plain sums.
  public static func decisions(_ subject: Subject) -> Proof {
    var proof = Proof(
      .limitsHold, "targets of every decision", subject: subject.name, compared: "limits")
    let outcome = subject.outcome
    check(outcome.decisions, on: outcome.run, subject, subject.portfolio.limits, &proof)
    return proof
  }

  /// Re-checks the limits on the targets of decisions made on a subject's bars.
  /// - Parameter run: the account that the decisions saw.
  static func check(
    _ decisions: [PortfolioDecision], on run: EngineRun, _ subject: Subject,
    _ limits: LimitSettings, _ proof: inout Proof
  ) {
    PlainThrottle.check(run, decisions, limits.throttle, &proof)
    let allocations = decisions.compactMap { decision in
      decision.allocation.map { (now: decision.now, allocation: $0) }
    }
    do {
      var risk: RiskHistory?
      if PlainLimits(limits: limits).needsCorrelations(subject.history.symbols.count) {
        risk = try subject.riskHistory()
      }
      let least = subject.portfolio.allocation.minimumObservations
      let markets = allocations.reduce(into: [Timestamp: PlainMarket]()) { markets, decision in
        markets[decision.now] = PlainMarket(subject, run, at: decision.now)
      }
      try check(
        allocations, limits, &proof, market: { markets[$0] },
        risk: { now in
          try risk?.estimate(at: now, minimumObservations: least)
            .withVolatilities(markets[now]?.deviations ?? [:])
        })
    } catch {
      proof.fail("the correlations cannot be estimated again: \(error)")
    }
  }

  /// Re-checks the limits on every target.
  /// - Parameter risk: the estimate of a decision; nil leaves clusters, pairs and risk unchecked.
  public static func check(
    _ decisions: [(now: Timestamp, allocation: AllocationDecision)], _ limits: LimitSettings,
    _ proof: inout Proof, risk: (Timestamp) throws -> CovarianceEstimate?
  ) rethrows {
    try check(decisions, limits, &proof, market: { _ in nil }, risk: risk)
  }

  /// - Parameter market: what could be traded at; nil leaves volatility and trades unchecked.
  private static func check(
    _ decisions: [(now: Timestamp, allocation: AllocationDecision)], _ limits: LimitSettings,
    _ proof: inout Proof, market: (Timestamp) -> PlainMarket?,
    risk: (Timestamp) throws -> CovarianceEstimate?
  ) rethrows {
    let plain = PlainLimits(limits: limits)
    for (now, allocation) in decisions {
      let estimate = try risk(now)
      var held: [Symbol: Double] = [:]
      for line in allocation.lines { held[line.symbol] = line.held }
      let market = market(now)
      let units = market.map { market in
        allocation.lines.reduce(into: [Symbol: TradeUnits]()) { units, line in
          units[line.symbol] = limits.trading.units(
            of: line.symbol, price: market.prices[line.symbol],
            volume: market.volumes[line.symbol], equity: market.equity)
        }
      }
      let found = limits.violations(
        of: allocation.weights, held: held, covariance: estimate,
        periodsPerYear: market?.periodsPerYear, units: units
      ).filter { violation in !allocation.unreached.contains { $0.violation == violation } }
      proof.expect(found.isEmpty, "\(now): \(found.map(\.description).joined(separator: "; "))")
      plain.check(allocation, estimate, market, at: now, &proof)
    }
  }

  /// The orders of every decision lead to the re-checked weights and to no others: where positions are
  /// whole lots, to the last lot before them.
  public static func orders(_ subject: Subject) async -> Proof {
    var proof = Proof(
      .limitsHold, "orders of every decision lead to its targets", subject: subject.name,
      compared: "weights after the orders")
    do {
      let replay = try await Replay(subject)
      proof.expect(
        replay.run.hash == subject.outcome.run.hash, "the run decided again gives another run hash")
      var ordered: [Timestamp: [Order]] = [:]
      for order in subject.outcome.run.orders {
        ordered[order.decidedAt, default: []].append(order)
      }
      for (moment, targets) in replay.entries {
        guard let targets else { continue }
        let book = moment.book
        // A margin call at the same close comes after what was decided.
        let own = (ordered[moment.now] ?? []).filter { $0.reason != "margin call" }
        for symbol in book.symbols.indices {
          guard let target = targets.weights[symbol], let mark = book.marks[symbol] else {
            continue
          }
          let order = PlainOrder(
            held: book.quantities[symbol],
            ordered: own.first { $0.symbol == book.symbols[symbol] }?.quantity, mark: mark)
          proof.expect(
            order.leads(to: target, of: book.equity, lot: subject.portfolio.capital.lot),
            "\(moment.now): orders lead to \(order.reached * mark / book.equity) of "
              + "\(book.symbols[symbol]), not to \(target)")
        }
      }
    } catch {
      proof.fail("the run ended with an error: \(error)")
    }
    return proof
  }
}

extension Subject {
  /// Volatilities and correlations as the run's decisions knew them.
  func riskHistory() throws -> RiskHistory {
    try PortfolioGraph(portfolio, history: history).riskHistory(outcome.signals.map(\.signals))
  }
}
