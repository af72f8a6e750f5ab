import Allocation
import Engine
import Market
import SignalGraph
import Signals
import Statistics

extension Backtest {
  /// The placebos of every report.
  public static let placebos = 200

  /// Repeats a run with its regime multipliers shifted in time.
  ///
  /// Nothing is approximated: each placebo goes through allocator and step loop as the run did. The
  /// covariances at the decisions are those of the run, and are computed once.
  /// - Parameter count: how many shifts; fewer where the run has fewer decisions.
  public func placebo(_ outcome: Outcome, count: Int = Backtest.placebos) async throws -> Placebo {
    let first = outcome.steps.lowerBound
    let allocated = Set(outcome.decisions.filter { $0.allocation != nil }.map(\.now))
    let signals = outcome.signals.map(\.signals)
    let path = SizePath(
      decisions: outcome.run.knownAt.indices.filter { allocated.contains(outcome.run.knownAt[$0]) },
      signals: signals)
    let own = try figures(outcome.run)
    guard path.varies else {
      return Placebo(decisions: path.decisions.count, own: own, shifts: [])
    }
    let state = try PortfolioGraph(portfolio, history: history).allocatorState(
      signals,
      estimates: estimates(signals, at: path.decisions.map { outcome.run.knownAt[$0] }))
    let loop = StepLoop(grid: outcome.grid, costs: portfolio.costs, capital: portfolio.capital)
    let shifts = try await concurrentMap(path.shifts(count), workers: workers) { shift in
      let run = try await loop.run(
        outcome.steps,
        ShiftedRun(
          state, signals: signals, firstStep: first, decisions: path.decisions,
          sizes: path.shifted(by: shift)))
      return Placebo.Shift(decisions: shift, figures: try figures(run))
    }
    return Placebo(decisions: path.decisions.count, own: own, shifts: shifts)
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
private actor ShiftedRun: DecisionMaker {
  private var state: AllocatorState
  /// By symbol in the book's order, one signal a step.
  private let signals: [[SymbolSignal]]
  private let firstStep: Int
  /// Steps of the run at which weights are decided, and the multipliers there.
  private let decisions: [Int]
  private let sizes: [[Double]]
  private var next = 0
  /// Those of the last of them, which stand until the next one: an exit may decide weights between.
  private var latest: [Double]?

  init(
    _ state: AllocatorState, signals: [[SymbolSignal]], firstStep: Int, decisions: [Int],
    sizes: [[Double]]
  ) {
    self.state = state
    self.signals = signals
    self.firstStep = firstStep
    self.decisions = decisions
    self.sizes = sizes
  }

  func decide(_ moment: Moment) throws -> Targets? {
    let step = moment.step - firstStep
    var now = signals.map { $0[step] }
    if next < decisions.count, decisions[next] == step {
      latest = sizes[next]
      next += 1
    }
    if let latest {
      for symbol in now.indices { now[symbol].regimeSize = latest[symbol] }
    }
    let decision = try state.decide(
      at: moment.now, signals: now, book: moment.book, lastBars: moment.lastBars)
    return decision.map { Targets(weights: $0.targets, reasons: $0.reasons) }
  }
}
