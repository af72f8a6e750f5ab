import Engine
import Market
import Research
import SignalGraph
import Testing
import Trading

/// Passes every moment on to the portfolio and keeps its book.
actor Witness: DecisionMaker {
  private let inner: PortfolioRun
  private var books: [Book] = []

  private init(_ inner: PortfolioRun) {
    self.inner = inner
  }

  func decide(_ moment: Moment) async throws -> Targets? {
    books.append(moment.book)
    return try await inner.decide(moment)
  }

  /// The book at every close of a trial's run, as its allocator saw it.
  static func books(_ trial: Trial) async throws -> [Book] {
    let graph = PortfolioGraph(trial.portfolio, history: trial.history)
    let witness = Witness(
      PortfolioRun(
        try graph.allocator(trial.outcome.signals.map(\.signals)),
        signals: trial.outcome.signals.map(\.signals), firstStep: trial.outcome.steps.lowerBound))
    let run = try await StepLoop(
      grid: trial.outcome.grid, costs: trial.portfolio.costs, capital: trial.portfolio.capital
    ).run(trial.outcome.steps, witness)
    #expect(run.hash == trial.outcome.run.hash)
    return await witness.books
  }
}
