public import Engine
public import Market
import Models
public import SignalGraph
public import Signals
import Trading

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// An out-of-sample backtest: every bar is judged by models that saw only what came before it.
public struct Backtest: Sendable {
  public let portfolio: Portfolio
  public let history: MarketHistory
  public let plan: TrainingPlan
  public let models: FoldModels
  public let skill: SkillHistory
  public let workers: Int
  /// Bars of the portfolio's `benchmark`; nil without one.
  public var benchmark: BarSeries?

  public init(
    _ portfolio: Portfolio, history: MarketHistory, plan: TrainingPlan, models: FoldModels,
    skill: SkillHistory, workers: Int
  ) {
    self.portfolio = portfolio
    self.history = history
    self.plan = plan
    self.models = models
    self.skill = skill
    self.workers = workers
  }

  /// What a backtest produced, before it is summed up.
  public struct Outcome: Sendable {
    public var grid: BarGrid
    public var steps: Range<Int>
    public var run: EngineRun
    public var decisions: [PortfolioDecision]
    /// By symbol, one signal a step.
    public var signals: [(symbol: Symbol, signals: [SymbolSignal])]
    public var nodes: [(key: NodeKey, signals: [NodeSignal])]
    public var baselines: [(baseline: Baseline, run: EngineRun)]
    public var benchmark: BenchmarkRun?
  }

  /// Runs portfolio and baselines over the walk-forward's test windows, from `start` on. Baselines buy with
  /// their own cash, whatever credit the portfolio has: with it they would borrow their costs.
  /// - Parameter withBaselines: whether baselines and benchmark are run too.
  public func run(withBaselines: Bool = true) async throws -> Outcome {
    let grid = history.grid
    let steps = grid.steps(from: start, to: plan.folds.serving.testFrom)
    let graph = PortfolioGraph(portfolio, history: history)
    let said = try await signals(graph, at: steps.map(grid.knownAt))
    let decisionMaker = PortfolioRun(
      try graph.allocator(said.symbols.map(\.signals)), signals: said.symbols.map(\.signals),
      firstStep: steps.lowerBound)
    let loop = StepLoop(grid: grid, costs: portfolio.costs, capital: portfolio.capital)
    let run = try await loop.run(steps, decisionMaker)
    let riskGrid = history.grid(portfolio.riskTimeframe)
    #if PLANTED_DEFECTS
      let isFree = PlantedDefect.freeBaselines.isPlanted
      let costs = isFree ? CostSettings(commission: 0, slippage: 0) : portfolio.costs
    #else
      let costs = portfolio.costs
    #endif
    let capital = portfolio.capital.withoutCredit
    let baselineLoop = StepLoop(grid: grid, costs: costs, capital: capital)
    let wanted = withBaselines ? Baseline.allCases : []
    let baselines = try await concurrentMap(wanted, workers: workers) { baseline in
      (baseline, try await baselineLoop.run(steps, baseline.decisionMaker(riskGrid: riskGrid)))
    }
    var held: BenchmarkRun?
    if withBaselines, let benchmark, let start = run.knownAt.first, let end = run.knownAt.last {
      held = try await .run(
        benchmark, from: start, to: end, costs: portfolio.costs, capital: capital)
    }
    return Outcome(
      grid: grid, steps: steps, run: run, decisions: await decisionMaker.decisions,
      signals: said.symbols, nodes: said.nodes, baselines: baselines, benchmark: held)
  }

  private func signals(_ graph: PortfolioGraph, at times: [Timestamp]) async throws
    -> SignalGraph.Output
  {
    var bars: [NodeKey: [Bar]] = [:]
    for symbol in history.symbols {
      for timeframe in portfolio.timeframes.map(\.timeframe) {
        let key = NodeKey(symbol, timeframe)
        bars[key] = Array(history.series(key).known(at: plan.folds.serving.testFrom))
      }
    }
    return try await graph.signals { schedule($0, replays: false) }.advance(
      bars, at: times, workers: workers)
  }

  /// The models of the test windows, each from its window's start on; a node leads each of them through
  /// the bars before it.
  public func schedule(_ key: NodeKey) -> ModelSchedule { schedule(key, replays: true) }

  /// - Parameter replays: whether models go through the bars before their windows once more, or are
  ///   taken as the skill record left them there. The bits are the same.
  private func schedule(_ key: NodeKey, replays: Bool) -> ModelSchedule {
    ModelSchedule(
      plan.folds.outer.compactMap { fold in
        #if PLANTED_DEFECTS
          let isPlanted = PlantedDefect.modelOfWrongFold.isPlanted
          let last = plan.folds.outer.count - 1
          let served = plan.folds.outer[isPlanted ? min(last, fold.index + 1) : fold.index]
        #else
          let served = fold
        #endif
        return models.bundle(key, fold: served).map { bundle in
          ModelSchedule.Entry(
            from: fold.testFrom, model: bundle.model,
            calibration: skill.calibration(key.timeframe, of: fold),
            sizes: portfolio.regime.learnsSize
              ? skill.regimeSizes(key.timeframe, of: fold) : nil,
            served: replays ? nil : skill.served(key, fold: served))
        }
      },
      pauses: plan.folds.outer.filter { models.bundle(key, fold: $0) == nil }.map(\.testFrom))
  }
}
