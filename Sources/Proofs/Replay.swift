import Allocation
public import Engine
public import Research
import SignalGraph
import Trading

/// A run's decisions made once more, with the book that each of them saw.
public struct Replay: Sendable {
  public let run: EngineRun
  /// Every close, and what was decided there.
  let entries: [(moment: Moment, targets: Targets?)]
  let decisions: [PortfolioDecision]

  /// Decides and trades a run's own signals again.
  /// - Parameter portfolio: other settings of allocation and limits; nil takes the run's.
  public init(_ subject: Subject, under portfolio: Portfolio? = nil) async throws {
    let settings = portfolio ?? subject.portfolio
    let graph = PortfolioGraph(settings, history: subject.history)
    let signals = subject.outcome.signals.map(\.signals)
    let decider = PortfolioRun(
      try graph.allocator(signals), signals: signals, firstStep: subject.outcome.steps.lowerBound)
    let witness = Witness(decider)
    run = try await StepLoop(
      grid: subject.outcome.grid, costs: settings.costs, capital: settings.capital
    ).run(subject.outcome.steps, witness)
    entries = await witness.entries
    decisions = await decider.decisions
  }
}

/// Passes every moment on to the portfolio and keeps it.
private actor Witness: DecisionMaker {
  private let inner: PortfolioRun
  private(set) var entries: [(moment: Moment, targets: Targets?)] = []

  init(_ inner: PortfolioRun) {
    self.inner = inner
  }

  func decide(_ moment: Moment) async throws -> Targets? {
    let targets = try await inner.decide(moment)
    entries.append((moment, targets))
    return targets
  }
}
