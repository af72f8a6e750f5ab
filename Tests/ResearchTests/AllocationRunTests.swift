import Allocation
import Engine
import Foundation
import Indicators
import Kernels
import Market
import Models
import Research
import SignalGraph
import Signals
import Testing
import Trading

/// `allocate`: what to hold now by the models that serve, and what keeps them from serving.
@Suite struct AllocationRunTests {
  /// A store whose models serve, and what they were made by.
  private struct Served {
    let folder: TemporaryStore
    let trial: Trial

    /// A folder of its own with the models of `Laboratory.base`.
    init() async throws {
      let stored = try await Laboratory.stored.value
      try self.init(stored.trial, in: stored.folder())
    }

    init(_ trial: Trial, in folder: TemporaryStore) throws {
      self.trial = trial
      self.folder = folder
      try ServingModels.activate(trial.plan, skill: trial.skill, store: folder.store)
    }

    func serving(_ portfolio: Portfolio? = nil) throws -> ServingModels {
      try ServingModels(
        portfolio ?? trial.portfolio, plan: trial.plan, store: folder.store)
    }
  }

  @Test func `the report comes from the active models and what their record has earned`()
    async throws
  {
    let served = try await Served()
    let trial = served.trial
    let serving = try served.serving()
    let end = trial.plan.folds.serving.testFrom
    for key in trial.keys {
      let node = try #require(serving.nodes[key])
      let bundle = try #require(trial.models.bundle(key, fold: trial.plan.folds.serving))
      #expect(node.id == bundle.id && node.model.tensors == bundle.model.tensors)
      #expect(node.trainedTo == end)
      #expect(
        node.calibration == trial.skill.calibration(key.timeframe, of: trial.plan.folds.serving))
    }
    let run = AllocationRun(
      trial.portfolio, history: trial.history, serving: serving, workers: 2)
    #expect(run.now == end)
    var book = Book(symbols: trial.history.symbols, cash: 50_000)
    for (index, price) in run.prices.enumerated() {
      book.mark(index, at: try #require(price))
    }
    let report = try await run.report(book: book, heldFrom: "cash", notes: ["a note"])
    #expect(report.asOf == end && report.equity == 50_000 && report.heldFrom == "cash")
    #expect(report.notes == ["a note"])
    #expect(report.rows.map(\.symbol) == GeneratedMarket.symbols)
    var total = 0.0
    for (index, row) in report.rows.enumerated() {
      #expect(row.line == report.decision.lines[index])
      #expect(row.price == run.prices[index] && row.heldQuantity == 0)
      #expect(abs(row.tradeQuantity * row.price - row.line.target * 50_000) < 1e-6)
      #expect(row.views.map(\.timeframe) == [.h1, .h4, .d1])
      for view in row.views {
        let signal = try #require(view.signal)
        #expect(signal.knownAt <= end)
        let names = try #require(serving.nodes[NodeKey(row.symbol, view.timeframe)]).model.regime
          .names
        #expect(view.regimeName == names[signal.label])
      }
      #expect(report.correlation[index, index] == 1)
      total += row.line.target
    }
    #expect(total > 0.2 && total <= 1 + 1e-12)
    #expect(report.correlation[0, 1] == report.correlation[1, 0])
    // Correlations of daily returns of this market are near .6.
    #expect(report.correlation[0, 1] > 0.3 && report.correlation[0, 1] < 0.9)
    // Shrinking draws what was measured to its mean.
    let sample = try #require(report.sampleCorrelation)
    #expect(report.shrinksToMean && report.shrinkage > 0 && report.shrinkage <= 1)
    let pairs = [(0, 1), (0, 2), (1, 2)]
    let mean = pairs.reduce(0) { $0 + sample[$1.0, $1.1] } / 3
    for (i, j) in pairs {
      let shrunk = (1 - report.shrinkage) * sample[i, j] + report.shrinkage * mean
      #expect(abs(report.correlation[i, j] - shrunk) < 1e-12)
    }
    #expect(sample[0, 1] != sample[0, 2])
    // Yesterday is judged by models that have seen today.
    #expect(report.trainedTo == end && report.regimes?.isInSample == true)

    let again = try await run.report(book: book, heldFrom: "file", notes: [])
    #expect(again.runHash == report.runHash && again.decision == report.decision)
    // What is held already is not bought.
    for index in report.rows.indices {
      book.apply(
        Fill(
          time: end, symbol: report.rows[index].symbol,
          quantity: report.rows[index].tradeQuantity, price: report.rows[index].price, fee: 0,
          slippage: 0, reason: "held"), at: index)
    }
    let held = try await run.report(book: book, heldFrom: "file", notes: [])
    #expect(held.rows.allSatisfy { $0.tradeQuantity == 0 })
    #expect(held.runHash != report.runHash)
  }

  /// Moments in the second test window: midnights, and closes at which a symbol has no bar.
  private static func moments(_ outcome: Backtest.Outcome, from border: Timestamp) -> [Int] {
    let late = outcome.steps.filter { outcome.grid.knownAt($0) > border + 20 * 3_600_000 }
    let midnights = late.filter { outcome.grid.knownAt($0).millisecondOfDay == 0 }
    let incomplete = late.filter { step in
      outcome.grid.symbols.indices.contains { outcome.grid.bar($0, at: step) == nil }
    }
    return [midnights[0], midnights[midnights.count / 2]] + incomplete.prefix(3)
  }

  @Test func `at any close it decides what a backtest with the same models decides there`()
    async throws
  {
    // Hourly decisions; without an embargo the second window's models are the ones that serve at its
    // start, when only the first window has been judged.
    var portfolio = Portfolio.small()
    portfolio.decisionEvery = GeneratedMarket.hour
    portfolio.split.embargo = 0
    portfolio.split.start = GeneratedMarket.time(day: 100)
    portfolio.split.end = GeneratedMarket.time(day: 180)
    let border = GeneratedMarket.time(day: 140)
    let folder = TemporaryStore()
    let full = try await Trial(training: portfolio, on: Laboratory.market, in: folder)
    var early = portfolio
    early.split.end = border
    early.split.folds = 1
    // What it shares with the other is not trained again.
    let served = try Served(
      await Trial(training: early, on: Laboratory.market, in: folder), in: folder)
    let serving = try served.serving()
    for key in full.keys {
      let fold = full.plan.folds.outer[1]
      #expect(fold.testFrom == border)
      #expect(try #require(serving.nodes[key]).id == full.models.bundle(key, fold: fold)?.id)
    }
    let books = try await Witness.books(full)
    for step in AllocationRunTests.moments(full.outcome, from: border) {
      let now = full.outcome.grid.knownAt(step)
      let expected = try #require(full.outcome.decisions.first { $0.now == now }?.allocation)
      for history in [
        full.history.known(at: now),
        try Laboratory.market.truncated(at: now).history(portfolio),
      ] {
        let run = AllocationRun(portfolio, history: history, serving: serving, workers: 2)
        #expect(run.now == now)
        let report = try await run.report(
          book: books[step - full.outcome.steps.lowerBound], heldFrom: "book", notes: [])
        for (mine, theirs) in zip(report.decision.lines, expected.lines) {
          #expect(mine == theirs, "\(mine.symbol) at \(now)")
        }
      }
    }
  }

  @Test func `bars that the models have seen are called in sample`() async throws {
    let served = try await Served()
    let now = GeneratedMarket.time(day: 200)
    let run = AllocationRun(
      served.trial.portfolio, history: served.trial.history.known(at: now),
      serving: try served.serving(), workers: 1)
    var book = Book(symbols: served.trial.history.symbols, cash: 1000)
    for (index, price) in run.prices.enumerated() {
      book.mark(index, at: try #require(price))
    }
    let report = try await run.report(book: book, heldFrom: "cash", notes: [])
    #expect(report.asOf == now)
    #expect(report.notes.count == 1 && report.notes[0].hasPrefix("in sample"))
  }

  @Test(arguments: [AllocationSettings.Mode.inOut, .priorTilt])
  func `rules that know nothing of the holdings are said not to apply`(
    mode: AllocationSettings.Mode
  ) async throws {
    let served = try await Served()
    var portfolio = served.trial.portfolio
    portfolio.allocation.mode = mode
    portfolio.exit[.stop] = .all(0.0001)
    let run = AllocationRun(
      portfolio, history: served.trial.history, serving: try served.serving(), workers: 1)
    var book = Book(symbols: served.trial.history.symbols, cash: 1000)
    for (index, price) in run.prices.enumerated() {
      book.mark(index, at: try #require(price))
    }
    let report = try await run.report(book: book, heldFrom: "holdings", notes: [])
    let note = mode == .inOut ? "rules start anew" : "exit rules are not applied"
    #expect(report.notes.contains { $0.hasPrefix(note) })
  }

  @Test func `without active models it says what to train`() async throws {
    let stored = try await Laboratory.stored.value
    let (trial, folder) = (stored.trial, try stored.folder())
    let error = ResearchError.noServingModel(NodeKey("BTC", .h1), portfolio: "small")
    #expect(throws: error) {
      try ServingModels(
        trial.portfolio, plan: trial.plan, store: folder.store)
    }
    #expect(error.description.contains("regimefolio train small"))
  }

  @Test func `a gate serves the portfolio that earned it, beside those of others`() async throws {
    let served = try await Served()
    let key = NodeKey("BTC", .h1)
    let node = try #require(try served.serving().nodes[key])
    var other = served.trial.portfolio
    other.split.folds = 1
    let plan = try TrainingPlan(
      other, history: served.trial.history, tables: served.trial.tables)
    let error = ResearchError.gateOfOtherSettings(key, portfolio: "small")
    #expect(throws: error) {
      try ServingModels(other, plan: plan, store: served.folder.store)
    }
    #expect(error.description.contains("regimefolio train small"))
    // The same models: only their record is another.
    let trial = try await Trial(training: other, on: Laboratory.market, in: served.folder)
    try ServingModels.activate(trial.plan, skill: trial.skill, store: served.folder.store)
    let serving = try ServingModels(other, plan: trial.plan, store: served.folder.store)
    let theirs = try #require(serving.nodes[key])
    #expect(theirs.id == node.id && theirs.calibration != node.calibration)
    #expect(
      theirs.calibration == trial.skill.calibration(.h1, of: trial.plan.folds.serving))
    #expect(try #require(try served.serving().nodes[key]).calibration == node.calibration)
  }

  @Test func `a record's key tells all that it depends on beside the models`() {
    let changes: [(String, (inout Portfolio) -> Void)] = [
      ("split.folds", { $0.split.folds += 1 }), ("split.inner_folds", { $0.split.innerFolds = 0 }),
      ("split.start", { $0.split.start = GeneratedMarket.time(day: 100) }),
      ("split.end", { $0.split.end = GeneratedMarket.time(day: 180) }),
      ("split.embargo", { $0.split.embargo += 1 }),
      ("split.early_stopping", { $0.split.earlyStopping = 0.2 }),
      ("split.walk_forward", { $0.split.walkForward = .rolling }),
      ("inference.every", { $0.inferenceEvery = 2 }),
      ("forecast.min_bars", { $0.forecast.minimumBars += 1 }),
      ("symbols", { $0.symbols.removeLast() }),
      ("model.on_missing", { $0.onMissing = .exclude }),
      ("regime.size", { $0.regime.learnsSize = true }),
    ]
    let portfolio = Portfolio.small()
    for (name, change) in changes {
      var other = portfolio
      change(&other)
      #expect(other.recordKey(.d1) != portfolio.recordKey(.d1), "\(name)")
    }
    // Windows of a fixed length, which are not counted.
    var counted = portfolio
    counted.split.start = GeneratedMarket.time(day: 100)
    var timed = counted
    timed.split.every = 30 * Timestamp.millisecondsPerDay
    #expect(timed.recordKey(.d1) != counted.recordKey(.d1))
    var longer = timed
    longer.split.every = 31 * Timestamp.millisecondsPerDay
    #expect(longer.recordKey(.d1) != timed.recordKey(.d1))
    longer = timed
    longer.split.folds += 1
    #expect(longer.recordKey(.d1) == timed.recordKey(.d1))
    // What decides on no forecast and no size.
    var other = portfolio
    other.split.window += 1
    other.split.cpcvGroups = 6
    other.allocation.band = 0.5
    other.allocation.sharpeOfPrior = 1
    other.forecast.gate = .off
    #expect(other.recordKey(.d1) == portfolio.recordKey(.d1))
    // Sizes are learned of days, and by the prior.
    var learned = portfolio
    learned.regime.learnsSize = true
    other = learned
    other.allocation.sharpeOfPrior = 1
    #expect(other.recordKey(.d1) != learned.recordKey(.d1))
    #expect(other.recordKey(.h1) == portfolio.recordKey(.h1))
  }

  @Test func `a damaged gate is an error, whatever the damage`() async throws {
    let served = try await Served()
    let key = served.trial.keys[0]
    let id = try #require(try served.folder.store.active(key.symbol, key.timeframe))
    let gates = try served.folder.store.sidecars(key.symbol, key.timeframe, id: id)
    let gate = "gate-\(served.trial.portfolio.recordKey(key.timeframe)).json"
    #expect(gates == [gate])
    let file = try served.folder.store.folder(key.symbol, key.timeframe, id: id)
      .appendingPathComponent(gate)
    let intact = try String(contentsOf: file, encoding: .utf8)
    #expect(intact.contains("\"weight\":"))
    let weight = served.trial.skill.calibration(
      .h1, of: served.trial.plan.folds.serving
    ).weight
    #expect(weight > 0 && intact.contains("\(weight)"))
    for damaged in [
      "", "{}", String(intact.dropLast()), String(intact.prefix(20)),
      intact.replacingOccurrences(of: "\(weight)", with: "1"),
      intact.replacingOccurrences(of: "\"open\"", with: "\"shut\""),
      intact.replacingOccurrences(of: "\"open\"", with: "\"wide open\""),
    ] {
      #expect(damaged != intact)
      try damaged.write(to: file, atomically: true, encoding: .utf8)
      #expect(throws: ResearchError.gateDamaged(key, file: gate, portfolio: "small")) {
        try served.serving()
      }
    }
    try FileManager.default.removeItem(at: file)
    #expect(throws: ResearchError.noServingModel(key, portfolio: "small")) {
      try served.serving()
    }
    // Training again writes it anew.
    try ServingModels.activate(
      served.trial.plan, skill: served.trial.skill, store: served.folder.store)
    #expect(try String(contentsOf: file, encoding: .utf8) == intact)
    #expect(try served.serving().nodes.count == 9)
  }

  @Test func `models of other settings do not serve, and the setting is named`() async throws {
    let served = try await Served()
    let changes: [(String, (inout Portfolio) -> Void)] = [
      ("seed", { $0.seed = 7 }), ("regime.states", { $0.regime.states = 2 }),
      ("forecast.hidden", { $0.forecast.hidden = 4 }),
      ("head.hidden", { $0.forecast.headHidden = 0 }),
      ("forecast.scope", { $0.forecast.scope = .node }),
      ("observations", { $0.regime.observations = .relative }),
    ]
    for (setting, change) in changes {
      var portfolio = served.trial.portfolio
      change(&portfolio)
      let plan = try TrainingPlan(
        portfolio, history: served.trial.history, tables: served.trial.tables)
      #expect(
        throws: ResearchError.servingModelDiffers(
          NodeKey("BTC", .h1), setting: setting, portfolio: "small")
      ) {
        try ServingModels(portfolio, plan: plan, store: served.folder.store)
      }
    }
    // What no model depends on may change.
    var portfolio = served.trial.portfolio
    portfolio.allocation.band = 0.5
    portfolio.forecast.gate = .off
    let open = try served.serving(portfolio)
    #expect(try #require(open.nodes[NodeKey("BTC", .h1)]).calibration.verdict == .off)
    #expect(try #require(open.nodes[NodeKey("BTC", .h1)]).calibration.weight == 1)
    #expect(try #require(open.nodes[NodeKey("BTC", .d1)]).calibration.verdict == .noForecast)
    // More bars are no other setting: yesterday's models serve today.
    let later = try TrainingPlan(
      served.trial.portfolio,
      history: served.trial.history.known(at: GeneratedMarket.time(day: 220)),
      tables: served.trial.tables)
    #expect(
      try ServingModels(
        served.trial.portfolio, plan: later, store: served.folder.store
      ).nodes.count == 9)
  }
}
