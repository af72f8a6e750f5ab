import Allocation
import Engine
import Market
import SignalGraph
import Trading

extension Backtest {
  /// What to warn of where `costs.participation` let positions break a limit that the decisions' targets
  /// keep: while a sale waits for volume, what it makes room for may have been bought.
  ///
  /// At each close the units that are held are valued at the prices and the equity of the last decision,
  /// as its targets were: a price that has moved since breaks nothing. Limits that depend on how symbols
  /// correlate are not counted.
  func brokenWhileWaiting(_ outcome: Outcome) -> [String] {
    guard portfolio.costs.participation != nil else { return [] }
    var decided: [Timestamp: AllocationDecision] = [:]
    for decision in outcome.decisions { decided[decision.now] = decision.allocation }
    var basis: Valuation?
    var (count, first) = (0, "")
    for (index, step) in outcome.steps.enumerated() {
      let now = outcome.run.knownAt[index]
      let current = Valuation(outcome, index, step)
      if let basis, let broken = violation(current, at: basis) {
        if count == 0 { first = "\(now): \(broken)" }
        count += 1
      }
      if let decision = decided[now] {
        // Where not even the targets keep a limit, that is said already.
        basis = decision.unreached.isEmpty && current.equity > 0 ? current : nil
      }
    }
    guard count > 0 else { return [] }
    return [
      "a limit was not kept at \(count) of \(outcome.steps.count) closes while orders waited for "
        + "volume ('costs.participation'); first at \(first); with 'limits.liquidity' decisions count "
        + "on what can be sold"
    ]
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
