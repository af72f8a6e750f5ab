public import Engine
import Market
import Models
public import Research
import SignalGraph
public import Simulation
import Statistics

/// A generated market taken the product's own way: history, folds, models, their record.
public struct TrainedMarket: Sendable {
  public let portfolio: Portfolio
  public let history: MarketHistory
  public let plan: TrainingPlan
  public let models: FoldModels
  public let skill: SkillHistory
  private let workers: Int

  /// Trains what is not in the laboratory's store yet. Serving models are left out: nobody judges
  /// them.
  ///
  /// - Precondition: the portfolio steps on the market's timeframe.
  public init(_ market: SimulatedMarket, _ portfolio: Portfolio, _ laboratory: Laboratory)
    async throws
  {
    precondition(portfolio.primary == market.settings.timeframe)
    let settings = market.settings
    history = try MarketHistory(
      symbols: portfolio.symbols, timeframes: portfolio.timeframes.map(\.timeframe),
      primary: portfolio.primary, risk: portfolio.riskTimeframe
    ) { symbol, timeframe in
      if timeframe == settings.timeframe, let own = market[symbol] { return own.series }
      return BarSeries(symbol: symbol, timeframe: timeframe, calendar: settings.calendar)
    }
    self.portfolio = portfolio
    workers = laboratory.workers
    let tables = try await NodeTables(portfolio, history: history, workers: workers)
    plan = try TrainingPlan(portfolio, history: history, tables: tables).judged
    let trainer = ModelTrainer(portfolio, store: laboratory.store)
    _ = try await trainer.train(plan, tables: tables, workers: workers) { _ in }
    models = try trainer.load(plan)
    skill = try await SkillHistory(
      portfolio, history: history, tables: tables, models: models, workers: workers)
  }

  /// The backtest over the test windows.
  public func backtest() async throws -> EngineRun {
    try await Backtest(
      portfolio, history: history, plan: plan, models: models, skill: skill, workers: workers
    ).run().run
  }
}

extension TrainedMarket {
  /// Sharpe ratio and volatility of a run a year, and its mean gross exposure. Returns are those of
  /// the primary bars.
  public func performance(_ run: EngineRun) throws -> (
    sharpe: Double, volatility: Double, gross: Double
  ) {
    let summary = try PerformanceSummary(
      equity: run.equity, barsPerYear: history.calendar.barsPerYear(portfolio.primary))
    let gross = run.exposure.reduce(0, +) / Double(max(1, run.exposure.count))
    return (summary.sharpe ?? 0, summary.annualisedVolatility ?? 0, gross)
  }
}
