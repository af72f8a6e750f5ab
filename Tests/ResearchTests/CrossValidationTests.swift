import Engine
import Kernels
import Market
import Models
import Proofs
import Research
import SignalGraph
import Signals
import Statistics
import Testing
import Trading

/// Cross-validation of a small portfolio that is really trained: four groups, two tested, three paths.
@Suite struct CrossValidationTests {
  private struct Made: Sendable {
    var validation: CrossValidation
    var tables: NodeTables
    var report: CrossValidationReport
    var folder: TemporaryStore

    init(_ market: GeneratedMarket, workers: Int = 2) async throws {
      var portfolio = Portfolio.hasty(symbols: ["BTC", "ETH"])
      portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe != .h4 }
      portfolio.minimumBars = 30
      portfolio.split.cpcvGroups = 4
      let history = try market.history(portfolio)
      tables = try await NodeTables(portfolio, history: history, workers: workers)
      folder = TemporaryStore()
      let plan = try CombinatorialPlan(portfolio, history: history, tables: tables)
      let trainer = ModelTrainer(portfolio, store: folder.store)
      _ = try await trainer.train(plan.plan, tables: tables, workers: workers) { _ in }
      #expect(trainer.missing(plan.plan).isEmpty)
      validation = CrossValidation(
        portfolio, history: history, plan: plan, models: try trainer.load(plan.plan),
        workers: workers)
      report = try await validation.report(tables: tables)
    }
  }

  private static let made = Task { try await Made(Laboratory.market) }

  @Test func `every group of every path is judged by models that had not seen it`() async throws {
    let made = try await Self.made.value
    let (validation, plan) = (made.validation, made.validation.plan)
    #expect(plan.splits.count == 6 && plan.pathCount == 3 && made.report.paths.count == 3)
    for path in 0..<plan.pathCount {
      let backtest = try await validation.backtest(path, tables: made.tables)
      let outcome = try await backtest.run(withBaselines: false)
      #expect(outcome.run.hash == made.report.paths[path].runHash)
      // One account through all groups.
      #expect(outcome.grid.knownAt(outcome.steps.lowerBound) == plan.groups[0].testFrom)
      #expect(outcome.steps.upperBound == outcome.grid.times.count)
      for (group, fold) in plan.groups.enumerated() {
        let split = try #require(
          plan.splits.first { split in
            zip(split.groups, split.paths).contains { $0 == group && $1 == path }
          })
        for key in outcome.nodes.map(\.key) {
          let model = try #require(validation.models.bundle(key, fold: split.fold)).model
          #expect(backtest.models.bundle(key, fold: fold)?.model == model)
          // What the node says in the group is what this model says, run from the first bar on.
          var inference = NodeInference(model, enter: 0.8)
          let signals = try #require(outcome.nodes.first { $0.key == key }).signals
          let heard = Dictionary(signals.map { ($0.knownAt, $0) }) { first, _ in first }
          for row in made.tables[key].rows where row.knownAt < fold.testTo {
            let output = inference.update(row)
            guard row.knownAt >= fold.testFrom, let output else { continue }
            let signal = heard[row.knownAt]
            #expect(signal?.posterior == output.regime.posterior)
            #expect(signal?.forecast == output.forecast)
          }
        }
      }
      // The gate counts what the path has seen before: nothing in the first group.
      #expect(backtest.skill.earned(.h1, of: plan.groups[0]).pairs == 0)
      #expect(backtest.skill.earned(.h1, of: plan.groups[3]).pairs > 1000)
    }
    #expect(Set(made.report.paths.map(\.runHash)).count == 3)
  }

  @Test func `a path is invested as soon as equal weight is and its models are warm`() async throws
  {
    let made = try await Self.made.value
    let (validation, every) = (made.validation, made.validation.portfolio.decisionEvery)
    // Thirty returns are the closes of 31 days.
    #expect(validation.plan.groups[0].testFrom == GeneratedMarket.time(day: 31))
    for path in 0..<validation.plan.pathCount {
      let outcome = try await validation.backtest(path, tables: made.tables).run()
      let equal = try #require(outcome.baselines.first { $0.baseline == .equalWeight }).run
      let own = try #require(outcome.run.fills.first).time
      let theirs = try #require(equal.fills.first).time
      // The daily models say nothing before day 34, in a path as in the first days of any history.
      let waits = outcome.decisions.filter { $0.now < own }.flatMap(\.reasons)
      #expect(own - theirs <= 3 * every && waits.allSatisfy { $0 == "not eligible: no signal" })
      #expect(equal.knownAt == outcome.run.knownAt)
    }
  }

  @Test func `a fit has the bars that its window sees, and targets within them alone`() async throws
  {
    let made = try await Self.made.value
    let plan = made.validation.plan
    for job in plan.plan.jobs {
      for request in job.requests {
        let stored = try made.folder.store.read(
          request.key.symbol, request.key.timeframe, id: request.id)
        let table = made.tables[request.key]
        let rows = table.rows.prefix(table.countKnown(at: job.window.to)).filter {
          $0.knownAt > job.window.from ?? .distantPast
            && !job.window.isShut($0.knownAt, $0.knownAt)
        }
        #expect(
          stored.manifest.metrics.inSample["regime.observations"]
            == Double(rows.count { $0.observation != nil }))
        guard let scaling = stored.manifest.scaling else { continue }
        let fitted = rows.filter { $0.knownAt <= job.window.trainTo }.compactMap(\.features)
        #expect(scaling == BundleManifest.Scaling(StandardScaler(fittedTo: Matrix(rows: fitted))))
      }
    }
  }

  @Test func `wrong bars of the groups that are tested last change no bit of their models`()
    async throws
  {
    let made = try await Self.made.value
    let plan = made.validation.plan
    let split = try #require(plan.splits.first { $0.groups == [2, 3] })
    let jobs = plan.plan.jobs.filter { $0.fold == split.fold }
    #expect(jobs.count == 2)
    for job in jobs {
      // From the first bar of the embargo on.
      let wrong = Laboratory.market.corrupted(after: job.window.to)
      let history = try wrong.history(made.validation.portfolio)
      let tables = try await NodeTables(made.validation.portfolio, history: history, workers: 2)
      let fits = try await PoolTraining(made.validation.portfolio).fit(
        job.requests.map { tables[$0.key] }, window: job.window, withForecast: job.withForecast,
        withVariance: job.withVariance)
      for (request, fit) in zip(job.requests, fits) {
        #expect(
          made.validation.models.bundle(request.key, fold: job.fold)?.model.tensors
            == fit.model.tensors)
      }
    }
  }

  @Test func `the recount holds, and finds a window that reaches one bar too far`()
    async throws
  {
    let made = try await Self.made.value
    let (validation, plan) = (made.validation, made.validation.plan)
    let proof = CrossValidationRecount.proof(
      validation.portfolio, plan, models: validation.models, tables: made.tables)
    #expect(proof.holds && proof.values > 10_000, "\(proof.findings)")
    #expect(proof.notes.contains { $0.contains("no walk-forward") })
    // One bar of embargo more than was asked for has been trained on.
    var stricter = validation.portfolio
    stricter.split.embargo += 1
    let wrong = CrossValidationRecount.proof(
      stricter, plan, models: validation.models, tables: made.tables)
    #expect(!wrong.holds)
    #expect(wrong.findings.contains { $0.contains("has seen the bar") })
  }

  @Test func `any number of workers gives the same paths`() async throws {
    let made = try await Self.made.value
    let other = try await Made(Laboratory.market, workers: 1)
    #expect(other.report.paths.map(\.runHash) == made.report.paths.map(\.runHash))
    #expect(other.validation.plan.plan.jobs.map(\.id) == made.validation.plan.plan.jobs.map(\.id))
  }

  @Test func `the distribution over the paths is that of their curves`() async throws {
    let report = try await Self.made.value.report
    let sharpes = report.paths.compactMap(\.curve.performance.sharpe)
    #expect(sharpes.count == 3 && report.sharpes == sharpes.sorted())
    #expect(report.median == sharpes.sorted()[1])
    #expect(report.least == sharpes.min() && report.greatest == sharpes.max())
    #expect(abs(try #require(report.mean) - sharpes.reduce(0, +) / 3) < 1e-12)
    #expect(report.pathsAboveZero == sharpes.count { $0 > 0 })
    #expect(report.purge == 1 && report.embargo == 2 && report.splits == 6)
    let held = try #require(report.baselines.first { $0.name == "buy and hold" })
    let theirs = try #require(held.sharpe)
    #expect(held.pathsAbove == sharpes.count { $0 > theirs })
    for path in report.paths {
      let own = try PerformanceSummary(
        equity: path.curve.equity, barsPerYear: 365)
      #expect(own.sharpe == path.curve.performance.sharpe)
    }
  }
}
