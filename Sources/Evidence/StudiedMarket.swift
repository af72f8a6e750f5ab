import Market
import Models
import Research
import SignalGraph

/// A universe taken the product's own way: history, rows, walk-forward folds, trained models.
struct StudiedMarket: Sendable {
  let portfolio: Portfolio
  let history: MarketHistory
  let tables: NodeTables
  let plan: TrainingPlan
  let models: FoldModels
  let workers: Int

  /// Trains what is not in the laboratory's store yet; serving models are left out.
  /// - Parameter adjust: changes the settings from their defaults.
  init(
    _ bars: MarketBars, _ laboratory: Laboratory, adjust: (inout Portfolio) -> Void
  ) async throws {
    let universe = bars.universe
    var portfolio = Portfolio(
      name: "evidence", symbols: universe.symbols,
      timeframes: [Portfolio.TimeframeWeight(timeframe: universe.timeframe, weight: 1)])
    portfolio.split.start = universe.start
    portfolio.split.end = universe.end
    portfolio.split.folds = 4
    adjust(&portfolio)
    let given = universe.given
    let history = try MarketHistory(
      symbols: universe.symbols, timeframes: portfolio.timeframes.map(\.timeframe), primary: given,
      risk: max(given, .d1)
    ) { symbol, timeframe in
      if timeframe == given, let index = universe.symbols.firstIndex(of: symbol) {
        return bars.series[index]
      }
      return BarSeries(symbol: symbol, timeframe: timeframe, calendar: universe.calendar)
    }
    self.portfolio = portfolio
    self.history = history
    workers = laboratory.workers
    tables = try await NodeTables(portfolio, history: history, workers: workers)
    plan = try TrainingPlan(portfolio, history: history, tables: tables).judged
    let trainer = ModelTrainer(portfolio, store: laboratory.store)
    let note = laboratory.note
    _ = try await trainer.train(plan, tables: tables, workers: workers) { progress in
      guard case .jobDone = progress.event else { return }
      note("\(universe.name): trained \(progress.job), \(progress.done) of \(progress.total)")
    }
    models = try trainer.load(plan)
  }
}
