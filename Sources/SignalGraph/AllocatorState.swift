public import Allocation
public import Market
public import Signals
public import Trading

/// What the allocator decides by: the allocation and exit settings of a portfolio.
public struct AllocatorRules: Sendable {
  public var allocator: Allocator
  public var exit: [ExitSettings]
  /// Milliseconds between two decisions.
  public var decisionEvery: Int64
  /// Bars of the covariance estimate in a year.
  public var riskPeriodsPerYear: Double
  /// A price older than this is stale: the symbol may not be held on.
  public var staleAfter: Int64

  /// - Parameters:
  ///   - exit: one a symbol, in the order of the symbols.
  public init(
    allocator: Allocator, exit: [ExitSettings], decisionEvery: Int64,
    riskPeriodsPerYear: Double, staleAfter: Int64
  ) {
    self.allocator = allocator
    self.exit = exit
    self.decisionEvery = decisionEvery
    self.riskPeriodsPerYear = riskPeriodsPerYear
    self.staleAfter = staleAfter
  }
}

/// The outcome of one close at which there was something to decide.
public struct PortfolioDecision: Sendable {
  public var now: Timestamp
  /// Weight to trade to, by symbol; nil leaves it.
  public var targets: [Double?]
  public var reasons: [String]
  /// The whole allocation; nil when only an exit rule fired.
  public var allocation: AllocationDecision?
}

/// The arithmetic of the portfolio allocator, without an actor around it.
///
/// It reads the book but never changes it. Exit rules are checked at every close, weights are decided
/// once every `decisionEvery`; an exit between two decisions sends its symbol to cash. The drawdown
/// throttle follows equity from the first close on.
public struct AllocatorState: Sendable {
  /// What the rules remember of a symbol.
  private struct Memory: Sendable {
    /// `in_out`: whether the rules hold a position open, with what conviction.
    var isActive = false
    var conviction = 0.0
    /// The sizing regime's label when the position was opened.
    var regimeAtEntry: Int?
    /// When an exit rule last fired, and which: no entry before a fresh signal of the primary node.
    var exitedAt: Timestamp?
    var exitedBy: ExitRule?
    /// `prior_tilt`: decisions for which a stop keeps the symbol in cash.
    var decisionsInCash = 0
  }

  private let rules: AllocatorRules
  private var risk: RiskHistory
  private var memory: [Memory]
  private var lastSlot: Int64?
  private var throttle: DrawdownThrottle?

  /// - Parameters:
  ///   - riskGrid: bars that the covariance is estimated on; only those known at a decision are read.
  ///     Its symbols are the book's.
  ///   - estimates: covariances that an allocator of the same rules and bars has decided by before.
  public init(
    rules: AllocatorRules, riskGrid: BarGrid, estimates: [Timestamp: CovarianceEstimate] = [:]
  ) throws(AllocationError) {
    self.rules = rules
    risk = try RiskHistory(
      grid: riskGrid, volatilityHalfLife: rules.allocator.settings.volatilityHalfLife,
      correlationHalfLife: rules.allocator.settings.correlationHalfLife, made: estimates)
    memory = Array(repeating: Memory(), count: riskGrid.symbols.count)
    throttle = DrawdownThrottle(rules.allocator.limits.throttle)
  }

  /// Decides at the close of a primary bar.
  /// - Parameters:
  ///   - signals: one a symbol, in the book's order.
  ///   - lastBars: close of each symbol's last bar, nil before its first.
  /// - Returns: nil when nothing is due.
  public mutating func decide(
    at now: Timestamp, signals: [SymbolSignal], book: Book, lastBars: [Timestamp?]
  ) throws(AllocationError) -> PortfolioDecision? {
    // Every close counts for the drawdown, also where nothing is decided.
    let throttle = throttle?.factor(at: now, equity: book.equity) ?? 1
    let fired = checkExits(at: now, signals: signals, book: book, lastBars: lastBars)
    let slot = now.milliseconds / rules.decisionEvery
    guard slot != lastSlot else { return fired.isEmpty ? nil : exits(fired, at: now, book: book) }
    lastSlot = slot
    return try allocate(
      at: now, signals: signals, book: book, lastBars: lastBars, throttle: throttle)
  }

  /// Finds the exit rules that fire at this close and remembers them.
  private mutating func checkExits(
    at now: Timestamp, signals: [SymbolSignal], book: Book, lastBars: [Timestamp?]
  ) -> [Int] {
    var fired: [Int] = []
    for symbol in memory.indices {
      guard !rules.exit[symbol].isOff, lastBars[symbol] == now, book.quantities[symbol] != 0,
        let entry = book.entryPrices[symbol], let best = book.bestMarks[symbol],
        let close = book.marks[symbol]
      else { continue }
      let position = OpenPosition(
        isLong: book.quantities[symbol] > 0, entryPrice: entry, bestClose: best, close: close,
        regimeAtEntry: memory[symbol].regimeAtEntry, regime: signals[symbol].regimeLabel,
        regimeConfidence: signals[symbol].regimeConfidence)
      guard let rule = rules.exit[symbol].firstHit(position) else { continue }
      memory[symbol].isActive = false
      memory[symbol].conviction = 0
      memory[symbol].exitedAt = now
      memory[symbol].exitedBy = rule
      // The next decision and the one after it would be the "decision after next".
      memory[symbol].decisionsInCash = 1
      fired.append(symbol)
    }
    return fired
  }

  /// Sends the symbols whose exit rule fired to cash, and leaves the others.
  private func exits(_ fired: [Int], at now: Timestamp, book: Book) -> PortfolioDecision {
    var decision = PortfolioDecision(
      now: now, targets: Array(repeating: nil, count: memory.count),
      reasons: Array(repeating: "", count: memory.count), allocation: nil)
    for symbol in fired {
      decision.targets[symbol] = 0
      decision.reasons[symbol] = "exit: \(memory[symbol].exitedBy?.rawValue ?? "rule")"
    }
    return decision
  }

  private mutating func allocate(
    at now: Timestamp, signals: [SymbolSignal], book: Book, lastBars: [Timestamp?],
    throttle: Double
  ) throws(AllocationError) -> PortfolioDecision {
    let settings = rules.allocator.settings
    let weights = book.weights
    var assets: [AssetInput] = []
    for symbol in memory.indices {
      let signal = signals[symbol]
      if settings.mode == .inOut { updateEntry(symbol, signal) }
      let own = memory[symbol]
      let isStale = lastBars[symbol].map { now - $0 > rules.staleAfter } ?? true
      let exitedNow = own.exitedAt == now ? own.exitedBy?.rawValue : nil
      let inCash = settings.mode == .priorTilt && own.decisionsInCash > 0
      assets.append(
        AssetInput(
          symbol: book.symbols[symbol], held: weights[symbol],
          ineligible: isStale ? .stalePrice : signal.hasRegime ? nil : .noSignal,
          stoppedBy: inCash ? own.exitedBy?.rawValue : nil,
          regimeSize: signal.regimeSize, netAlpha: signal.netAlpha, conviction: own.conviction,
          isActive: own.isActive, sizeMultiplier: signal.regimeSize,
          exitedBy: settings.mode == .inOut ? exitedNow : nil))
      if inCash, own.exitedAt != now { memory[symbol].decisionsInCash -= 1 }
    }
    let allocation = try rules.allocator.decide(
      AllocationInput(
        assets: assets,
        covariance: risk.estimate(
          at: now, minimumObservations: settings.minimumObservations),
        periodsPerYear: rules.riskPeriodsPerYear, throttle: throttle))
    return PortfolioDecision(
      now: now, targets: allocation.lines.map { $0.isTraded ? $0.target : nil },
      reasons: allocation.lines.map { line in line.reasons.last?.description ?? "target" },
      allocation: allocation)
  }

  /// Opens a position where the entry rules say so, and follows its conviction while it stands.
  private mutating func updateEntry(_ symbol: Int, _ signal: SymbolSignal) {
    let primary = signal.parts.first?.signal
    if !memory[symbol].isActive {
      guard signal.conviction != 0, let primary else { return }
      if let exitedAt = memory[symbol].exitedAt, primary.knownAt <= exitedAt { return }
      memory[symbol].isActive = true
      memory[symbol].regimeAtEntry = signal.regimeLabel
      memory[symbol].conviction = signal.conviction
    } else if signal.conviction != 0, (signal.conviction > 0) == (memory[symbol].conviction > 0) {
      memory[symbol].conviction = signal.conviction
    }
  }
}
