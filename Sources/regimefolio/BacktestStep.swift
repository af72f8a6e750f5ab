import Allocation
import Engine
import Kernels
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

  /// Runs the portfolio and counts the trial.
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
    let inputs = inputs(workspace, models)
    let key = key(inputs)
    try workspace.database.recordTrial(
      StoredTrial(
        portfolio: portfolio.name, key: key, kind: "backtest",
        objective: try backtest.sharpePerStep(outcome),
        specJSON: TrialSample(backtest, outcome).specJSON))
    return Counted(backtest: backtest, outcome: outcome, inputs: inputs, key: key)
  }

  /// Sums up a run beside all trials of its portfolio, and stores it.
  static func report(_ run: Counted, _ workspace: Workspace) async throws -> FinishedRun {
    let others = try workspace.database.trials(portfolio: workspace.portfolio.name)
      .filter { $0.key != run.key }
    var report = try run.backtest.report(
      run.outcome, trialSharpes: TrialSample(run.backtest, run.outcome).sharpes(of: others),
      inputs: run.inputs, warnings: workspace.excluded)
    report.placebo = try await run.backtest.placebo(run.outcome)
    report.variance = try await run.backtest.varianceReport(run.outcome)
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
  private static func inputs(_ workspace: Workspace, _ models: FoldModels)
    -> [BacktestReport.Entry]
  {
    var entries = [
      BacktestReport.Entry("software", softwareVersion),
      BacktestReport.Entry("numerics", String(numericsVersion)),
    ]
    let end = workspace.plan.folds.serving.testFrom
    for symbol in workspace.history.symbols {
      let key = NodeKey(symbol, workspace.portfolio.primary)
      entries.append(
        BacktestReport.Entry("bars \(key)", workspace.history.digest(key, at: end)))
    }
    entries += slowerBars(workspace, until: end)
    // Where they are one, the digests say all.
    if Set(workspace.history.calendars).count > 1 {
      for (symbol, calendar) in zip(workspace.history.symbols, workspace.history.calendars) {
        entries.append(BacktestReport.Entry("calendar \(symbol)", calendar.rawValue))
      }
    }
    if let benchmark = workspace.benchmark {
      let name = "benchmark \(NodeKey(benchmark.symbol, benchmark.timeframe))"
      entries.append(BacktestReport.Entry(name, benchmark.digest(at: end)))
    }
    entries += self.entries(of: models)
    // The first line names the file.
    for line in workspace.resolved.effectiveYAML().split(separator: "\n").dropFirst() {
      entries.append(BacktestReport.Entry("setting", withoutOrigin(line)))
    }
    return entries
  }

  /// Bars and columns beside the primary ones that do not follow from those.
  private static func slowerBars(_ workspace: Workspace, until end: Timestamp)
    -> [BacktestReport.Entry]
  {
    let history = workspace.history
    return history.keys.filter { key in
      key.timeframe != workspace.portfolio.primary
        && (history.given.contains(key) || !history.extras(key).isEmpty)
    }.map { BacktestReport.Entry("bars \($0)", history.digest($0, at: end)) }
  }

  /// A line of settings without the origin of its value, which changes nothing in the run: all after the last
  /// `#`, for a symbol may hold one. A line that opens a group ends with a colon and names no origin.
  private static func withoutOrigin(_ line: Substring) -> String {
    guard line.last != ":", let mark = line.lastIndex(of: "#") else { return String(line) }
    return String(line[..<mark])
  }

  private static func key(_ inputs: [BacktestReport.Entry]) -> String {
    var sha = SHA256()
    for entry in inputs {
      sha.update(entry.name)
      sha.update(entry.value)
    }
    return sha.hex()
  }

  private static func store(
    _ report: BacktestReport, _ outcome: Backtest.Outcome, key: String, in database: BarDatabase
  ) throws {
    let run = outcome.run
    try database.recordRun(
      key: key, kind: "backtest", portfolio: report.portfolioName, started: report.start,
      ended: report.end, runHash: report.runHash, summaryJSON: "{}",
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
