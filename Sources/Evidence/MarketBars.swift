public import Market
public import Models
import Research
import SignalGraph

/// The bars of a universe, with the files they came from.
public struct MarketBars: Sendable {
  public struct Source: Sendable, Equatable {
    public var file: String
    public var sha256: String
    public var bars: Int
    public var rejected: Int

    public init(file: String, sha256: String, bars: Int, rejected: Int) {
      self.file = file
      self.sha256 = sha256
      self.bars = bars
      self.rejected = rejected
    }
  }

  public var universe: MarketUniverse
  /// One a symbol, in the universe's order.
  public var series: [BarSeries]
  public var sources: [Source]

  public init(universe: MarketUniverse, series: [BarSeries], sources: [Source]) {
    precondition(series.map(\.symbol) == universe.symbols, "a series a symbol")
    self.universe = universe
    self.series = series
    self.sources = sources
  }
}

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
      symbols: universe.symbols, timeframes: [universe.timeframe], primary: given, risk: given
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
      note("\(universe.name): trained \(progress.job), \(progress.done) of \(progress.total)")
    }
    models = try trainer.load(plan)
  }
}
