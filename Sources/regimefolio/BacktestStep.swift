import Allocation
import Engine
import Market
import PortfolioFile
import Report
import Research
import SignalGraph
import Statistics
import Store
import Trading

/// A portfolio backtest as the commands share it: run, count the trial, sum up, store.
enum BacktestStep {
  /// A run that has taken place and counts as a trial, but is not summed up.
  struct Counted {
    var backtest: Backtest
    var outcome: Backtest.Outcome
    /// The run under the other `allocation.variance` in it, which is counted too.
    var variance: VarianceReport
    var sample: TrialSample
    var inputs: [BacktestReport.Entry]
    /// The hash of the inputs.
    var key: String
  }

  /// - Parameter trained: the models with their record, where they are at hand already.
  static func run(_ workspace: Workspace, trained: Workspace.Trained? = nil) async throws
    -> FinishedRun
  {
    try await report(try await count(workspace, trained: trained), workspace)
  }

  /// Runs the portfolio and counts the trial, and the other sizing that its report shows as another.
  static func count(_ workspace: Workspace, trained: Workspace.Trained? = nil) async throws
    -> Counted
  {
    let portfolio = workspace.portfolio
    let (models, skill): Workspace.Trained
    if let trained {
      (models, skill) = trained
    } else {
      (models, skill) = try await workspace.trained()
    }
    var backtest = Backtest(
      portfolio, history: workspace.history, plan: workspace.plan, models: models, skill: skill,
      workers: workspace.workers)
    backtest.benchmark = workspace.benchmark
    let outcome = try await backtest.run()
    let variance = try await backtest.varianceReport(outcome)
    let columns = try RunInputs.columns(
      workspace.history.keys.flatMap { node in
        workspace.history.extras(node).map { (reader: "\(node)", column: $0) }
      }, until: outcome.run.knownAt[outcome.run.knownAt.count - 1], in: workspace.database)
    func record(_ kind: String, _ settings: ResolvedPortfolio, key: String, sharpe: Double?) throws
      -> TrialSample
    {
      let sample = TrialSample(
        outcome.run, of: portfolio, settings: RunInputs.tried(settings, columns), columns: columns)
      try workspace.database.recordTrial(
        StoredTrial(
          portfolio: portfolio.name, key: key, kind: kind, objective: sharpe,
          specJSON: try sample.specJSON))
      return sample
    }
    let inputs = inputs(workspace, models, workspace.resolved)
    let key = RunInputs.key(inputs)
    let sample = try record(
      "backtest", workspace.resolved, key: key, sharpe: try backtest.sharpePerStep(outcome))
    if let sizing = variance.otherSizing {
      // Its key is that of the same run by itself, which is no further trial.
      var sized = portfolio
      sized.allocation.variance = sizing.variance
      let settings = workspace.resolved.with(sized)
      let inputs = self.inputs(workspace, models, settings)
      _ = try record(
        "sizing", settings, key: RunInputs.key(inputs), sharpe: sizing.sharpePerStep)
    }
    return Counted(
      backtest: backtest, outcome: outcome, variance: variance, sample: sample, inputs: inputs,
      key: key)
  }

  /// Sums up a run beside all trials that it was chosen among, and stores it.
  static func report(_ run: Counted, _ workspace: Workspace) async throws -> FinishedRun {
    let others = try workspace.database.trials(
      portfolio: workspace.portfolio.name, sharing: run.sample
    ).filter { try $0.key != run.key && $0.sample?.isSameAttempt(as: run.sample) != true }
    var report = try run.backtest.report(
      run.outcome, trialSharpes: run.sample.sharpes(of: others), inputs: run.inputs,
      warnings: workspace.excluded + workspace.history.silentExits(of: workspace.portfolio))
    report.placebo = try await run.backtest.placebo(run.outcome)
    report.variance = run.variance
    if let (validation, models) = try await crossValidation(workspace) {
      report.crossValidation = validation
      // The run does not depend on them, the report does.
      report.inputs += entries(of: models)
    }
    try store(report, run.outcome, key: run.key, in: workspace.database)
    return FinishedRun(
      report: report, run: run.outcome.run, decisions: run.outcome.decisions)
  }

  private static func crossValidation(_ workspace: Workspace) async throws
    -> (CrossValidationReport, FoldModels)?
  {
    guard let plan = try workspace.combinatorialPlan() else { return nil }
    let models = try ModelTrainer(
      workspace.portfolio, file: workspace.typed, store: workspace.store
    ).load(plan.plan)
    let report = try await CrossValidation(
      workspace.portfolio, history: workspace.history, plan: plan, models: models,
      workers: workspace.workers
    ).report(tables: workspace.tables)
    return (report, models)
  }

  private static func entries(of models: FoldModels) -> [BacktestReport.Entry] {
    models.folds.filter { $0.kind != .serving }.flatMap { fold in
      models.nodes(of: fold).map { BacktestReport.Entry("model \($0) \(fold.name)", $1.id) }
    }
  }

  /// Settings, digests of the bars, model ids: the run is a function of these.
  private static func inputs(
    _ workspace: Workspace, _ models: FoldModels, _ settings: ResolvedPortfolio
  ) -> [BacktestReport.Entry] {
    var entries = RunInputs.versions
    let end = workspace.plan.folds.serving.testFrom
    entries += RunInputs.bars(workspace.history, until: end)
    // Where they are one, the digests say all.
    if Set(workspace.history.calendars).count > 1 {
      for (symbol, calendar) in zip(workspace.history.symbols, workspace.history.calendars) {
        entries.append(BacktestReport.Entry("calendar \(symbol)", calendar.rawValue))
      }
    }
    if let benchmark = workspace.benchmark {
      let name = "benchmark \(NodeKey(benchmark.symbol, benchmark.timeframe))"
      entries.append(
        BacktestReport.Entry(
          name, benchmark.digest(at: end), detail: RunInputs.span(benchmark, until: end)))
    }
    entries += self.entries(of: models)
    return entries + RunInputs.settings(settings)
  }

  private static func store(
    _ report: BacktestReport, _ outcome: Backtest.Outcome, key: String, in database: BarDatabase
  ) throws {
    let run = outcome.run
    try database.recordRun(
      key: key, kind: "backtest", portfolio: report.portfolioName, started: report.start,
      ended: report.end, runHash: report.runHash, summaryJSON: JSONReport.summary(report),
      equity: Array(zip(run.knownAt, run.equity)),
      fills: run.fills.map { fill in
        StoredFill(
          time: fill.time, symbol: fill.symbol, quantity: fill.quantity, price: fill.price,
          fee: fill.fee, slippage: fill.slippage, reason: fill.reason)
      },
      allocations: outcome.decisions.flatMap { decision in
        (decision.allocation?.lines ?? []).map { line in
          StoredAllocation(
            time: decision.now, symbol: line.symbol, weight: line.target,
            json: JSONValue.array(line.reasons.map { .string($0.description) }).embedded)
        }
      }, countsAsTrial: false)
  }
}
