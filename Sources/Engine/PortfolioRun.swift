public import SignalGraph
public import Signals
import Trading

/// Lets the portfolio allocator decide in the step loop, and keeps what it decided.
public actor PortfolioRun: DecisionMaker {
  private let allocator: PortfolioAllocator
  /// By symbol in the book's order, one signal a step.
  private let signals: [[SymbolSignal]]
  private let firstStep: Int
  /// What was decided since it was made.
  public private(set) var decisions: [PortfolioDecision] = []

  /// - Parameter signals: by symbol in the book's order, one for each step from `firstStep` on.
  public init(_ allocator: PortfolioAllocator, signals: [[SymbolSignal]], firstStep: Int) {
    self.allocator = allocator
    self.signals = signals
    self.firstStep = firstStep
  }

  /// What the allocator remembers after the last decision. With the `EngineState` of the same close it
  /// is all that a run needs to go on.
  public var state: AllocatorState.Memory {
    get async { await allocator.saved }
  }

  /// Goes on from what was remembered, with the same portfolio, bars and signals.
  /// - Parameter run: what the account has left behind so far.
  public func resume(_ state: AllocatorState.Memory, after run: EngineRun) async {
    let closes = zip(run.knownAt, run.equity).map { (now: $0, equity: $1) }
    await allocator.resume(state, closes: closes)
  }

  public func decide(_ moment: Moment) async throws -> Targets? {
    let now = signals.map { $0[moment.step - firstStep] }
    let decision = try await allocator.decide(
      at: moment.now, signals: now, book: moment.book, lastBars: moment.lastBars,
      stopped: moment.stopped)
    if let decision { decisions.append(decision) }
    let brackets =
      allocator.hasBrackets
      ? await allocator.brackets(book: moment.book, after: decision) : nil
    return Targets(decision, brackets: brackets, symbols: moment.book.symbols.count)
  }
}
