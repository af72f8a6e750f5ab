public import SignalGraph
public import Signals

/// Lets the portfolio allocator decide in the step loop, and keeps what it decided.
public actor PortfolioRun: DecisionMaker {
  private let allocator: PortfolioAllocator
  /// By symbol in the book's order, one signal a step.
  private let signals: [[SymbolSignal]]
  private let firstStep: Int
  public private(set) var decisions: [PortfolioDecision] = []

  /// - Parameter signals: by symbol in the book's order, one for each step from `firstStep` on.
  public init(_ allocator: PortfolioAllocator, signals: [[SymbolSignal]], firstStep: Int) {
    self.allocator = allocator
    self.signals = signals
    self.firstStep = firstStep
  }

  public func decide(_ moment: Moment) async throws -> Targets? {
    let now = signals.map { $0[moment.step - firstStep] }
    let decision = try await allocator.decide(
      at: moment.now, signals: now, book: moment.book, lastBars: moment.lastBars)
    guard let decision else { return nil }
    decisions.append(decision)
    return Targets(weights: decision.targets, reasons: decision.reasons)
  }
}
