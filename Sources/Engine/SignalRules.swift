public import Market
public import Signals
public import Trading

/// Opens positions where a column of the user's says so, and closes them by the exit rules that need
/// nothing but prices. No models, no allocation, no limits.
///
/// At a close of its symbol, a position is opened where nothing is held and the bar's own value of the
/// column is above 0 (long) or below 0 (short, where that is allowed). Orders of the close before have
/// met the bar's open by then.
public struct SignalRules: SynchronousDecisionMaker {
  private(set) var entries: EntrySignals
  let exit: [ExitSettings]
  let size: PositionSizeSettings
  let bases: [Double]
  private let quiet: [QuietCloses?]
  private var checks: [ExitCheck]
  private var memory: Memory
  private var brackets: StandingBrackets

  /// What is remembered from close to close: closes since each fill, the side that is held, and what
  /// each symbol's exit rules keep of its position.
  public struct Memory: Sendable, Equatable, Codable {
    var bars: [Int]
    var sides: [Int]
    var exits: [[[Double]]] = []
  }

  /// - Parameters:
  ///   - signals, entry, exit: one a symbol, in the book's order.
  ///   - bases: part of the equity of a new position by symbol, for the rule `fixed`.
  public init(
    signals: [ExtraColumn], entry: [EntrySettings], exit: [ExitSettings],
    size: PositionSizeSettings, bases: [Double]
  ) {
    let count = signals.count
    precondition(entry.count == count && exit.count == count && bases.count == count)
    entries = EntrySignals(signals) { entry[$0].short }
    self.exit = exit
    self.size = size
    self.bases = bases
    quiet = exit.map { QuietCloses($0) }
    checks = exit.map { ExitCheck($0.rules) }
    memory = Memory(
      bars: Array(repeating: 0, count: count), sides: Array(repeating: 0, count: count))
    brackets = StandingBrackets(exit)
  }

  /// What is remembered after the last decision.
  public var state: Memory {
    var state = memory
    state.exits = checks.map(\.memories)
    return state
  }

  /// Goes on from what was remembered.
  public mutating func resume(_ state: Memory) {
    memory = state
    checks = zip(exit, state.exits).map { ExitCheck($0.rules, memories: $1) }
    brackets.reset()
  }

  private struct Decided {
    var symbol: Int
    var weight: Double
    var reason: String
  }

  public mutating func decide(_ moment: Moment) -> Targets? {
    var decided: [Decided] = []
    checkExits(moment, &decided)
    open(moment, &decided)
    let standing = brackets.changed(moment.book)
    guard !decided.isEmpty || standing != nil else { return nil }
    var targets = Targets(
      weights: Array(repeating: nil, count: exit.count),
      reasons: Array(repeating: "", count: exit.count), brackets: standing)
    for one in decided {
      targets.weights[one.symbol] = one.weight
      targets.reasons[one.symbol] = one.reason
    }
    return targets
  }

  private mutating func checkExits(_ moment: Moment, _ decided: inout [Decided]) {
    let (quantities, marks) = (moment.book.quantities, moment.book.marks)
    let (entryPrices, bestMarks) = (moment.book.entryPrices, moment.book.bestMarks)
    for symbol in quantities.indices where quantities[symbol] != 0 || memory.sides[symbol] != 0 {
      guard moment.lastBars[symbol] == moment.now else { continue }
      let held = quantities[symbol]
      let side = held > 0 ? 1 : held < 0 ? -1 : 0
      if side != memory.sides[symbol] {
        memory.sides[symbol] = side
        memory.bars[symbol] = 0
        checks[symbol].reset()
      }
      guard let entryPrice = entryPrices[symbol], let best = bestMarks[symbol],
        let close = marks[symbol]
      else { continue }
      memory.bars[symbol] += 1
      let bars = memory.bars[symbol]
      if let quiet = quiet[symbol],
        quiet.isQuiet(isLong: side > 0, entry: entryPrice, best: best, close: close, bars: bars)
      {
        continue
      }
      let position = OpenPosition(
        isLong: side > 0, entryPrice: entryPrice, bestClose: best, close: close, bars: bars)
      guard let hit = checks[symbol].hit(position) else { continue }
      let kept = hit.share == 1 ? 0 : (1 - hit.share) * moment.book.weights[symbol]
      decided.append(
        Decided(symbol: symbol, weight: kept, reason: "exit: \(hit.reason.rawValue)"))
    }
  }

  private mutating func open(_ moment: Moment, _ decided: inout [Decided]) {
    var equity: Double?
    for signal in entries.signals(at: moment.now)
    where moment.lastBars[signal.symbol] == moment.now
      && moment.book.entryPrices[signal.symbol] == nil
    {
      let now = equity ?? moment.book.equity
      equity = now
      let weight = size.weight(equity: now, base: bases[signal.symbol])
      decided.append(
        Decided(
          symbol: signal.symbol, weight: signal.isLong ? weight : -weight, reason: "signal"))
    }
  }
}
