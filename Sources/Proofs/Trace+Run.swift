import Allocation
import Engine
public import Market
public import Research
public import SignalGraph
public import Signals
import Trading

extension Trace {
  /// Everything of a backtest: signals of nodes and symbols, decisions, and the accounts of the
  /// portfolio and of its baselines.
  public init(_ outcome: Backtest.Outcome) {
    var tracks: [Track] = []
    for (key, signals) in outcome.nodes { tracks.append(Track(key, signals)) }
    for (symbol, signals) in outcome.signals { tracks.append(Track(symbol, signals)) }
    tracks.append(Track(outcome.decisions))
    tracks += Trace.account("portfolio", outcome.run)
    for (baseline, run) in outcome.baselines { tracks += Trace.account(baseline.rawValue, run) }
    self.init(tracks)
  }

  /// What a node said.
  public init(_ key: NodeKey, _ signals: [NodeSignal]) {
    self.init([Track(key, signals)])
  }

  /// What a symbol's combiner said.
  public init(_ symbol: Symbol, _ signals: [SymbolSignal]) {
    self.init([Track(symbol, signals)])
  }

  /// Orders, fills and equity of one account.
  private static func account(_ name: String, _ run: EngineRun) -> [Track] {
    var orders = Track("order of \(name)")
    for order in run.orders {
      orders.append(order.symbol.name)
      orders.append(order.quantity)
      orders.append(order.reason)
      orders.close(order.decidedAt)
    }
    var fills = Track("fill of \(name)", .open)
    for fill in run.fills {
      fills.append(fill.symbol.name)
      for value in [fill.quantity, fill.price, fill.fee, fill.slippage] { fills.append(value) }
      fills.close(fill.time)
    }
    var equity = Track("equity of \(name)")
    let count = run.symbols.count
    for step in run.knownAt.indices {
      equity.append(run.equity[step])
      equity.append(run.cash[step])
      equity.append(run.exposure[step])
      for weight in run.weights[step * count..<(step + 1) * count] { equity.append(weight) }
      equity.close(run.knownAt[step])
    }
    return [orders, fills, equity]
  }
}

extension Trace.Track {
  init(_ key: NodeKey, _ signals: [NodeSignal]) {
    self.init("signal of \(key)")
    append(signals)
  }

  mutating func append(_ signals: [NodeSignal]) {
    for signal in signals {
      append(signal.forecast)
      append(signal.variance)
      append(signal.targetVariance)
      append(signal.mu)
      append(signal.gateWeight)
      append(signal.forecastDeviation)
      append(signal.forecastPersistence)
      append(Double(signal.label))
      append(signal.confidence)
      append(signal.entropy)
      for value in signal.posterior { append(value) }
      for value in signal.nextPosterior { append(value) }
      append(Double(signal.evaluatedAt.milliseconds))
      append(signal.atr)
      append(signal.volumeRatio)
      for value in signal.readings.values { append(value) }
      close(signal.knownAt)
    }
  }

  init(_ symbol: Symbol, _ signals: [SymbolSignal]) {
    self.init("signal of \(symbol)")
    append(signals)
  }

  mutating func append(_ signals: [SymbolSignal]) {
    for signal in signals {
      append(signal.netAlpha)
      append(signal.conviction)
      append(signal.regimeSize)
      append(signal.regimeLabel.map(Double.init))
      append(signal.regimeConfidence)
      append(signal.alignment.rawValue)
      append(signal.mixture.map { Double($0.rawValue) })
      append(signal.refusal?.rawValue ?? "")
      append(signal.entrySize)
      append(signal.reversal)
      for part in signal.parts {
        append(part.signal.map { Double($0.knownAt.milliseconds) })
        append(part.signal?.variance)
        append(part.alpha)
        append(part.conviction)
      }
      close(signal.knownAt)
    }
  }

  init(_ decisions: [PortfolioDecision]) {
    self.init("decision")
    for decision in decisions {
      for target in decision.targets { append(target) }
      for reason in decision.reasons { append(reason) }
      for outcome in decision.outcomes { append(outcome.rawValue) }
      if let allocation = decision.allocation { append(allocation) }
      close(decision.now)
    }
  }

  private mutating func append(_ allocation: AllocationDecision) {
    append(allocation.exposure)
    append(allocation.throttle)
    append(allocation.grossScale)
    append(allocation.priorVolatility)
    append(allocation.portfolioVolatility)
    append(allocation.gross)
    append(allocation.net)
    for line in allocation.lines {
      append(line.held)
      append(line.prior)
      append(line.scaled)
      append(line.regimeMultiplier)
      append(line.afterRegime)
      append(line.tiltMultiplier)
      append(line.tilted)
      append(line.limited)
      append(line.target)
      append(line.riskContribution)
      for reason in line.reasons { append(reason.description) }
    }
  }
}
