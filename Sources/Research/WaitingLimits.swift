import Allocation
import Engine
import Market
import SignalGraph
import Trading

extension Backtest {
  /// What to warn of where orders that wait let positions break a limit that the decisions' targets keep:
  /// while a sale waits, for volume (`costs.participation`) or for the next bar of a market that is closed,
  /// what it makes room for may have been bought.
  ///
  /// At each close the units that are held are valued at the prices and the equity of the last decision,
  /// as its targets were: a price that has moved since breaks nothing. Nor is broken what holds at the
  /// close's own prices: of what all cash has bought below the decision's prices, these make more than there
  /// was. Limits that depend on how symbols correlate are not counted.
  func brokenWhileWaiting(_ outcome: Outcome) -> [String] {
    let (run, hasCap) = (outcome.run, portfolio.costs.participation != nil)
    var decided: [Timestamp: AllocationDecision] = [:]
    for decision in outcome.decisions { decided[decision.now] = decision.allocation }
    var basis: Valuation?
    var waiting = UnansweredOrders(run)
    var (count, first) = (0, "")
    for (index, step) in outcome.steps.enumerated() {
      let now = run.knownAt[index]
      waiting.meetBars(of: outcome.grid, at: step)
      if let basis, hasCap || !waiting.isEmpty,
        let broken = violation(Valuation(outcome, index, step), since: basis)
      {
        if count == 0 { first = "\(now): \(broken)" }
        count += 1
      }
      if let decision = decided[now] {
        let current = Valuation(outcome, index, step)
        // Where not even the targets keep a limit, that is said already.
        basis = decision.unreached.isEmpty && current.equity > 0 ? current : nil
        waiting.withdraw()
      }
      waiting.take(at: now)
    }
    guard count > 0 else { return [] }
    return [
      "a limit was not kept at \(count) of \(outcome.steps.count) closes while orders waited for "
        + (hasCap ? "volume ('costs.participation') or " : "")
        + "a bar of a closed market; first at \(first)"
        + (hasCap ? "; with 'limits.liquidity' decisions count on what can be sold" : "")
    ]
  }

  /// The first limit that positions break both at their own prices and as they were at `basis`.
  private func violation(_ current: Valuation, since basis: Valuation) -> LimitViolation? {
    violation(current, at: basis).flatMap { broken in
      violation(current, at: current) == nil ? nil : broken
    }
  }

  /// The first limit that positions break when they are valued as they were at `basis`.
  private func violation(_ current: Valuation, at basis: Valuation) -> LimitViolation? {
    let weights = history.symbols.indices.compactMap {
      symbol -> (symbol: Symbol, weight: Double)? in
      guard current.values[symbol] != 0, let price = current.prices[symbol],
        let then = basis.prices[symbol]
      else { return nil }
      // A billionth is what rounding to lots may add to a target.
      let value = current.values[symbol] / price * then * (1 - 1e-9)
      return (history.symbols[symbol], value / basis.equity)
    }
    return portfolio.limits.violations(of: weights).first
  }
}

/// The orders whose symbols have had no bar since they were made, step by step.
private struct UnansweredOrders {
  private let orders: [(symbol: Int, decidedAt: Timestamp)]
  /// Of those that are taken already.
  private var taken = 0
  private var symbols: Set<Int> = []

  init(_ run: EngineRun) {
    let places = Dictionary(uniqueKeysWithValues: zip(run.symbols, run.symbols.indices))
    orders = run.orders.compactMap { order in
      places[order.symbol].map { (symbol: $0, decidedAt: order.decidedAt) }
    }
  }

  var isEmpty: Bool { symbols.isEmpty }

  /// An order meets its market at the first step at which the symbol has a bar.
  mutating func meetBars(of grid: BarGrid, at step: Int) {
    guard !isEmpty else { return }
    symbols = symbols.filter { grid.bar($0, at: step) == nil }
  }

  /// A decision about all weights replaces what has waited.
  mutating func withdraw() { symbols = [] }

  /// Takes the orders that were made up to a close; closes come in order of time.
  mutating func take(at now: Timestamp) {
    while taken < orders.count, orders[taken].decidedAt <= now {
      symbols.insert(orders[taken].symbol)
      taken += 1
    }
  }
}

/// The account at one close: equity, and each symbol's last price and position value.
private struct Valuation {
  let equity: Double
  let prices: [Double?]
  let values: [Double]

  init(_ outcome: Backtest.Outcome, _ index: Int, _ step: Int) {
    let count = outcome.run.symbols.count
    let equity = outcome.run.equity[index]
    self.equity = equity
    prices = (0..<count).map { outcome.grid.lastClose($0, at: step) }
    // Without equity there are no weights.
    values = outcome.run.weights[index * count..<(index + 1) * count].map {
      equity == 0 ? 0 : $0 * equity
    }
  }
}
