public import Allocation
public import Market
public import Signals
public import Trading

/// The arithmetic of the portfolio allocator, without an actor around it.
///
/// It reads the book but never changes it. Exit rules are checked at every close, weights are decided
/// once every `decisionEvery`; an exit between two decisions sends its symbol to cash, and where limits
/// count on hedges all weights are decided anew. The drawdown throttle follows equity from the first
/// close on.
public struct AllocatorState: Sendable {
  private let rules: AllocatorRules
  private var risk: RiskHistory
  private let trend: TrendHistory
  private let volumes: VolumeHistory
  private let year: CommonYear
  private var memory: [RuleMemory]
  private let shares: [Double]
  private var lastSlot: Int64?
  private var throttle: DrawdownThrottle?

  /// - Parameters:
  ///   - riskGrid: bars that the covariance is estimated on; only those known at a decision are read.
  ///     Its symbols are the book's.
  ///   - regimes: of the market in time; nil where the covariance needs none.
  ///   - estimates: covariances that an allocator of the same rules and bars has decided by before.
  public init(
    rules: AllocatorRules, riskGrid: BarGrid, regimes: MarketRegimePath? = nil,
    estimates: [Timestamp: CovarianceEstimate] = [:]
  ) throws(AllocationError) {
    self.rules = rules
    risk = try RiskHistory(
      grid: riskGrid, settings: rules.allocator.settings, regimes: regimes, made: estimates)
    trend = TrendHistory(grid: riskGrid, overlay: rules.allocator.settings.trend)
    volumes = VolumeHistory(riskGrid)
    year = CommonYear(riskGrid)
    precondition(rules.exit.count == riskGrid.symbols.count, "one set of exit rules a symbol")
    memory = rules.exit.map { RuleMemory($0) }
    shares =
      rules.sizing.isEmpty
      ? Array(repeating: 1, count: memory.count) : SizingSettings.shares(rules.sizing)
    throttle = DrawdownThrottle(rules.allocator.limits.throttle)
  }

  /// What the allocator remembers from close to close, as a value that can be encoded.
  ///
  /// Covariances, trends and volumes are not in it: they follow from the bars. Neither is the drawdown
  /// throttle, which follows from the equity of the closes so far.
  public struct Memory: Sendable, Equatable, Codable {
    let symbols: [RuleMemory.Saved]
    let lastSlot: Int64?
  }

  /// What is remembered after the last decision.
  public var saved: Memory {
    Memory(symbols: memory.map(\.saved), lastSlot: lastSlot)
  }

  /// Goes on from what an allocator of the same rules and bars has remembered.
  /// - Parameters:
  ///   - saved: of as many symbols.
  ///   - closes: the closes at which it was asked, with the equity of the book at each.
  public mutating func resume(_ saved: Memory, closes: [(now: Timestamp, equity: Double)]) {
    precondition(saved.symbols.count == memory.count, "one memory a symbol")
    for symbol in memory.indices { memory[symbol].resume(saved.symbols[symbol]) }
    lastSlot = saved.lastSlot
    throttle = DrawdownThrottle(rules.allocator.limits.throttle)
    for close in closes { _ = throttle?.factor(at: close.now, equity: close.equity) }
  }

  /// Remembers of which symbols the decision before has left a part of the trade to the next one. What
  /// else an allocator remembers, holdings do not tell.
  public mutating func leaveUnfinished(_ symbols: Set<Symbol>) {
    for index in memory.indices {
      memory[index].leaveUnfinished(symbols.contains(risk.symbols[index]))
    }
  }

  /// Decides at the close of a primary bar.
  /// - Parameters:
  ///   - signals: one a symbol, in the book's order.
  ///   - lastBars: close of each symbol's last bar, nil before its first.
  ///   - stopped: what closed a symbol's position within the bar, where anything did.
  ///   - trends: the factors of the trend overlay, one a symbol; nil has those of the bars so far.
  /// - Returns: nil when nothing is due.
  public mutating func decide(
    at now: Timestamp, signals: [SymbolSignal], book: Book, lastBars: [Timestamp?],
    stopped: [Bracket.Trigger?] = [], trends: [Double]? = nil
  ) throws(AllocationError) -> PortfolioDecision? {
    for (symbol, trigger) in stopped.enumerated() {
      guard let trigger else { continue }
      memory[symbol].stop(by: ExitReason(rawValue: trigger.rawValue), at: now)
    }
    // Every close counts for the drawdown, also where nothing is decided.
    let throttle = throttle?.factor(at: now, equity: book.equity) ?? 1
    let fired = checkExits(at: now, signals: signals, book: book, lastBars: lastBars)
    let slot = now.milliseconds / rules.decisionEvery
    let isDue = slot != lastSlot
    // What is left may be no hedge of anything any more.
    let isHedgeLost =
      rules.allocator.limits.countOnHedges && (!fired.isEmpty || stopped.contains { $0 != nil })
    guard isDue || isHedgeLost else {
      return fired.isEmpty ? nil : exits(fired, at: now, book: book)
    }
    lastSlot = slot
    return try allocate(
      at: now, signals: signals, book: book, lastBars: lastBars, throttle: throttle,
      trends: trends ?? trend.factors(at: now), isDue: isDue)
  }

  /// Whether any symbol's exits stand in the market within the bar.
  public var hasBrackets: Bool { rules.exit.contains(where: \.intrabar) }

  /// The protective orders that stand from the next open on.
  /// - Parameter decision: what was decided at this close; nil where nothing was.
  /// - Returns: one entry a symbol; nil without exits within the bar.
  public func brackets(book: Book, after decision: PortfolioDecision?) -> [Bracket?]? {
    guard hasBrackets else { return nil }
    return memory.indices.map { symbol in
      let held = book.quantities[symbol]
      let target = decision?.targets[symbol] ?? held
      let isNew = target != 0 && (held == 0 || (held > 0) != (target > 0))
      return memory[symbol].bracket(bestGain: isNew ? nil : book.bestGain(symbol) ?? 0)
    }
  }

  /// Finds the exit rules that fire at this close and remembers them.
  private mutating func checkExits(
    at now: Timestamp, signals: [SymbolSignal], book: Book, lastBars: [Timestamp?]
  ) -> [FiredExit] {
    var fired: [FiredExit] = []
    for symbol in memory.indices {
      guard memory[symbol].hasExits, lastBars[symbol] == now else { continue }
      let hit = memory[symbol].checkExit(
        at: now, signal: signals[symbol], book: book, symbol: symbol)
      if let hit { fired.append((symbol, hit)) }
    }
    return fired
  }

  private typealias FiredExit = (symbol: Int, hit: ExitHit)

  /// Sends the symbols whose exit rule fired to cash, or a part of them, and leaves the others.
  private func exits(_ fired: [FiredExit], at now: Timestamp, book: Book) -> PortfolioDecision {
    var decision = PortfolioDecision(
      now: now, targets: Array(repeating: nil, count: memory.count),
      reasons: Array(repeating: "", count: memory.count), allocation: nil)
    let weights = book.weights
    for (symbol, hit) in fired {
      decision.targets[symbol] = hit.share == 1 ? 0 : (1 - hit.share) * weights[symbol]
      decision.reasons[symbol] = "exit: \(hit.reason.rawValue)"
    }
    return decision
  }

  /// - Parameters:
  ///   - trends: one factor a symbol.
  ///   - isDue: whether it is a decision of the schedule, by which time in cash is counted.
  private mutating func allocate(
    at now: Timestamp, signals: [SymbolSignal], book: Book, lastBars: [Timestamp?],
    throttle: Double, trends: [Double], isDue: Bool
  ) throws(AllocationError) -> PortfolioDecision {
    let settings = rules.allocator.settings
    let refusals = updateEntries(signals, book)
    let forecasts =
      settings.variance == .model
      ? year.forecastVolatilities(signals, of: book.symbols, rules.riskTimeframe) : nil
    let weights = book.weights
    var assets: [AssetInput] = []
    for symbol in memory.indices {
      let isMeasured = forecasts.map { $0[book.symbols[symbol]] != nil } ?? true
      assets.append(
        asset(
          symbol, signals[symbol], at: now, book, held: weights[symbol],
          lastBar: lastBars[symbol], trend: trends[symbol], isMeasured: isMeasured))
    }
    if isDue { countWaits(at: now) }
    let estimate = try risk.estimate(at: now, minimumObservations: settings.minimumObservations)
    let allocation = try rules.allocator.decide(
      AllocationInput(
        assets: assets,
        covariance: forecasts.map { estimate.withVolatilities($0) } ?? estimate,
        periodsPerYear: rules.riskPeriodsPerYear, throttle: throttle,
        equity: book.equity > 0 ? book.equity : nil))
    for (symbol, line) in allocation.lines.enumerated() {
      memory[symbol].leaveUnfinished(line.isLeftUnfinished)
      guard line.target != 0 else { continue }
      if line.held == 0 || (line.held > 0) != (line.target > 0) {
        memory[symbol].open(signals[symbol])
      }
    }
    return decision(allocation, at: now, refusals)
  }

  /// `in_out`: lets the entry rules open positions.
  /// - Returns: one a symbol: what kept it from being opened, nil where it stands or no rule is asked.
  private mutating func updateEntries(_ signals: [SymbolSignal], _ book: Book)
    -> [DecisionOutcome?]
  {
    var refusals: [DecisionOutcome?] = Array(repeating: nil, count: memory.count)
    guard rules.allocator.settings.mode == .inOut else { return refusals }
    for symbol in memory.indices {
      refusals[symbol] = memory[symbol].updateEntry(
        signals[symbol], isHeld: book.quantities[symbol] != 0)
    }
    return refusals
  }

  /// What the allocator goes by for one symbol.
  /// - Parameters:
  ///   - lastBar: its close; nil before the first.
  ///   - isMeasured: whether its volatility is known from where the portfolio takes it.
  private func asset(
    _ symbol: Int, _ signal: SymbolSignal, at now: Timestamp, _ book: Book, held: Double,
    lastBar: Timestamp?, trend: Double, isMeasured: Bool
  ) -> AssetInput {
    let mode = rules.allocator.settings.mode
    let own = memory[symbol].state
    // Before its first bar a symbol has no price that could be stale.
    let isStale = lastBar.map { rules.isStale(symbol, last: $0, at: now) } ?? false
    let hasSignal = signal.hasRegime && isMeasured && lastBar != nil
    // What a market did not take of an exit is closed by the same rule.
    let isClosing = own.exitedAt == now || !own.isActive && held != 0
    let inCash = mode == .priorTilt && own.decisionsInCash > 0
    let isVolumeRead = rules.allocator.limits.trading.liquidity != nil
    return AssetInput(
      symbol: book.symbols[symbol], held: held,
      ineligible: isStale ? .stalePrice : hasSignal ? nil : .noSignal,
      stoppedBy: inCash ? own.exitedBy?.rawValue : nil,
      regimeSize: signal.regimeSize, trend: trend, netAlpha: signal.netAlpha,
      alphaVariance: signal.alphaVariance, conviction: own.conviction,
      isActive: own.isActive, sizeMultiplier: signal.regimeSize * signal.entrySize,
      exitedBy: mode == .inOut && isClosing ? own.exitedBy?.rawValue : nil,
      sizing: rules.sizing.isEmpty ? SizingSettings() : rules.sizing[symbol],
      share: shares[symbol],
      partlyClosed: own.kept == 1
        ? nil
        : PartialExit(
          rule: own.reducedBy?.rawValue ?? "", kept: own.kept, isNow: own.reducedAt == now),
      price: book.marks[symbol], volume: isVolumeRead ? volumes.mean(symbol, at: now) : nil,
      isUnfinished: own.isUnfinished)
  }

  /// `prior_tilt`: counts a decision for which a stop keeps a symbol in cash, or a partial exit a part of
  /// it; that of the exit's own close is not one.
  private mutating func countWaits(at now: Timestamp) {
    guard rules.allocator.settings.mode == .priorTilt else { return }
    for symbol in memory.indices {
      let own = memory[symbol].state
      if own.decisionsInCash > 0, own.exitedAt != now { memory[symbol].waitInCash() }
      if own.decisionsReduced > 0, own.reducedAt != now { memory[symbol].waitReduced() }
    }
  }

  /// - Parameter refusals: of entries, one a symbol.
  private func decision(
    _ allocation: AllocationDecision, at now: Timestamp,
    _ refusals: [DecisionOutcome?]
  ) -> PortfolioDecision {
    let band = rules.allocator.settings.band
    return PortfolioDecision(
      now: now, targets: allocation.lines.map { $0.target },
      reasons: allocation.lines.map(\.orderReason),
      allocation: allocation,
      outcomes: zip(allocation.lines, refusals).map { line, refusal in
        DecisionOutcome(line, band: band, refusal: refusal)
      }, refusals: rules.allocator.settings.mode == .inOut ? refusals : [])
  }
}
