import Foundation
import Indicators
import Market
import Models
import Research
import SignalGraph
import Testing

/// The original's D2, D3, D4, D9, D10, L9, L10, N13 and N14: what failed without a word.
@Suite struct DefectD_SilentFailureTests {
  private func plan(_ portfolio: Portfolio) async throws -> (plan: TrainingPlan, tables: NodeTables)
  {
    let history = try Laboratory.market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    return (try TrainingPlan(portfolio, history: history, tables: tables), tables)
  }

  /// D4 and N13: a model that was not found became regime 1 with confidence .5 and a forecast of 0, and
  /// three variants traded nothing for ever.
  @Test func `D4, N13: a missing model is an error that names it and the command that makes it`()
    async throws
  {
    let portfolio = Portfolio.small(symbols: ["BTC"])
    let folder = TemporaryStore()
    let trainer = ModelTrainer(portfolio, file: "small.yaml", store: folder.store)
    let (plan, _) = try await plan(portfolio)
    let error = #expect(throws: ResearchError.self) { try trainer.load(plan) }
    let words = try #require(error).description
    #expect(words.contains("BTC") && words.contains("regimefolio train small.yaml"))
  }

  /// D2: training reported failure for every file after it had written its model, and success to its
  /// caller. Here a network diverges: the error reaches the caller, and no model of its pool is left.
  @Test func `D2: a fit that fails is an error, and leaves no model behind`() async throws {
    var portfolio = Portfolio.small(symbols: ["BTC", "ETH"])
    portfolio.forecast.rate = 1e30
    portfolio.forecast.clipNorm = 1e30
    let folder = TemporaryStore()
    let (plan, tables) = try await plan(portfolio)
    let trainer = ModelTrainer(portfolio, store: folder.store)
    let error = await #expect(throws: ResearchError.self) {
      try await trainer.train(plan, tables: tables, workers: 1) { _ in }
    }
    guard case .training(.forecast) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let written = Set(try folder.store.list().map(\.id))
    for job in plan.jobs where job.withForecast {
      #expect(job.requests.allSatisfy { !written.contains($0.id) }, "\(job.name)")
    }
  }

  /// D3 and D10: the model on the disk lacked the scaler that its readers read, and the network that
  /// was built to serve was not the one that was trained.
  @Test func `D3, D10: what is loaded says, bit by bit, what was trained`() async throws {
    let base = try await Laboratory.base.value
    let job = try #require(base.plan.jobs.first { $0.timeframe == .h4 && $0.withForecast })
    let fits = try await PoolTraining(base.portfolio).fit(
      job.requests.map { base.tables[$0.key] }, window: job.window, withForecast: true,
      withVariance: job.withVariance)
    for (request, fit) in zip(job.requests, fits) {
      let loaded = try #require(base.models.bundle(request.key, fold: job.fold)).model
      #expect(loaded == fit.model)
      var (mine, theirs) = (
        NodeInference(loaded, enter: 0.8), NodeInference(fit.model, enter: 0.8)
      )
      var said = 0
      for row in base.tables[request.key].rows {
        let (output, other) = (mine.update(row), theirs.update(row))
        #expect(output == other)
        if output?.forecast != nil { said += 1 }
      }
      #expect(said > 500)
    }
  }

  /// L9 and L10: features that were not there became a forecast of 0, and parameters of the training
  /// were not found when served.
  @Test func `L9, L10: models of other features are not these models`() async throws {
    let base = try await Laboratory.base.value
    var other = base.portfolio
    other.features = .original
    let (plan, _) = try await plan(other)
    let ids = Set(base.plan.jobs.flatMap { $0.requests.map(\.id) })
    for job in plan.jobs where job.withForecast {
      #expect(job.requests.allSatisfy { !ids.contains($0.id) })
    }
    let key = NodeKey("BTC", .h1)
    let forecast = try #require(
      base.models.bundle(key, fold: base.plan.folds.outer[0])?.model.forecast)
    #expect(forecast.scaler.columns == base.portfolio.features.spec(for: .h1).count)
  }

  /// D9: a second training went on from a checkpoint of other settings or other data, or broke on it.
  @Test func `D9: settings and bars name the checkpoint that a training goes on from`() async throws
  {
    let portfolio = Portfolio.small(symbols: ["BTC", "ETH"])
    let same = try await plan(portfolio).plan.jobs.map(\.id)
    #expect(try await plan(portfolio).plan.jobs.map(\.id) == same)
    var wider = portfolio
    wider.forecast.hidden = 9
    let others = try await plan(wider).plan.jobs
    #expect(others.filter(\.withForecast).allSatisfy { !same.contains($0.id) })
    let market = Laboratory.market.changing(
      "BTC", barKnownAt: GeneratedMarket.time(day: 30, hour: 7))
    let history = try market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    let moved = try TrainingPlan(portfolio, history: history, tables: tables).jobs
      .filter { $0.timeframe == .h1 }
    // The hour's close is that of no slower bar.
    #expect(moved.count == 5 && moved.allSatisfy { !same.contains($0.id) })
  }

  /// BTC's hours with a column that begins on a day: inner windows end on days 45 and 67, test windows
  /// on days 90 and 157.
  private func moody(from day: Int, _ change: (inout Portfolio) -> Void = { _ in }) async throws
    -> (portfolio: Portfolio, plan: TrainingPlan, tables: NodeTables)
  {
    var portfolio = Portfolio.small(symbols: ["BTC", "ETH"])
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe == .h1 }
    portfolio.features = .list(try FeatureSpec(names: ["return_1", "extra.mood"]))
    portfolio.forecast.epochs = 1
    portfolio.variance.method = .har
    change(&portfolio)
    let history = try Laboratory.market.history(portfolio).reading { key in
      var column = ExtraColumn(name: "mood")
      for (index, bar) in (Laboratory.market.bars[key.symbol] ?? []).enumerated() {
        let begins = key.symbol == "BTC" ? GeneratedMarket.time(day: day) : GeneratedMarket.start
        guard bar.time >= begins else { continue }
        column.append(Double(index % 7), knownAt: bar.time + GeneratedMarket.hour)
      }
      return [column]
    }
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    return (
      portfolio, try TrainingPlan(portfolio, history: history, tables: tables), tables
    )
  }

  @Test func `a column that begins late makes the record begin later`() async throws {
    let (portfolio, plan, tables) = try await moody(from: 60) { $0.symbols = ["BTC"] }
    // The first inner window has no value, the second none that trains.
    #expect(plan.jobs.map(\.fold) == plan.folds.outer + [plan.folds.serving])
    let folder = TemporaryStore()
    let trainer = ModelTrainer(portfolio, store: folder.store)
    #expect(try await trainer.train(plan, tables: tables, workers: 2) { _ in } == 3)
    // A symbol that has them all has its models in every fold.
    let both = try await moody(from: 60).plan
    for job in both.jobs {
      let symbols = job.requests.map(\.key.symbol)
      let lacks = both.folds.inner.first == job.fold
      #expect(symbols == (lacks ? ["ETH"] : ["BTC", "ETH"]), "\(job.name)")
    }
    #expect(Set(both.jobs.map(\.fold)).count == 5)
  }

  @Test func `a column without a value to train a test window on is named, or its symbol left out`()
    async throws
  {
    let error = await #expect(throws: ResearchError.self) { try await moody(from: 85) }
    guard case .training(.noFeatures("BTC", .h1, _)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let words = try #require(error).description
    #expect(words.contains("BTC 1h") && words.contains("split.start"))
    let plan = try await moody(from: 85) { $0.onMissing = .exclude }.plan
    for job in plan.jobs where job.fold == plan.folds.outer[0] {
      #expect(job.requests.map(\.key.symbol) == ["ETH"])
    }
    let notes = plan.notes.filter(\.isExclusion)
    #expect(notes.count == 1 && notes[0].fold == plan.folds.outer[0])
    #expect(notes[0].text.hasPrefix("BTC is left out: no complete row of features before "))
  }

  @Test func `a window too long for an inner fold leaves it out, for a test window is named`()
    async throws
  {
    var portfolio = Portfolio.small(symbols: ["BTC", "ETH"])
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe == .h4 }
    portfolio.variance.method = .har
    portfolio.forecast.epochs = 1
    portfolio.forecast.seeds = 1
    portfolio.forecast.mode = .windowed
    // The first inner fold trains on 40 days of six bars.
    portfolio.forecast.window = 250
    let (plan, tables) = try await plan(portfolio)
    #expect(
      plan.jobs.map(\.fold)
        == [plan.folds.inner[1]] + plan.folds.outer + [plan.folds.serving])
    let folder = TemporaryStore()
    let trainer = ModelTrainer(portfolio, store: folder.store)
    #expect(try await trainer.train(plan, tables: tables, workers: 2) { _ in } == 8)
    portfolio.forecast.window = 500
    let error = await #expect(throws: ResearchError.self) { try await self.plan(portfolio) }
    #expect(error == .noTargets(.h4, symbol: nil, fold: "outer 1", part: "training", window: 500))
    let words = try #require(error).description
    #expect(words.contains("outer 1") && words.contains("forecast.window"))
    #expect(!words.contains("on_missing"))
  }

  @Test func `a symbol that ended has no target for networks of its own: it is named, or has none`()
    async throws
  {
    var portfolio = Portfolio.small(symbols: ["BTC", "ETH"])
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe == .h4 }
    portfolio.variance.method = .har
    portfolio.forecast.epochs = 1
    portfolio.forecast.scope = .node
    // Test windows begin on days 90 and 157.
    let market = Laboratory.market.keeping(
      "ETH", GeneratedMarket.start..<GeneratedMarket.time(day: 120))
    let history = try market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    let error = #expect(throws: ResearchError.self) {
      try TrainingPlan(portfolio, history: history, tables: tables)
    }
    #expect(
      error
        == .noTargets(.h4, symbol: "ETH", fold: "outer 2", part: "early-stopping", window: nil))
    let words = try #require(error).description
    for part in ["ETH 4h", "outer 2", "early-stopping", "model.on_missing: exclude"] {
      #expect(words.contains(part), "\(words)")
    }
    portfolio.onMissing = .exclude
    let trial = try await Trial(training: portfolio, on: market)
    let folds = trial.plan.folds
    let late = [folds.outer[1], folds.serving]
    for fold in folds.outer + [folds.serving] {
      for symbol in portfolio.symbols {
        let bundle = try #require(trial.models.bundle(NodeKey(symbol, .h4), fold: fold))
        let isSilent = symbol == "ETH" && late.contains(fold)
        #expect((bundle.model.forecast == nil) == isSilent, "\(symbol) \(fold.name)")
      }
    }
    #expect(trial.plan.notes.map(\.fold) == late)
    for note in trial.plan.notes {
      #expect(note.text.hasPrefix("ETH: no target in its early-stopping part"), "\(note.text)")
      #expect(!note.isExclusion)
    }
  }

  /// N14: versions were seconds in file names, the last by the alphabet won, and two providers' models
  /// of one symbol overwrote each other.
  @Test func `N14: models of names that are alike are apart, and none is chosen by its name`()
    async throws
  {
    let base = try await Laboratory.base.value
    let ids = base.models.folds.flatMap { fold in
      base.models.nodes(of: fold).map { "\($0.key) \($0.bundle.id)" }
    }
    #expect(Set(ids).count == ids.count)
    let folder = TemporaryStore()
    let names: [Symbol] = [
      "BTC", "binance:BTC", "BTC/USDT", "BTC%2FUSDT", "btc", "BTC_1h", "../BTC",
    ]
    let id = String(repeating: "a", count: 64)
    let places = try names.map { try folder.store.folder($0, .h1, id: id).path }
    #expect(Set(places).count == names.count)
    for place in places {
      let plain = URL(fileURLWithPath: place).standardizedFileURL.path
      #expect(plain.hasPrefix(folder.store.root.standardizedFileURL.path + "/"), "\(place)")
    }
  }
}
