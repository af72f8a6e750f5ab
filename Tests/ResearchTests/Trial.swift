import Foundation
import Indicators
import Market
import Models
import Research
import SignalGraph

/// A folder of models that goes when its last holder does.
final class TemporaryStore: Sendable {
  let store: ModelStore

  init() {
    store = ModelStore(
      root: FileManager.default.temporaryDirectory
        .appendingPathComponent("regimefolio-tests-\(UUID().uuidString)", isDirectory: true))
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: store.root)
    } catch CocoaError.fileNoSuchFile {
      return
    } catch {
      print("\(store.root.path) stays behind: \(error)")
    }
  }
}

/// A portfolio taken the whole way: bars, models, their record, the backtest.
struct Trial: Sendable {
  let portfolio: Portfolio
  let history: MarketHistory
  let tables: NodeTables
  let plan: TrainingPlan
  let models: FoldModels
  let skill: SkillHistory
  let outcome: Backtest.Outcome

  /// Trains all models anew, in a folder of their own, and runs the backtest.
  init(
    training portfolio: Portfolio, on market: GeneratedMarket,
    in folder: TemporaryStore = TemporaryStore(), workers: Int = 2
  ) async throws {
    let history = try market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: workers)
    let plan = try TrainingPlan(portfolio, history: history, tables: tables)
    let trainer = ModelTrainer(portfolio, store: folder.store)
    _ = try await trainer.train(plan, tables: tables, workers: workers) { _ in }
    try await self.init(
      portfolio, history: history, tables: tables, plan: plan, models: trainer.load(plan),
      workers: workers)
  }

  /// Runs the backtest with the models of another trial, on other bars or under other settings.
  init(
    _ portfolio: Portfolio, on market: GeneratedMarket, plan: TrainingPlan, models: FoldModels
  ) async throws {
    let history = try market.history(portfolio)
    try await self.init(
      portfolio, history: history,
      tables: NodeTables(portfolio, history: history, workers: 2), plan: plan, models: models,
      workers: 2)
  }

  /// Runs the backtest of another trial, without baselines, under settings on which neither its rows nor
  /// its record depend.
  init(_ base: Trial, under portfolio: Portfolio) async throws {
    precondition(
      portfolio.forecast.gate == base.portfolio.forecast.gate
        && portfolio.timeframes.map(\.timeframe).allSatisfy {
          portfolio.recordKey($0) == base.portfolio.recordKey($0)
        })
    self.portfolio = portfolio
    (history, tables, plan) = (base.history, base.tables, base.plan)
    (models, skill) = (base.models, base.skill)
    outcome = try await Backtest(
      portfolio, history: history, plan: plan, models: models, skill: skill, workers: 2
    ).run(withBaselines: false)
  }

  private init(
    _ portfolio: Portfolio, history: MarketHistory, tables: NodeTables, plan: TrainingPlan,
    models: FoldModels, workers: Int
  ) async throws {
    self.portfolio = portfolio
    self.history = history
    self.tables = tables
    self.plan = plan
    self.models = models
    skill = try await SkillHistory(
      portfolio, history: history, tables: tables, models: models, workers: workers)
    outcome = try await Backtest(
      portfolio, history: history, plan: plan, models: models, skill: skill, workers: workers
    ).run()
  }

  /// The models of the test windows as the backtest runs them.
  func schedule(_ key: NodeKey) -> ModelSchedule {
    ModelSchedule(
      plan.folds.outer.compactMap { fold in
        models.bundle(key, fold: fold).map {
          ModelSchedule.Entry(
            from: fold.testFrom, model: $0.model,
            calibration: skill.calibration(key.timeframe, of: fold),
            sizes: portfolio.regime.learnsSize
              ? skill.regimeSizes(key.timeframe, of: fold) : nil)
        }
      })
  }

  /// Every node, in order.
  var keys: [NodeKey] { outcome.nodes.map(\.key) }

  /// A node that has not seen a bar, with the models of the test windows.
  func node(_ key: NodeKey) -> NodeState {
    PortfolioGraph(portfolio, history: history).node(key, schedule(key))
  }

  /// Every fold's models by name, as the tensors that a bundle keeps.
  var tensors: [(name: String, id: String, tensors: [StoredTensor])] {
    models.folds.flatMap { fold in
      models.nodes(of: fold).map {
        ("\(fold.name) \($0.key)", $0.bundle.id, $0.bundle.model.tensors)
      }
    }
  }
}

/// Trials that several suites look at; each is made once.
enum Laboratory {
  /// A market whose hourly returns are partly predictable: the gate opens, forecasts move weights.
  static let market = GeneratedMarket(seed: 7, reversal: 0.25)
  static let base = Task { try await stored.value.trial }
  /// The same with its models' files.
  static let stored = Task { try await StoredTrial(training: .small(), on: market) }
  /// The same with the gate off: every forecast counts in full.
  static let ungated = Task {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.forecast.gate = .off
    return try await Trial(portfolio, on: market, plan: base.plan, models: base.models)
  }

  /// A market without skill to be had, without gaps.
  static let noise = GeneratedMarket(seed: 12, gaps: false)
  static let unskilled = Task { try await storedUnskilled.value.trial }
  static let storedUnskilled = Task { try await StoredTrial(training: .small(), on: noise) }
}
