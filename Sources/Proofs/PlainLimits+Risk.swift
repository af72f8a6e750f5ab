import Allocation
import Kernels
import Market

/// The limits on leverage, risk and trades written a second time.
extension PlainLimits {
  /// `w'Σw` and the shares of it, as plain double sums.
  struct Spread {
    var variance = 0.0
    var bets: Double?
    var correlation: Double?

    init(_ weights: [Double], _ volatilities: [Double], _ correlation: [[Double]]) {
      let risks = zip(weights, volatilities).map { $0 * $1 }
      var contributions: [Double] = []
      var (pairs, all) = (0.0, 0.0)
      for i in risks.indices {
        var sum = 0.0
        for j in risks.indices {
          sum += correlation[i][j] * risks[j]
          guard i != j else { continue }
          pairs += correlation[i][j] * risks[i] * risks[j]
          all += abs(risks[i] * risks[j])
        }
        contributions.append(risks[i] * sum)
      }
      variance = contributions.reduce(0, +)
      let squares = contributions.reduce(0) { $0 + $1 * $1 }
      if variance > 0 { bets = variance * variance / squares }
      if all > 0 { self.correlation = pairs / all }
    }
  }

  /// Measures what the targets risk, and checks it against the limits.
  func checkRisk(
    _ allocation: AllocationDecision, _ risk: CovarianceEstimate, _ market: PlainMarket?,
    _ now: Timestamp, _ proof: inout Proof
  ) {
    guard limits.volatility != nil || !limits.diversification.isOff else { return }
    let held = allocation.lines.filter { $0.target != 0 }.compactMap { line in
      risk.index(of: line.symbol).map { (line: line, row: $0) }
    }
    let spread = Spread(
      held.map(\.line.target),
      held.map { market?.deviations[$0.line.symbol] ?? risk.volatilities[$0.row] },
      held.map { a in held.map { risk.correlation[a.row, $0.row] } })
    if let limit = limits.volatility, let market {
      let yearly = (max(0, spread.variance) * market.periodsPerYear).squareRoot()
      expect(yearly, atMost: said(allocation, limit, .volatility), "volatility", now, &proof)
    }
    if let least = limits.diversification.effectiveBets, let bets = spread.bets {
      // What is said to be reached must be what is measured.
      let limit = said(allocation, least, .effectiveBets)
      proof.expect(
        bets >= limit * (1 - 1e-8), "\(now): effective bets are \(bets), the limit is \(limit)")
    }
    if let most = limits.diversification.averageCorrelation, let own = spread.correlation {
      let limit = said(allocation, most, .averageCorrelation)
      expect(own, atMost: limit, "the average correlation", now, &proof)
    }
  }

  /// Checks each trade against what its market takes: share of volume, lots, smallest order.
  func checkTrades(
    _ allocation: AllocationDecision, _ market: PlainMarket?, _ now: Timestamp,
    _ proof: inout Proof
  ) {
    let trading = limits.trading
    guard !trading.isOff, let market else { return }
    for line in allocation.lines where line.target != line.held {
      guard let price = market.prices[line.symbol] else {
        proof.expect(false, "\(now): \(line.symbol) is traded without a price")
        continue
      }
      let value = abs(line.target - line.held) * market.equity
      if let share = trading.liquidity {
        let volume = (market.volumes[line.symbol] ?? 0) * price
        proof.expect(
          value <= share * volume * (1 + 1e-9) + 1e-9 * market.equity,
          "\(now): \(value) of \(line.symbol) is traded, its market trades \(volume)")
      }
      if let lot = trading.lotOverrides[line.symbol] ?? trading.lot, lot > 0 {
        let lots = line.target * market.equity / price / lot
        proof.expect(
          abs(lots - lots.rounded()) <= 1e-6 * max(1, abs(lots)),
          "\(now): the target of \(line.symbol) is \(lots) lots")
      }
      if let least = trading.minimumNotional, line.target != 0 {
        let isSaid = allocation.unreached.contains {
          if case .minimumNotional(line.symbol, _, _) = $0.violation { true } else { false }
        }
        proof.expect(
          isSaid || value >= least * (1 - 1e-6),
          "\(now): \(value) of \(line.symbol) is traded, the least is \(least)")
      }
    }
  }

  /// Longs and shorts against what leverage allows, and the values of labels against their limits.
  func checkLeverageAndLabels(
    _ allocation: AllocationDecision, _ now: Timestamp, _ proof: inout Proof
  ) {
    if let leverage = limits.leverage {
      var (long, short) = (0.0, 0.0)
      for line in allocation.lines {
        if line.target > 0 { long += line.target } else { short -= line.target }
      }
      expect(
        long, atMost: said(allocation, leverage, .leverage(isShort: false)), "long exposure",
        now, &proof)
      expect(
        short, atMost: said(allocation, leverage - 1, .leverage(isShort: true)),
        "short exposure", now, &proof)
    }
    for label in limits.labels {
      for value in label.values {
        guard let most = value.max ?? label.max else { continue }
        var sum = 0.0
        for line in allocation.lines where value.symbols.contains(line.symbol) {
          sum += abs(line.target)
        }
        let name = "\(label.name) \(value.name)"
        expect(sum, atMost: said(allocation, most, .group(name)), name, now, &proof)
      }
    }
  }

  /// What a decision may say that it could not keep.
  enum Subject {
    case symbol(Symbol)
    case positions, turnover, volatility, effectiveBets, averageCorrelation
    case gross, net
    case leverage(isShort: Bool)
    case group(String)
    case cluster([Symbol])
  }

  /// The limit, or what the decision says that it came to instead, with a reason.
  func said(_ allocation: AllocationDecision, _ limit: Double, _ subject: Subject) -> Double {
    for unreached in allocation.unreached {
      switch (subject, unreached.violation) {
      case (.symbol(let own), .perSymbol(let symbol, let weight, _)) where own == symbol:
        return abs(weight)
      case (.positions, .positions(let count, _)): return Double(count)
      case (.turnover, .turnover(let total, _)): return total
      case (.volatility, .volatility(let value, _)): return value
      case (.effectiveBets, .diversification(.effectiveBets, let value, _)): return value
      case (.averageCorrelation, .diversification(.averageCorrelation, let value, _)):
        return value
      case (.gross, .sum(.gross, let total, _)), (.net, .sum(.net, let total, _)): return total
      case (.leverage(let own), .sum(.leverage(let isShort), let total, _)) where own == isShort:
        return total
      case (.group(let own), .sum(.group(let name), let total, _)) where own == name: return total
      case (.cluster(let own), .sum(.cluster(let symbols), let total, _)) where own == symbols:
        return total
      default: continue
      }
    }
    return limit
  }
}
