public import Allocation
public import Market
public import Signals
public import Trading

/// The actor that turns the signals of all symbols and the book into target weights.
public actor PortfolioAllocator {
  private var state: AllocatorState

  public init(_ state: AllocatorState) {
    self.state = state
  }

  /// Decides at the close of a primary bar; nil when nothing is due.
  public func decide(
    at now: Timestamp, signals: [SymbolSignal], book: Book, lastBars: [Timestamp?]
  ) throws(AllocationError) -> PortfolioDecision? {
    try state.decide(at: now, signals: signals, book: book, lastBars: lastBars)
  }
}
