import Allocation
import Engine
import SignalGraph

extension Backtest {
  /// How often each kind of reason ended a symbol's line, most frequent first.
  func reasonCounts(_ outcome: Outcome) -> [BacktestReport.Entry] {
    var counts: [String: Int] = [:]
    for decision in outcome.decisions {
      guard let allocation = decision.allocation else {
        for (target, reason) in zip(decision.targets, decision.reasons) where target != nil {
          counts[reason, default: 0] += 1
        }
        continue
      }
      for line in allocation.lines {
        for reason in line.reasons where !reason.isTrade {
          counts[reason.kind, default: 0] += 1
        }
      }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      BacktestReport.Entry($0.key, String($0.value))
    }
  }
}

extension AllocationReason {
  /// Whether it says that there was a trade, not what kept or changed a weight.
  fileprivate var isTrade: Bool {
    switch self {
    case .outsideBand, .finishing, .entry: true
    default: false
    }
  }

  /// The reason without its numbers, for counting.
  fileprivate var kind: String {
    switch self {
    case .ineligible(.insufficientHistory): "not eligible: too little history"
    case .ineligible(let reason): "not eligible: \(reason)"
    case .notEntered: "no entry"
    case .noConviction: "no conviction"
    case .exit(let rule): "exit: \(rule)"
    case .partlyClosed(let rule, _): "partly closed: \(rule)"
    case .stopped(let rule): "stopped: \(rule)"
    case .volatilityTarget: "scaled by the volatility target"
    case .drawdownThrottle: "scaled by the drawdown throttle"
    case .regimeSize: "scaled by the regime"
    case .trend: "scaled by the trend"
    case .tilt: "tilted by a forecast"
    case .gross: "cut to the gross limit"
    case .capPerSymbol: "cut to the symbol's cap"
    case .correlated(_, _, let scale):
      scale == 0 ? "not held: correlated with a larger one" : "scaled: correlated with a larger one"
    case .positions: "not held: not among the largest positions"
    case .sum(.gross, _): "cut to the gross limit"
    case .sum(.net, _): "cut to the net limit"
    case .sum(.group(let name), _): "cut to the limit of group \(name)"
    case .sum(.cluster, _): "cut to the limit on a cluster"
    case .sum(.leverage, _): "cut to the leverage limit"
    case .diversification: "cut to spread risk"
    case .volatility: "scaled to the volatility limit"
    case .liquidity: "trade slowed by the market's volume"
    case .waiting: "purchase waits for a sale"
    case .lot: "rounded to whole lots"
    case .minimumNotional: "trade too small, or enlarged to the smallest"
    case .turnover: "trade slowed by the turnover limit"
    case .insideBand: "inside the no-trade band: held"
    case .limitBreached: "band ignored: a limit was broken"
    case .finishing: "trade of the decision before finished"
    case .outsideBand: "outside the band: traded"
    case .entry: "position opened"
    }
  }
}
