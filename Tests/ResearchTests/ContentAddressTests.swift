import Allocation
import Foundation
import Indicators
import Market
import Models
import Research
import SignalGraph
import Signals
import Synchronization
import Testing
import Trading

/// Models are named by what they are made from: the same request is never trained twice, and a
/// damaged bundle is refused.
@Suite struct ContentAddressTests {
  @Test func `what was trained is not trained again, and what is missing is`() async throws {
    let folder = TemporaryStore()
    let portfolio = Portfolio.hasty()
    let (plan, tables) = try await plan(portfolio)
    let trainer = ModelTrainer(portfolio, store: folder.store)
    #expect(trainer.missing(plan).count == plan.jobs.count)
    #expect(throws: ResearchError.self) { try trainer.load(plan) }

    let progress = ProgressLog()
    let written = try await trainer.train(plan, tables: tables, workers: 2) { progress.add($0) }
    // Three symbols: 1h and 4h in 5 folds, 1d in 3.
    #expect(written == 3 * (5 + 5 + 3))
    #expect(try folder.store.list().count == written)
    let reports = progress.reports
    let last = try #require(reports.last)
    #expect(last.done == last.total && last.costDone == last.costTotal)
    #expect(last.total == plan.jobs.count)
    for (earlier, later) in zip(reports, reports.dropFirst()) {
      #expect(earlier.done <= later.done && earlier.costDone <= later.costDone)
    }
    var ids: [String] = []
    for case .written(_, let id) in reports.map(\.event) { ids.append(id) }
    #expect(ids.sorted() == plan.jobs.flatMap { $0.requests.map(\.id) }.sorted())

    #expect(trainer.missing(plan).isEmpty)
    let again = try await trainer.train(plan, tables: tables, workers: 2) { _ in
      Issue.record("nothing is left to do")
    }
    #expect(again == 0)

    let whole = try trainer.load(plan).all

    // One bundle goes: its pool is fitted again, only it is written.
    let entry = try folder.store.list()[7]
    let place = try folder.store.folder(entry.series, entry.timeframe, id: entry.id)
    try FileManager.default.removeItem(at: place)
    let key = NodeKey(entry.series, entry.timeframe)
    let missing = trainer.missing(plan)
    #expect(missing.count == 1 && missing[0].requests.contains { $0.id == entry.id })
    #expect(
      throws: ResearchError.modelMissing(
        key, fold: missing[0].fold.name, portfolio: portfolio.name)
    ) { try trainer.load(plan) }
    #expect(try await trainer.train(plan, tables: tables, workers: 2) { _ in } == 1)
    let mended = try trainer.load(plan).all
    #expect(mended.count == whole.count)
    for (mine, theirs) in zip(mended, whole) {
      #expect(mine.id == theirs.id && mine.model.tensors == theirs.model.tensors)
    }
  }

  @Test(arguments: ["model.safetensors", "manifest.json"])
  func `a bundle that is cut short or has a flipped bit is refused, then made anew`(
    file: String
  ) async throws {
    let stored = try await Laboratory.stored.value
    let (plan, tables, folder) = (stored.trial.plan, stored.trial.tables, try stored.folder())
    let trainer = ModelTrainer(stored.trial.portfolio, store: folder.store)
    #expect(trainer.missing(plan).isEmpty)
    let entry = try #require(try folder.store.list().first { $0.timeframe == .h4 })
    let path = try folder.store.folder(entry.series, entry.timeframe, id: entry.id)
      .appendingPathComponent(file)
    let intact = try Data(contentsOf: path)
    var damages = [Data(), intact.prefix(intact.count - 1), intact.prefix(intact.count / 2)]
    for position in [0, intact.count / 3, intact.count / 2, intact.count - 3] {
      var flipped = intact
      flipped[position] ^= 0x10
      damages.append(flipped)
    }
    for damaged in damages {
      try damaged.write(to: path)
      let error = #expect(throws: BundleError.self) { try trainer.load(plan) }
      #expect(try #require(error).description.contains(path.path))
      #expect(trainer.missing(plan).count == 1)
    }
    #expect(try await trainer.train(plan, tables: tables, workers: 2) { _ in } == 1)
    #expect(try Data(contentsOf: path) == intact)
    #expect(trainer.missing(plan).isEmpty)
  }

  @Test func `settings that no model depends on keep every id`() async throws {
    let base = try await ids(.small())
    for (name, change) in ContentAddressTests.harmless {
      var portfolio = Portfolio.small()
      change(&portfolio)
      #expect(portfolio != .small(), "\(name)")
      #expect(try await ids(portfolio) == base, "\(name)")
    }
  }

  /// Days share nothing: they have no mean forecast, and here no network of the variance either.
  private static func separateDays() -> Portfolio {
    var portfolio = Portfolio.small()
    portfolio.variance.method = .har
    return portfolio
  }

  @Test func `settings that a model depends on change its id`() async throws {
    let base = try await ids(ContentAddressTests.separateDays())
    for (name, change, isOfForecast) in ContentAddressTests.telling {
      var portfolio = ContentAddressTests.separateDays()
      change(&portfolio)
      let changed = try await ids(portfolio)
      #expect(changed.count == base.count, "\(name)")
      for (mine, theirs) in zip(changed, base) {
        #expect(mine.key == theirs.key && mine.fold == theirs.fold)
        // Days have no forecast here, so its settings do not concern them.
        let concerned = !isOfForecast || mine.key.timeframe != .d1
        #expect((mine.id != theirs.id) == concerned, "\(name): \(mine.fold.name) \(mine.key)")
      }
    }
  }

  @Test func `a bar changes the models that saw it, and no others`() async throws {
    let base = try await ids(ContentAddressTests.separateDays())
    let (plan, _) = try await plan(ContentAddressTests.separateDays())
    for day in [30, 100, 120, 180, 220] {
      // The last hour of a day, so that 1h, 4h and 1d bars all become known with it.
      let knownAt = GeneratedMarket.time(day: day + 1)
      let market = Laboratory.market.changing("ETH", barKnownAt: knownAt)
      let changed = try await ids(ContentAddressTests.separateDays(), market)
      for (mine, theirs) in zip(changed, base) {
        let saw = knownAt <= plan.folds.window(mine.fold, mine.key.timeframe).to
        // The forecasts of 1h and 4h are pooled; regimes of days belong to their own symbol.
        let concerned = saw && (mine.key.timeframe != .d1 || mine.key.symbol == "ETH")
        #expect(
          (mine.id != theirs.id) == concerned, "day \(day): \(mine.fold.name) \(mine.key)")
      }
    }
  }

  @Test func `one symbol's models do not depend on the others where nothing is shared`()
    async throws
  {
    var portfolio = Portfolio.small()
    portfolio.forecast.scope = .node
    let base = try await ids(portfolio)
    let market = Laboratory.market.changing(
      "ETH", barKnownAt: GeneratedMarket.time(day: 41))
    for (mine, theirs) in zip(try await ids(portfolio, market), base) {
      #expect((mine.id != theirs.id) == (mine.key.symbol == "ETH"))
    }
  }

  @Test func `the same bars under another calendar are other models`() async throws {
    let portfolio = ContentAddressTests.separateDays()
    let weekdays = try MarketHistory(
      symbols: portfolio.symbols, timeframes: portfolio.timeframes.map(\.timeframe),
      primary: portfolio.primary, risk: portfolio.riskTimeframe
    ) { symbol, timeframe in
      let bars = timeframe == .h1 ? Array(Laboratory.market.series(symbol)) : []
      return BarSeries(symbol: symbol, timeframe: timeframe, calendar: .weekdays, bars: bars)
    }
    let tables = try await NodeTables(portfolio, history: weekdays, workers: 2)
    let plan = try TrainingPlan(portfolio, history: weekdays, tables: tables)
    let changed = Set(plan.jobs.flatMap { $0.requests.map(\.id) })
    let base = Set(try await ids(portfolio).map(\.id))
    #expect(!changed.isEmpty && changed.isDisjoint(with: base))
  }

  private static func list(_ names: [String]) -> FeatureSpec {
    do {
      return try FeatureSpec(names: names)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  private static let harmless: [(String, @Sendable (inout Portfolio) -> Void)] = [
    ("name", { $0.name = "other" }),
    ("capital.cash", { $0.capital.cash = 5 }),
    ("costs", { $0.costs.commission = 0.01 }),
    ("regime.size", { $0.regime.size = [1, 0.5, 0.25] }),
    ("regime.weights", { $0.regime.weights = [.h4: 1] }),
    ("regime.enter", { $0.regime.enter = 0.7 }),
    ("forecast.gate", { $0.forecast.gate = .off }),
    // Without the loss and the schedule that they belong to.
    ("forecast.huber", { $0.forecast.huberDelta = 0.5 }),
    ("forecast.plateau_factor", { $0.forecast.plateau.factor = 0.1 }),
    ("forecast weights", { $0.timeframes[0].weight = 0.9 }),
    ("combine.aligned", { $0.combine.aligned = 0.9 }),
    ("entry.threshold", { $0.entry.threshold = .logReturn(0.01) }),
    ("entry of a symbol", { $0.symbolEntry["BTC"] = EntrySettings() }),
    ("exit.stop", { $0.exit.stop = 0.1 }),
    ("exit of a symbol", { $0.symbolExit["BTC"] = ExitSettings() }),
    ("allocation.mode", { $0.allocation.mode = .inOut }),
    ("allocation.band", { $0.allocation.band = 0 }),
    ("allocation.every", { $0.decisionEvery *= 7 }),
    ("limits.gross", { $0.limits.gross = 0.5 }),
  ]

  private static let telling: [(String, @Sendable (inout Portfolio) -> Void, isOfForecast: Bool)] =
    [
      ("seed", { $0.seed += 1 }, false),
      ("regime.states", { $0.regime.states = 2 }, false),
      ("regime.states auto", { $0.regime.states = .automatic(1...3) }, false),
      ("regime.observations", { $0.regime.observations = .relative }, false),
      (
        "regime.observations list",
        { $0.regime.observations = .features(list(["log_return", "log_volatility_20"])) }, false
      ),
      ("regime.covariance", { $0.regime.covariance = .full }, false),
      ("regime.order", { $0.regime.order = .mean }, false),
      ("features", { $0.features = .original }, false),
      ("features list", { $0.features = .list(list(["return_1"])) }, false),
      ("regime.restarts", { $0.regime.restarts += 1 }, false),
      ("regime.iterations", { $0.regime.iterations += 1 }, false),
      ("min_bars", { $0.minimumBars += 1 }, false),
      ("split.embargo", { $0.split.embargo = 0 }, false),
      ("split.early_stopping", { $0.split.earlyStopping = 0.2 }, false),
      ("max_gap", { $0.maxGap = 0 }, true),
      ("forecast.scope", { $0.forecast.scope = .node }, true),
      ("forecast.mode", { $0.forecast.mode = .windowed }, true),
      ("forecast.hidden", { $0.forecast.hidden += 1 }, true),
      ("forecast.layers", { $0.forecast.layers += 1 }, true),
      ("head.hidden", { $0.forecast.headHidden = 0 }, true),
      ("forecast.dropout", { $0.forecast.dropout = 0 }, true),
      ("forecast.weight_decay", { $0.forecast.weightDecay = 0 }, true),
      ("forecast.rate", { $0.forecast.rate *= 2 }, true),
      ("forecast.clip", { $0.forecast.clipNorm = 2 }, true),
      ("forecast.epochs", { $0.forecast.epochs += 1 }, true),
      ("forecast.patience", { $0.forecast.patience += 1 }, true),
      ("forecast.batch", { $0.forecast.batch += 1 }, true),
      ("forecast.chunk", { $0.forecast.chunk += 1 }, true),
      ("forecast.burn_in", { $0.forecast.burnIn += 1 }, true),
      ("forecast.seeds", { $0.forecast.seeds = 3 }, true),
      ("forecast.target_clip", { $0.forecast.targetClip = 3 }, true),
      ("forecast.ridge", { $0.forecast.ridge = false }, true),
      ("forecast.loss", { $0.forecast.loss = .huber }, true),
      ("forecast.optimiser", { $0.forecast.optimiser = .adamw }, true),
      ("forecast.schedule", { $0.forecast.schedule = .plateau }, true),
      ("forecast.warm_start", { $0.forecast.warmStart = true }, true),
    ]

  private struct Address: Equatable {
    var key: NodeKey
    var fold: Fold
    var id: String
  }

  private func ids(
    _ portfolio: Portfolio, _ market: GeneratedMarket = Laboratory.market
  ) async throws -> [Address] {
    let (plan, _) = try await plan(portfolio, market)
    // A plan's jobs hold pools of one or of all symbols: the order of nodes and folds is neither's.
    return plan.jobs.flatMap { job in
      job.requests.map { Address(key: $0.key, fold: job.fold, id: $0.id) }
    }.sorted { a, b in
      (a.key, a.fold.testFrom, a.fold.name) < (b.key, b.fold.testFrom, b.fold.name)
    }
  }

  private func plan(
    _ portfolio: Portfolio, _ market: GeneratedMarket = Laboratory.market
  ) async throws -> (TrainingPlan, NodeTables) {
    let history = try market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    return (try TrainingPlan(portfolio, history: history, tables: tables), tables)
  }
}

private final class ProgressLog: Sendable {
  private let log = Mutex<[TrainingProgress]>([])

  var reports: [TrainingProgress] { log.withLock { $0 } }

  func add(_ report: TrainingProgress) { log.withLock { $0.append(report) } }
}

extension FoldModels {
  /// Every bundle, by fold and node.
  var all: [Bundle] { folds.flatMap { nodes(of: $0).map(\.bundle) } }
}
