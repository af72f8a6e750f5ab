import Allocation
import Market
public import Models
public import Research
import SignalGraph

/// A short stretch of a portfolio's own history on which everything is trained anew, again and again.
///
/// Networks learn for two epochs and regimes from two starts there; folds, windows, scalers, targets,
/// clipping and the gate are those of the portfolio.
public struct RetrainingWindow: Sendable {
  public let subject: Subject
  /// The window's models.
  let store: ModelStore

  /// Observations that a regime model needs here.
  static let minimumBars = 40

  /// Cuts the window and trains on it.
  /// - Parameter store: an empty folder for the window's models.
  public init(_ portfolio: Portfolio, history: MarketHistory, store: ModelStore, workers: Int)
    async throws
  {
    self.store = store
    let span = try history.span()
    let from = span.end - RetrainingWindow.length(portfolio, history.calendar)
    let margin = (span.end - from) / 10
    // A symbol that ended before the window's end, or begins in it, has too little to train on.
    let whole = history.symbols.filter { symbol in
      let series = history.series(NodeKey(symbol, history.primary))
      return series.times[0] <= from + margin
        && series.knownAt(series.count - 1) > span.end - margin
    }
    let symbols = whole.isEmpty ? history.symbols : whole
    let short = try history.rebuilt(symbols: symbols) { series in
      var rest = series.prefix(0)
      for index in series.countKnown(at: from)..<series.count {
        rest.append(series[index], coverage: series.coverage[index])
      }
      return rest
    }
    let settings = RetrainingWindow.settings(portfolio, symbols: symbols, history: short)
    let tables = try await NodeTables(settings, history: short, workers: workers)
    let plan = try TrainingPlan(settings, history: short, tables: tables)
    let trainer = ModelTrainer(settings, store: store)
    _ = try await trainer.train(plan, tables: tables, workers: workers) { _ in }
    subject = try await Subject(
      "\(symbols.count) symbols, trained anew", settings, history: short, plan: plan,
      models: try trainer.load(plan), workers: workers)
  }

  /// Time enough for two folds of the slowest timeframe and some hundred primary bars.
  private static func length(_ portfolio: Portfolio, _ calendar: TradingCalendar) -> Int64 {
    func time(_ bars: Int64, _ timeframe: Timeframe) -> Int64 {
      let year = 365 * Timestamp.millisecondsPerDay
      let perYear = calendar.barsPerYear(timeframe)
      return Int64(Double(bars) / perYear * Double(year))
    }
    let slowest = portfolio.timeframes.map(\.timeframe).max() ?? portfolio.primary
    return max(time(200, slowest), time(600, portfolio.primary))
  }

  /// The portfolio's settings, probing, with little training on little history.
  private static func settings(
    _ portfolio: Portfolio, symbols: [Symbol], history: MarketHistory
  ) -> Portfolio {
    var copy = portfolio.probing
    copy.symbols = symbols
    copy.onMissing = .exclude
    copy.minimumBars = min(copy.minimumBars, minimumBars)
    copy.regime.restarts = min(copy.regime.restarts, 2)
    copy.regime.iterations = min(copy.regime.iterations, 20)
    copy.forecast.epochs = min(copy.forecast.epochs, 2)
    copy.forecast.seeds = 1
    copy.forecast.minimumBars = min(copy.forecast.minimumBars, 300)
    copy.allocation.minimumObservations = min(copy.allocation.minimumObservations, 30)
    copy.split.start = nil
    copy.split.end = nil
    copy.split.folds = 2
    copy.split.innerFolds = 2
    return copy
  }
}
