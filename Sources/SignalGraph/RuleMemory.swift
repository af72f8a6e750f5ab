import Market
import Signals
import Trading

/// What entry and exit rules remember of one symbol from close to close.
struct RuleMemory: Sendable {
  /// All that is remembered; what it is remembered by, the rules, are the portfolio's.
  private(set) var state = State()
  private var exits: ExitCheck
  private let settings: ExitSettings

  struct State: Sendable, Equatable, Codable {
    /// `in_out`: whether the rules hold a position open, with what conviction.
    fileprivate(set) var isActive = false
    fileprivate(set) var conviction = 0.0
    /// When an exit rule last fired, and which: no entry before a fresh signal of the primary node.
    fileprivate(set) var exitedAt: Timestamp?
    fileprivate(set) var exitedBy: ExitReason?
    /// The share of the position that partial exits have left, and the last of them.
    fileprivate(set) var kept = 1.0
    fileprivate(set) var reducedAt: Timestamp?
    fileprivate(set) var reducedBy: ExitReason?
    /// `prior_tilt`: decisions for which a stop keeps the symbol in cash, and a partial exit its part.
    fileprivate(set) var decisionsInCash = 0
    fileprivate(set) var decisionsReduced = 0
    /// Whether the last decision has left a part of its trade to the next one.
    fileprivate(set) var isUnfinished = false
    /// How things stood when the position was opened.
    fileprivate var entry = Entry()
    /// The side that is held, 0 for none, and the closes since its fill.
    fileprivate var side = 0
    fileprivate var bars = 0
  }

  /// What is remembered of the signal at the decision that opened the position.
  fileprivate struct Entry: Sendable, Equatable, Codable {
    /// The sizing regime's label, and among how many states.
    var regime: Int?
    var states: Int?
    var mixture: RegimeMixture?
    /// The average true ranges of the primary timeframe and of the one that the ATR stop counts by.
    var atr: Double?
    var stopRange: Double?
    var deviation: Double?
    var readings: Readings?
  }

  /// Everything that is remembered, as a value that can be put away.
  struct Saved: Sendable, Equatable, Codable {
    fileprivate var state: State
    /// What each exit rule remembers, in their order.
    fileprivate var exits: [[Double]]
  }

  var saved: Saved { Saved(state: state, exits: exits.memories) }

  /// Goes on from what was put away under the same settings.
  mutating func resume(_ saved: Saved) {
    state = saved.state
    exits = ExitCheck(settings.rules, memories: saved.exits)
  }

  init(_ settings: ExitSettings) {
    self.settings = settings
    exits = ExitCheck(settings.rules)
  }

  /// Whether there is a rule that could close a position.
  var hasExits: Bool { !exits.rules.isEmpty }

  // MARK: Entry

  /// Opens a position where the entry rules say so, and follows its conviction while it stands.
  /// - Parameter isHeld: whether the book holds any of it.
  /// - Returns: what kept a position from being opened; nil where one stands.
  mutating func updateEntry(_ signal: SymbolSignal, isHeld: Bool) -> DecisionOutcome? {
    // Nothing of it was filled, or a limit, the throttle or a size of 0 has closed it: it is opened by
    // what the signal says now, or not at all.
    if !isHeld { (state.isActive, state.conviction) = (false, 0) }
    guard !state.isActive else {
      if signal.conviction != 0, (signal.conviction > 0) == (state.conviction > 0) {
        state.conviction = signal.conviction
      }
      return nil
    }
    if let refusal = signal.refusal { return DecisionOutcome(refusal) }
    guard signal.conviction != 0 else { return DecisionOutcome(.conflicted) }
    guard let primary = signal.parts.first?.signal else {
      return DecisionOutcome(.noSignal)
    }
    if let exitedAt = state.exitedAt, primary.evaluatedAt <= exitedAt { return .afterExit }
    state.isActive = true
    state.conviction = signal.conviction
    return nil
  }

  /// Remembers how things stood at the decision that opens a position.
  mutating func open(_ signal: SymbolSignal) {
    state.entry = Entry(
      regime: signal.regimeLabel, states: signal.regimeStates, mixture: signal.mixture,
      atr: signal.atr, stopRange: stopRange(signal), deviation: signal.deviation,
      readings: signal.readings)
  }

  /// Remembers whether a decision has left a part of its trade to the next one.
  mutating func leaveUnfinished(_ isUnfinished: Bool) { state.isUnfinished = isUnfinished }

  private func stopRange(_ signal: SymbolSignal) -> Double? {
    settings.atrTimeframe.map { signal.atr(of: $0) } ?? signal.atr
  }

  /// `prior_tilt`: one decision less in cash.
  mutating func waitInCash() { state.decisionsInCash -= 1 }

  /// `prior_tilt`: one decision less with a part in cash; after the last one it is held again.
  mutating func waitReduced() {
    state.decisionsReduced -= 1
    if state.decisionsReduced == 0 { state.kept = 1 }
  }

  // MARK: Exit

  /// Looks at the position at one close of its symbol, and remembers what the exit rules make of it.
  mutating func checkExit(
    at now: Timestamp, signal: SymbolSignal, book: Book, symbol: Int
  ) -> ExitHit? {
    let quantity = book.quantities[symbol]
    follow(quantity > 0 ? 1 : quantity < 0 ? -1 : 0, signal)
    guard let price = book.entryPrices[symbol], let best = book.bestMarks[symbol],
      let close = book.marks[symbol], quantity != 0
    else { return nil }
    let entry = state.entry
    let position = OpenPosition(
      isLong: quantity > 0, entryPrice: price, bestClose: best, close: close, bars: state.bars,
      atrAtEntry: entry.atr, stopRangeAtEntry: entry.stopRange, atr: signal.atr,
      deviationAtEntry: entry.deviation, regimeAtEntry: entry.regime, regime: signal.regimeLabel,
      regimeConfidence: signal.regimeConfidence,
      stateAtEntry: settings.by.state(label: entry.regime, mixture: entry.mixture),
      reversal: signal.reversal, readingsAtEntry: entry.readings ?? Readings(),
      readings: signal.readings, signal: signal)
    guard let hit = exits.hit(position) else { return nil }
    guard hit.share == 1 else {
      state.kept *= 1 - hit.share
      state.decisionsReduced = 1
      state.reducedAt = now
      state.reducedBy = hit.reason
      return hit
    }
    stop(by: hit.reason, at: now)
    return hit
  }

  /// Remembers that a rule has closed the position.
  mutating func stop(by reason: ExitReason, at now: Timestamp) {
    state.isActive = false
    state.conviction = 0
    (state.kept, state.decisionsReduced) = (1, 0)
    state.exitedAt = now
    state.exitedBy = reason
    // The next decision and the one after it would be the "decision after next".
    state.decisionsInCash = 1
  }

  /// The protective orders of the position, or of the one that the next open opens.
  /// - Parameters:
  ///   - bestGain: gain of the best close over the fill price; nil where the next open opens a
  ///     position, which has no trailing level of the last.
  func bracket(bestGain: Double?) -> Bracket? {
    let entry = state.entry
    let entered = settings.by.state(label: entry.regime, mixture: entry.mixture)
    guard var bracket = settings.bracket(enteredIn: entered, bestGain: bestGain ?? 0) else {
      return nil
    }
    func times(_ level: ExitSettings.Level, _ unit: Double?) -> Double? {
      unit.flatMap { unit in settings[level]?.at(entered).map { $0 * unit } }
    }
    bracket.atrStop = times(.atrStop, entry.stopRange)
    bracket.sigmaStop = times(.sigmaStop, entry.deviation)
    bracket.atrTrailing = bestGain == nil ? nil : exits.memory(of: .atrTrailing).first
    return bracket
  }

  /// Counts a close of the side that is held. A position whose opening was not seen, such as one that
  /// an account brings along, begins where it is first looked at, as its entry price does.
  private mutating func follow(_ held: Int, _ signal: SymbolSignal) {
    if held != state.side {
      if held == 0 { state.entry = Entry() }
      if state.side != 0 { (state.kept, state.decisionsReduced) = (1, 0) }
      (state.side, state.bars) = (held, 0)
      exits.reset()
    }
    guard held != 0 else { return }
    state.bars += 1
    restartRegime(signal)
    state.entry.regime = state.entry.regime ?? signal.regimeLabel
    state.entry.mixture = state.entry.mixture ?? signal.mixture
    state.entry.atr = state.entry.atr ?? signal.atr
    state.entry.stopRange = state.entry.stopRange ?? stopRange(signal)
    state.entry.deviation = state.entry.deviation ?? signal.deviation
    state.entry.readings = state.entry.readings ?? signal.readings
  }

  /// Takes the regime in which a new model sees the position for that of its entry, where the model
  /// has another number of states.
  ///
  /// States are ordered, so that under one number of them a label is the same rank in every fold. The
  /// middle of three is neither half of two: to compare them would close positions because a model
  /// was replaced, not because the market changed.
  private mutating func restartRegime(_ signal: SymbolSignal) {
    guard let states = signal.regimeStates, states != state.entry.states else { return }
    if state.entry.states != nil { state.entry.regime = signal.regimeLabel }
    state.entry.states = states
  }
}
