import Allocation
import Engine
import Market
import Research
import SignalGraph
import Signals
import Trading

/// All that a backtest said, decided and booked up to a moment, as bits.
struct Trace: Sendable {
  struct Entry: Equatable, Sendable {
    var what: String
    var time: Timestamp
    var bits: [UInt64]
  }

  private(set) var entries: [Entry] = []

  /// - Parameters:
  ///   - now: signals, decisions, orders, fills and equity stamped at or before it count.
  ///   - fillsUntil: opens up to which fills count; `now` where nil.
  init(_ outcome: Backtest.Outcome, until now: Timestamp, fillsUntil: Timestamp? = nil) {
    for (key, signals) in outcome.nodes {
      let name = "signal of \(key)"
      for signal in signals where signal.knownAt <= now { add(name, signal) }
    }
    for (symbol, signals) in outcome.signals {
      let name = "signal of \(symbol)"
      for signal in signals where signal.knownAt <= now { add(name, signal) }
    }
    for decision in outcome.decisions where decision.now <= now { add(decision) }
    add("portfolio", outcome.run, until: now, fillsUntil: fillsUntil ?? now)
    for (baseline, run) in outcome.baselines {
      add(baseline.rawValue, run, until: now, fillsUntil: fillsUntil ?? now)
    }
  }

  /// What a node said.
  init(_ key: NodeKey, _ signals: [NodeSignal]) {
    for signal in signals { add("signal of \(key)", signal) }
  }

  /// What a symbol's combiner said.
  init(_ symbol: Symbol, _ signals: [SymbolSignal]) {
    for signal in signals { add("signal of \(symbol)", signal) }
  }

  /// How many entries differ and which is the first, in words; nil if all are the same bit by bit.
  func firstDifference(from other: Trace) -> String? {
    let counts = "\(entries.count) against \(other.entries.count) entries"
    guard let first = zip(entries, other.entries).first(where: { $0 != $1 }) else {
      return entries.count == other.entries.count ? nil : counts
    }
    let differing = zip(entries, other.entries).count { $0 != $1 }
    let values = zip(first.0.bits, first.1.bits).first { $0 != $1 }.map {
      ": \(Double(bitPattern: $0)) against \(Double(bitPattern: $1))"
    }
    return "\(differing) differ of \(counts), first \(first.0.what) at \(first.0.time) "
      + "and \(first.1.what) at \(first.1.time)\(values ?? "")"
  }

  private mutating func add(_ what: String, _ time: Timestamp, _ values: [Double?]) {
    // A bit pattern that no arithmetic gives stands for nil.
    entries.append(
      Entry(what: what, time: time, bits: values.map { $0?.bitPattern ?? 0x7FF8_DEAD_0000_0001 }))
  }

  private mutating func add(_ what: String, _ signal: NodeSignal) {
    add(
      what, signal.knownAt,
      [
        signal.forecast, signal.variance, signal.mu, signal.gateWeight, signal.forecastDeviation,
        signal.forecastPersistence, Double(signal.label), signal.confidence, signal.entropy,
      ] + signal.posterior + signal.nextPosterior)
  }

  private mutating func add(_ what: String, _ signal: SymbolSignal) {
    var values: [Double?] = [
      signal.netAlpha, signal.conviction, signal.regimeSize, signal.regimeLabel.map(Double.init),
      signal.regimeConfidence,
    ]
    for part in signal.parts {
      values += [
        part.signal.map { Double($0.knownAt.milliseconds) }, part.signal?.variance, part.alpha,
        part.conviction,
      ]
    }
    add("\(what) (\(signal.alignment.rawValue))", signal.knownAt, values)
  }

  private mutating func add(_ decision: PortfolioDecision) {
    var values = decision.targets
    if let allocation = decision.allocation {
      values += [
        allocation.exposure, allocation.throttle, allocation.grossScale,
        allocation.priorVolatility, allocation.portfolioVolatility, allocation.gross,
        allocation.net,
      ]
      for line in allocation.lines {
        values += [
          line.held, line.prior, line.scaled, line.regimeMultiplier, line.afterRegime,
          line.tiltMultiplier, line.tilted, line.limited, line.target, line.riskContribution,
        ]
      }
    }
    add("decision (\(decision.reasons.joined(separator: "; ")))", decision.now, values)
  }

  private mutating func add(
    _ name: String, _ run: EngineRun, until now: Timestamp, fillsUntil: Timestamp
  ) {
    for order in run.orders where order.decidedAt <= now {
      add("order of \(name) for \(order.symbol)", order.decidedAt, [order.quantity])
    }
    for fill in run.fills where fill.time <= fillsUntil {
      add(
        "fill of \(name) in \(fill.symbol)", fill.time,
        [fill.quantity, fill.price, fill.fee, fill.slippage])
    }
    let count = run.symbols.count
    for step in run.knownAt.indices where run.knownAt[step] <= now {
      add(
        "equity of \(name)", run.knownAt[step],
        [run.equity[step], run.cash[step], run.exposure[step]]
          + run.weights[step * count..<(step + 1) * count])
    }
  }
}
