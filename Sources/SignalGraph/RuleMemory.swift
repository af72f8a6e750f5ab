import Market
import Signals
import Trading

/// What entry and exit rules remember of one symbol from close to close.
struct RuleMemory: Sendable {
  /// `in_out`: whether the rules hold a position open, with what conviction.
  private(set) var isActive = false
  private(set) var conviction = 0.0
  /// When an exit rule last fired, and which: no entry before a fresh signal of the primary node.
  private(set) var exitedAt: Timestamp?
  private(set) var exitedBy: ExitRule?
  /// `prior_tilt`: decisions for which a stop keeps the symbol in cash.
  private(set) var decisionsInCash = 0

  /// The sizing regime's label, among how many states, the average true range and the forecast
  /// deviation when the position was opened.
  private var regimeAtEntry: Int?
  private var statesAtEntry: Int?
  private var atrAtEntry: Double?
  private var deviationAtEntry: Double?
  /// The side that is held, 0 for none, and what has happened since its fill.
  private var side = 0
  private var bars = 0
  private var otherRegimeCloses = 0
  private var atrLevel: Double?

  // MARK: Entry

  /// Opens a position where the entry rules say so, and follows its conviction while it stands.
  /// - Returns: what kept a position from being opened; nil where one stands.
  mutating func updateEntry(_ signal: SymbolSignal) -> DecisionOutcome? {
    guard !isActive else {
      if signal.conviction != 0, (signal.conviction > 0) == (conviction > 0) {
        conviction = signal.conviction
      }
      return nil
    }
    if let refusal = signal.refusal { return DecisionOutcome(refusal) }
    guard signal.conviction != 0 else { return .conflicted }
    guard let primary = signal.parts.first?.signal else { return .noSignal }
    if let exitedAt, primary.knownAt <= exitedAt { return .afterExit }
    isActive = true
    conviction = signal.conviction
    return nil
  }

  /// Remembers how things stood at the decision that opens a position.
  mutating func open(_ signal: SymbolSignal) {
    regimeAtEntry = signal.regimeLabel
    statesAtEntry = signal.regimeStates
    atrAtEntry = signal.atr
    deviationAtEntry = signal.deviation
  }

  /// One decision less in cash.
  mutating func waitInCash() { decisionsInCash -= 1 }

  // MARK: Exit

  /// Looks at the position at one close of its symbol, and fires the first exit rule that is hit.
  mutating func checkExit(
    _ settings: ExitSettings, at now: Timestamp, signal: SymbolSignal, book: Book, symbol: Int
  ) -> ExitRule? {
    let quantity = book.quantities[symbol]
    follow(quantity > 0 ? 1 : quantity < 0 ? -1 : 0, signal)
    guard let entry = book.entryPrices[symbol], let best = book.bestMarks[symbol],
      let close = book.marks[symbol], quantity != 0
    else { return nil }
    var position = OpenPosition(
      isLong: quantity > 0, entryPrice: entry, bestClose: best, close: close, bars: bars,
      atrAtEntry: atrAtEntry, deviationAtEntry: deviationAtEntry, atrLevel: atrLevel,
      regimeAtEntry: regimeAtEntry,
      regime: signal.regimeLabel, regimeConfidence: signal.regimeConfidence,
      reversal: signal.reversal)
    otherRegimeCloses = settings.isOtherRegime(position) ? otherRegimeCloses + 1 : 0
    position.otherRegimeCloses = otherRegimeCloses
    atrLevel = settings.atrLevel(position, atr: signal.atr)
    position.atrLevel = atrLevel
    guard let rule = settings.firstHit(position) else { return nil }
    stop(by: rule, at: now)
    return rule
  }

  /// Remembers that a rule has closed the position.
  mutating func stop(by rule: ExitRule, at now: Timestamp) {
    isActive = false
    conviction = 0
    exitedAt = now
    exitedBy = rule
    // The next decision and the one after it would be the "decision after next".
    decisionsInCash = 1
  }

  /// The protective orders of the position, or of the one that the next open opens.
  /// - Parameter isNew: whether the next open opens one: it has no trailing level of the last.
  func bracket(_ settings: ExitSettings, isNew: Bool) -> Bracket? {
    guard var bracket = settings.bracket else { return nil }
    bracket.atrStop = atrAtEntry.flatMap { range in settings.atrStop.map { $0 * range } }
    bracket.sigmaStop = deviationAtEntry.flatMap { deviation in
      settings.sigmaStop.map { $0 * deviation }
    }
    bracket.atrTrailing = isNew ? nil : atrLevel
    return bracket
  }

  /// Counts a close of the side that is held. A position whose opening was not seen, such as one that
  /// an account brings along, begins where it is first looked at, as its entry price does.
  private mutating func follow(_ held: Int, _ signal: SymbolSignal) {
    if held != side {
      if held == 0 {
        (regimeAtEntry, statesAtEntry, atrAtEntry, deviationAtEntry) = (nil, nil, nil, nil)
      }
      (side, bars, otherRegimeCloses, atrLevel) = (held, 0, 0, nil)
    }
    guard held != 0 else { return }
    bars += 1
    restartRegime(signal)
    regimeAtEntry = regimeAtEntry ?? signal.regimeLabel
    atrAtEntry = atrAtEntry ?? signal.atr
    deviationAtEntry = deviationAtEntry ?? signal.deviation
  }

  /// Takes the regime in which a new model sees the position for that of its entry, where the model
  /// has another number of states.
  ///
  /// States are ordered, so that under one number of them a label is the same rank in every fold. The
  /// middle of three is neither half of two: to compare them would close positions because a model
  /// was replaced, not because the market changed.
  private mutating func restartRegime(_ signal: SymbolSignal) {
    guard let states = signal.regimeStates, states != statesAtEntry else { return }
    if statesAtEntry != nil { (regimeAtEntry, otherRegimeCloses) = (signal.regimeLabel, 0) }
    statesAtEntry = states
  }
}
