public import Market
import SignalGraph
public import Signals
public import Trading

/// Opens positions where a column of the user's says so, and closes them by the exit rules that need
/// nothing but prices. No models, no allocation, no limits.
///
/// At a close of its symbol, a position is opened where nothing is held and the bar's own value of the
/// column is above 0 (long) or below 0 (short, where that is allowed). Orders of the close before have
/// met the bar's open by then.
public actor SignalRules: DecisionMaker {
  private let signals: [ExtraColumn]
  private let entry: [EntrySettings]
  private let exit: [ExitSettings]
  private let size: PositionSizeSettings
  private let bases: [Double]
  private let hasBrackets: Bool
  private var memory: Memory
  private var checks: [ExitCheck]

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
    self.signals = signals
    self.entry = entry
    self.exit = exit
    self.size = size
    self.bases = bases
    hasBrackets = exit.contains(where: \.intrabar)
    checks = exit.map { ExitCheck($0.rules) }
    memory = Memory(
      bars: Array(repeating: 0, count: count), sides: Array(repeating: 0, count: count))
  }

  /// What is remembered after the last decision.
  public var state: Memory {
    var state = memory
    state.exits = checks.map(\.memories)
    return state
  }

  /// Goes on from what was remembered.
  public func resume(_ state: Memory) {
    memory = state
    checks = zip(exit, state.exits).map { ExitCheck($0.rules, memories: $1) }
  }

  public func decide(_ moment: Moment) -> Targets? {
    let count = signals.count
    var weights: [Double?] = Array(repeating: nil, count: count)
    var reasons = Array(repeating: "", count: count)
    var isDue = false
    for symbol in 0..<count where moment.lastBars[symbol] == moment.now {
      guard let (weight, reason) = decide(symbol, moment) else { continue }
      (weights[symbol], reasons[symbol], isDue) = (weight, reason, true)
    }
    guard isDue || hasBrackets else { return nil }
    let brackets =
      hasBrackets
      ? exit.enumerated().map { symbol, settings in
        settings.bracket(bestGain: moment.book.bestGain(symbol) ?? 0)
      } : nil
    return Targets(weights: weights, reasons: reasons, brackets: brackets)
  }

  private func decide(_ symbol: Int, _ moment: Moment) -> (weight: Double, reason: String)? {
    let held = moment.book.quantities[symbol]
    let side = held > 0 ? 1 : held < 0 ? -1 : 0
    if side != memory.sides[symbol] {
      memory.sides[symbol] = side
      memory.bars[symbol] = 0
      checks[symbol].reset()
    }
    guard let entryPrice = moment.book.entryPrices[symbol],
      let best = moment.book.bestMarks[symbol], let close = moment.book.marks[symbol]
    else { return open(symbol, moment) }
    memory.bars[symbol] += 1
    let position = OpenPosition(
      isLong: side > 0, entryPrice: entryPrice, bestClose: best, close: close,
      bars: memory.bars[symbol])
    guard let hit = checks[symbol].hit(position) else { return nil }
    let kept = hit.share == 1 ? 0 : (1 - hit.share) * moment.book.weights[symbol]
    return (kept, "exit: \(hit.reason.rawValue)")
  }

  private func open(_ symbol: Int, _ moment: Moment) -> (weight: Double, reason: String)? {
    let column = signals[symbol]
    let known = countKnown(column.knownAt.count, at: moment.now) { column.knownAt[$0] }
    // A value belongs to its bar; an older one says nothing about this.
    guard known > 0, column.knownAt[known - 1] == moment.now else { return nil }
    let value = column.values[known - 1]
    guard value > 0 || (value < 0 && entry[symbol].short) else { return nil }
    let weight = size.weight(equity: moment.book.equity, base: bases[symbol])
    return (value > 0 ? weight : -weight, "signal")
  }
}
