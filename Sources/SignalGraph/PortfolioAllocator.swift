public import Allocation
public import Market
public import Signals
public import Trading

/// The actor that turns the signals of all symbols and the book into target weights.
public actor PortfolioAllocator {
  private var state: AllocatorState

  /// Whether any symbol's exits stand in the market within the bar.
  public nonisolated let hasBrackets: Bool

  public init(_ state: AllocatorState) {
    self.state = state
    hasBrackets = state.hasBrackets
  }

  /// Decides at the close of a primary bar; nil when nothing is due.
  public func decide(
    at now: Timestamp, signals: [SymbolSignal], book: Book, lastBars: [Timestamp?],
    stopped: [Bracket.Trigger?] = []
  ) throws(AllocationError) -> PortfolioDecision? {
    try state.decide(
      at: now, signals: signals, book: book, lastBars: lastBars, stopped: stopped)
  }

  /// What is remembered after the last decision.
  public var saved: AllocatorState.Memory { state.saved }

  /// Goes on from what an allocator of the same rules and bars has remembered.
  /// - Parameter closes: the closes at which it was asked, with the equity of the book at each.
  public func resume(
    _ saved: AllocatorState.Memory, closes: [(now: Timestamp, equity: Double)]
  ) {
    state.resume(saved, closes: closes)
  }

  /// The protective orders that stand from the next open on.
  public func brackets(book: Book, after decision: PortfolioDecision?) -> [Bracket?]? {
    state.brackets(book: book, after: decision)
  }
}
