import Allocation
import Engine
import Market
import SignalGraph
import Signals
import Statistics
import Trading

extension Backtest {
  /// The placebos of every report.
  public static let placebos = 200

  /// Repeats a run with the size multipliers of its overlays shifted in time.
  ///
  /// Nothing is approximated: each placebo goes through allocator and step loop as the run did. The
  /// covariances at the decisions are those of the run, and are computed once.
  /// - Parameter count: how many shifts; fewer where the run has fewer decisions.
  public func placebo(_ outcome: Outcome, count: Int = Backtest.placebos) async throws -> Placebo {
    let first = outcome.steps.lowerBound
    let allocated = Set(outcome.decisions.filter { $0.allocation != nil }.map(\.now))
    let signals = outcome.signals.map(\.signals)
    let decisions = outcome.run.knownAt.indices.filter {
      allocated.contains(outcome.run.knownAt[$0])
    }
    let trend = TrendHistory(
      grid: history.grid(portfolio.riskTimeframe), overlay: portfolio.allocation.trend)
    let path = SizePath(
      decisions: decisions, signals: signals,
      trends: decisions.map { trend.factors(at: outcome.run.knownAt[$0]) })
    var placebo = Placebo(
      decisions: decisions.count, overlays: path.overlays(in: portfolio.allocation.mode),
      isThrottled: portfolio.limits.throttle.halt != nil, own: try figures(outcome.run), shifts: [])
    guard !placebo.overlays.isEmpty else { return placebo }
    let state = try PortfolioGraph(portfolio, history: history).allocatorState(
      signals,
      estimates: estimates(signals, at: decisions.map { outcome.run.knownAt[$0] }))
    let loop = StepLoop(grid: outcome.grid, costs: portfolio.costs, capital: portfolio.capital)
    placebo.shifts = try await concurrentMap(path.shifts(count), workers: workers) { shift in
      let run = try loop.run(
        outcome.steps,
        ShiftedRun(
          state, signals: signals, firstStep: first, decisions: decisions,
          sizes: path.shifted(by: shift)))
      return Placebo.Shift(decisions: shift, figures: try figures(run))
    }
    return placebo
  }

  /// The covariances that the allocator decides by, at each decision.
  private func estimates(_ signals: [[SymbolSignal]], at times: [Timestamp]) throws
    -> [Timestamp: CovarianceEstimate]
  {
    let settings = portfolio.allocation
    var risk = try PortfolioGraph(portfolio, history: history).riskHistory(signals)
    var estimates: [Timestamp: CovarianceEstimate] = [:]
    for time in times {
      estimates[time] = try risk.estimate(
        at: time, minimumObservations: settings.minimumObservations)
    }
    return estimates
  }

  private func figures(_ run: EngineRun) throws -> Placebo.Figures {
    let curve = EquityCurve(run, of: portfolio)
    let summary = try curve.performance(
      stepsPerYear: history.calendar.barsPerYear(max(portfolio.primary, .d1)))
    return Placebo.Figures(
      sharpe: summary.sharpe, compoundAnnualGrowthRate: summary.compoundAnnualGrowthRate,
      maximumDrawdown: summary.maximumDrawdown?.depth,
      exposure: run.meanExposure)
  }
}

/// The portfolio's allocator in the step loop, with other size multipliers at its decisions.
private struct ShiftedRun: SynchronousDecisionMaker {
  private var state: AllocatorState
  /// By symbol in the book's order, one signal a step.
  private let signals: [[SymbolSignal]]
  private let firstStep: Int
  /// Steps of the run at which weights are decided, and the multipliers there.
  private let decisions: [Int]
  private let sizes: [[SizeFactors]]
  private var next = 0
  /// Those of the last of them, which stand until the next one: an exit may decide weights between.
  private var latest: [SizeFactors]?

  init(
    _ state: AllocatorState, signals: [[SymbolSignal]], firstStep: Int, decisions: [Int],
    sizes: [[SizeFactors]]
  ) {
    self.state = state
    self.signals = signals
    self.firstStep = firstStep
    self.decisions = decisions
    self.sizes = sizes
  }

  mutating func decide(_ moment: Moment) throws -> Targets? {
    let step = moment.step - firstStep
    var now = signals.map { $0[step] }
    if next < decisions.count, decisions[next] == step {
      latest = sizes[next]
      next += 1
    }
    if let latest {
      for symbol in now.indices {
        now[symbol].regimeSize = latest[symbol].regimeSize
        now[symbol].entrySize = latest[symbol].entrySize
      }
    }
    let decision = try state.decide(
      at: moment.now, signals: now, book: moment.book, lastBars: moment.lastBars,
      stopped: moment.stopped, trends: latest?.map(\.trend))
    return Targets(
      decision, brackets: state.brackets(book: moment.book, after: decision),
      symbols: moment.book.symbols.count)
  }
}
