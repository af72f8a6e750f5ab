import Indicators
import Kernels
import Market
import Models
import Proofs
import Research
import SignalGraph
import Signals
import Testing

/// Other regime models and other features, each taken the whole way: trained, read back from its
/// bundles, run over the test windows, looking back only and the same bar by bar.
@Suite struct RegimeVariantsTests {
  private func trial(
    _ change: (inout Portfolio) throws -> Void
  ) async throws -> Trial {
    var portfolio = Portfolio.hasty()
    portfolio.forecast.epochs = 1
    portfolio.regime.restarts = 2
    try change(&portfolio)
    return try await Trial(training: portfolio, on: Laboratory.market)
  }

  private func report(_ trial: Trial) throws -> BacktestReport {
    try Backtest(
      trial.portfolio, history: trial.history, plan: trial.plan, models: trial.models,
      skill: trial.skill, workers: 2
    ).report(trial.outcome, trialSharpes: [], inputs: [], warnings: ["given"])
  }

  /// What the nodes say does not depend on later bars, nor on how bars arrive.
  private func expectHonest(_ trial: Trial) async throws {
    let fold = trial.plan.folds.outer[1]
    let middle = fold.testFrom + (fold.testTo - fold.testFrom) / 2
    let now = Timeframe.d1.slot(containing: middle) + 23 * GeneratedMarket.hour
    let other = try await Trial(
      trial.portfolio, on: Laboratory.market.corrupted(after: now), plan: trial.plan,
      models: trial.models)
    #expect(
      Trace(trial.outcome).known(at: now).firstDifference(from: Trace(other.outcome).known(at: now))
        == nil)
    for key in trial.keys {
      var node = trial.node(key)
      var said: [NodeSignal] = []
      for bar in trial.history.series(key) { said += node.advance([bar]) }
      let heard = try #require(trial.outcome.nodes.first { $0.key == key }).signals
      #expect(!heard.isEmpty)
      #expect(Trace(key, heard).firstDifference(from: Trace(key, said)) == nil)
    }
  }

  @Test(arguments: [CovarianceType.full, .tied, .spherical])
  func `another covariance comes back from its bundle`(type: CovarianceType) async throws {
    let trial = try await trial { $0.regime.covariance = type }
    for bundle in trial.models.all { #expect(bundle.model.regime.hmm.covariance.type == type) }
    try await expectHonest(trial)
  }

  @Test func `listed observations and features reach every node`() async throws {
    let observed = try FeatureSpec(names: ["log_return", "log_volatility_20", "atr_14"])
    let read = try FeatureSpec(names: ["return_1", "close_location", "money_flow_14"])
    let trial = try await trial {
      $0.regime.observations = .features(observed)
      $0.features = .list(read)
    }
    for key in trial.keys {
      let rows = trial.tables[key].rows
      #expect(rows.contains { $0.observation?.count == 3 && $0.features?.count == 3 })
    }
    for bundle in trial.models.all {
      #expect(bundle.model.regime.hmm.dimensions == 3)
      #expect(bundle.model.forecast.map { $0.scaler.columns == 3 } ?? true)
      #expect(bundle.model.regime.names == ["calm", "normal", "turbulent"])
      // The states of a list are in the order of their returns' size, so of their log volatility.
      let means = bundle.model.regime.hmm.means
      #expect(means[0, 1] < means[2, 1])
    }
    try await expectHonest(trial)
  }

  @Test func `the original's features, and its order of states by mean`() async throws {
    let trial = try await trial {
      $0.features = .original
      $0.regime.order = .mean
    }
    for bundle in trial.models.all {
      #expect(bundle.model.regime.names == ["bear", "neutral", "bull"])
      let means = bundle.model.regime.hmm.means
      #expect(means[0, 0] <= means[1, 0] && means[1, 0] <= means[2, 0])
      #expect(bundle.model.forecast.map { $0.scaler.columns == 25 } ?? true)
    }
    let report = try report(trial)
    #expect(report.regimeNames == ["bear", "neutral", "bull"])
    let regimes = Set(report.regimeRows.map(\.regime)).subtracting(["no signal"])
    #expect(regimes == ["bear", "neutral", "bull"])
    try await expectHonest(trial)
  }

  @Test func `states chosen by BIC may differ, and the report numbers them then`() async throws {
    let trial = try await trial {
      $0.regime.states = .automatic(1...4)
      $0.regime.observations = .features(try FeatureSpec(names: ["log_return"]))
      $0.regime.size = [1, 0.5]
    }
    let outer = trial.plan.folds.outer
    for timeframe in [Timeframe.h1, .h4] {
      for fold in outer {
        // One forecast, one number of states.
        let counts = GeneratedMarket.symbols.compactMap {
          trial.models.bundle(NodeKey($0, timeframe), fold: fold)?.model.regime.states
        }
        #expect(counts.count == 3 && Set(counts).count == 1)
      }
    }
    let daily = outer.flatMap { fold in
      GeneratedMarket.symbols.compactMap {
        trial.models.bundle(NodeKey($0, .d1), fold: fold)?.model.regime
      }
    }
    let most = try #require(daily.map(\.states).max())
    let report = try report(trial)
    if Set(daily.map(\.states)).count > 1 {
      #expect(report.regimeNames == (1...most).map { "state \($0)" })
      #expect(report.warnings.contains { $0.contains("regimes of 1d: BIC chose") })
    } else {
      #expect(report.regimeNames == daily[0].names)
    }
    #expect(trial.outcome.signals.allSatisfy { $0.signals.allSatisfy { $0.regimeSize <= 1 } })
    try await expectHonest(trial)
  }

  @Test func `regimes that say next to nothing are warnings of the report`() async throws {
    // The z-score of this market's volumes is noise: no regime moves it.
    let trial = try await trial {
      $0.timeframes.removeLast()
      $0.regime.states = 2
      $0.regime.size = [1, 1]
      $0.regime.observations = .features(try FeatureSpec(names: ["volume_z_20"]))
    }
    let poor = trial.models.folds.filter { $0.kind != .inner }.flatMap { fold in
      trial.models.nodes(of: fold).filter(\.bundle.isRegimeDegenerate).map(\.key)
    }
    let warnings = try report(trial).warnings
    #expect(warnings.first == "given")
    #expect(!poor.isEmpty)
    for key in Set(poor) {
      #expect(
        warnings.contains { $0.hasPrefix("regime of \(key): in ") && $0.contains("nats a bar") })
    }
    let base = try await Laboratory.base.value
    #expect(base.models.regimeWarnings.count < base.keys.count)
  }

  @Test func `the user's columns reach the nodes, the models' names, and look back only`()
    async throws
  {
    var portfolio = Portfolio.hasty()
    portfolio.forecast.epochs = 1
    portfolio.timeframes.removeLast()
    portfolio.features = .list(try FeatureSpec(names: ["return_1", "rsi_14", "extra.mood"]))
    portfolio.regime.observations = .features(
      try FeatureSpec(names: ["log_return", "log_volatility_20", "extra.mood"]))
    #expect(portfolio.extraColumns == ["mood"])
    let now = GeneratedMarket.time(day: 200, hour: 23)
    func history(corruptedAfter border: Timestamp?) throws -> MarketHistory {
      try Laboratory.market.history(portfolio).reading { key in
        var random = CounterRandom(seed: 3, path: ["mood", key.symbol.name])
        var column = ExtraColumn(name: "mood")
        for bar in Laboratory.market.bars[key.symbol] ?? [] {
          let known = bar.time + GeneratedMarket.hour
          let value = random.normal()
          column.append(border.map { known > $0 } == true ? 9 - value : value, knownAt: known)
        }
        return [column]
      }
    }
    let (whole, corrupt) = (try history(corruptedAfter: nil), try history(corruptedAfter: now))
    let tables = try await NodeTables(portfolio, history: whole, workers: 2)
    let others = try await NodeTables(portfolio, history: corrupt, workers: 2)
    for key in whole.symbols.flatMap({ [NodeKey($0, .h1), NodeKey($0, .h4)] }) {
      let known = tables[key].countKnown(at: now)
      #expect(Array(tables[key].rows.prefix(known)) == Array(others[key].rows.prefix(known)))
      #expect(tables[key].rows != others[key].rows)
      // A value of the column is part of what a model was made from.
      #expect(whole.digest(key, at: now) == corrupt.digest(key, at: now))
      let later = now + 48 * GeneratedMarket.hour
      #expect(whole.digest(key, at: later) != corrupt.digest(key, at: later))
      #expect(whole.digest(key, at: now) == whole.known(at: now).digest(key, at: later))
      #expect(whole.digest(key, at: now) != whole.series(key).digest(at: now))
    }
    let plan = try TrainingPlan(portfolio, history: whole, tables: tables)
    let other = try TrainingPlan(portfolio, history: corrupt, tables: others)
    for (one, two) in zip(plan.jobs, other.jobs) {
      for (a, b) in zip(one.requests, two.requests) {
        #expect((a.id == b.id) == (one.window.to <= now))
      }
    }
    let folder = TemporaryStore()
    let trainer = ModelTrainer(portfolio, store: folder.store)
    _ = try await trainer.train(plan, tables: tables, workers: 2) { _ in }
    let models = try trainer.load(plan)
    let skill = try await SkillHistory(
      portfolio, history: whole, tables: tables, models: models, workers: 2)
    let outcome = try await Backtest(
      portfolio, history: whole, plan: plan, models: models, skill: skill, workers: 2
    ).run()
    let changed = try await Backtest(
      portfolio, history: corrupt, plan: plan, models: models, skill: skill, workers: 2
    ).run()
    #expect(
      Trace(outcome).known(at: now).firstDifference(from: Trace(changed).known(at: now)) == nil)
    #expect(outcome.nodes.allSatisfy { !$0.signals.isEmpty })
  }

  @Test func `a spread stands beside every forecast of an ensemble`() async throws {
    let base = try await Laboratory.base.value
    for (key, signals) in base.outcome.nodes {
      let spoken = signals.filter { $0.forecast != nil }
      #expect(spoken.allSatisfy { ($0.forecastSpread ?? -1) >= 0 }, "\(key)")
      #expect(signals.allSatisfy { $0.forecast != nil || $0.forecastSpread == nil })
      if key.timeframe != .d1 { #expect(spoken.contains { ($0.forecastSpread ?? 0) > 0 }) }
    }
  }
}
