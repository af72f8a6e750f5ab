import Market
public import Research
import SignalGraph

/// A backtest under proof: what went in, what came out, and every bit of it.
public struct Subject: Sendable {
  /// "own settings", "probing settings".
  public let name: String
  public let backtest: Backtest
  public let tables: NodeTables
  public let outcome: Backtest.Outcome
  public let trace: Trace

  /// Runs the models over the bars under a portfolio's settings.
  public init(
    _ name: String, _ portfolio: Portfolio, history: MarketHistory, plan: TrainingPlan,
    models: FoldModels, workers: Int
  ) async throws {
    self.name = name
    tables = try await NodeTables(portfolio, history: history, workers: workers)
    let skill = try await SkillHistory(
      portfolio, history: history, tables: tables, models: models, workers: workers)
    backtest = Backtest(
      portfolio, history: history, plan: plan, models: models, skill: skill, workers: workers)
    outcome = try await backtest.run()
    trace = Trace(outcome)
  }

  public var portfolio: Portfolio { backtest.portfolio }
  public var history: MarketHistory { backtest.history }
  public var plan: TrainingPlan { backtest.plan }
  public var models: FoldModels { backtest.models }
  var workers: Int { backtest.workers }

  /// The same settings, models and folds on other bars, or with other workers.
  func again(on history: MarketHistory? = nil, workers: Int? = nil) async throws -> Subject {
    try await Subject(
      name, portfolio, history: history ?? self.history, plan: plan, models: models,
      workers: workers ?? self.workers)
  }

  /// Every node, in order.
  var keys: [NodeKey] { outcome.nodes.map(\.key) }

  /// The bars of a node that the backtest fed to it.
  func bars(_ key: NodeKey) -> [Bar] {
    Array(history.series(key).known(at: plan.folds.serving.testFrom))
  }

  /// A node that has not seen a bar, with the models of the test windows.
  func node(_ key: NodeKey) -> NodeState {
    PortfolioGraph(portfolio, history: history).node(key, backtest.schedule(key))
  }
}
