import Allocation
import Market
public import Models
public import Research
import SignalGraph

/// A short stretch of a portfolio's own history on which everything is trained anew, again and again.
///
/// Networks learn for two epochs and regimes for 20 iterations there; windows, scalers, targets,
/// clipping and the gate are those of the portfolio.
public struct RetrainingWindow: Sendable {
  public let subject: Subject
  /// The window's models.
  let store: ModelStore

  /// Observations that a regime model needs here.
  static let minimumBars = 40

  /// Cuts the window and trains on it.
  ///
  /// A window too short for its models is doubled, up to the whole history: on a market that has
  /// been calm of late no three regimes can be told apart.
  /// - Parameter store: an empty folder for the window's models.
  public init(_ portfolio: Portfolio, history: MarketHistory, store: ModelStore, workers: Int)
    async throws
  {
    self.store = store
    subject = try await RetrainingWindow.longEnough(
      portfolio, history, store: store, workers: workers)
  }

  private static func longEnough(
    _ portfolio: Portfolio, _ history: MarketHistory, store: ModelStore, workers: Int
  ) async throws -> Subject {
    let span = try history.span(portfolio.onMissing)
    var length = length(portfolio, history.calendars)
    while true {
      do {
        let from = max(span.start, span.end - length)
        return try await train(
          portfolio, history.since(from), store: store, workers: workers)
      } catch let error as ResearchError {
        guard case .training = error, span.end - length > span.start else { throw error }
        length *= 2
      }
    }
  }

  private static func train(
    _ portfolio: Portfolio, _ history: MarketHistory, store: ModelStore, workers: Int
  ) async throws -> Subject {
    let settings = settings(portfolio, symbols: history.symbols)
    let tables = try await NodeTables(settings, history: history, workers: workers)
    let plan = try TrainingPlan(settings, history: history, tables: tables)
    let trainer = ModelTrainer(settings, store: store)
    _ = try await trainer.train(plan, tables: tables, workers: workers) { _ in }
    return try await Subject(
      "\(history.symbols.count) symbols, trained anew", settings, history: history, plan: plan,
      models: try trainer.load(plan), workers: workers)
  }

  /// Time enough for two folds of the slowest timeframe, some hundred primary bars of every symbol, and the
  /// returns without which no weight is decided before the first test window begins, two fifths in.
  private static func length(_ portfolio: Portfolio, _ calendars: [TradingCalendar]) -> Int64 {
    func time(_ bars: Int64, _ timeframe: Timeframe) -> Int64 {
      let year = 365 * Timestamp.millisecondsPerDay
      let lengths = calendars.map { calendar in
        Int64(Double(bars) / calendar.barsPerYear(timeframe) * Double(year))
      }
      return lengths.max() ?? year
    }
    let slowest = portfolio.timeframes.map(\.timeframe).max() ?? portfolio.primary
    let returns = Int64(Baseline.minimumObservations + 2)
    return max(
      time(200, slowest), time(1000, portfolio.primary),
      time(returns * 5 / 2, portfolio.riskTimeframe))
  }

  /// The portfolio's settings, probing, with little training on little history.
  private static func settings(_ portfolio: Portfolio, symbols: [Symbol]) -> Portfolio {
    var copy = portfolio.probing
    copy.symbols = symbols
    copy.onMissing = .exclude
    copy.minimumBars = min(copy.minimumBars, minimumBars)
    copy.regime.restarts = 4
    copy.regime.iterations = min(copy.regime.iterations, 20)
    copy.forecast.epochs = min(copy.forecast.epochs, 2)
    copy.forecast.seeds = 1
    copy.variance.epochs = min(copy.variance.epochs, 2)
    copy.variance.seeds = 1
    copy.forecast.minimumBars = min(copy.forecast.minimumBars, 300)
    copy.allocation.minimumObservations = min(
      copy.allocation.minimumObservations, Baseline.minimumObservations)
    copy.split.start = nil
    copy.split.end = nil
    copy.split.every = nil
    copy.split.folds = 2
    copy.split.innerFolds = 2
    return copy
  }
}

extension MarketHistory {
  /// The history from a time on, of the symbols that have bars from its first tenth to its last one;
  /// the others have too little to train on.
  fileprivate func since(_ from: Timestamp) throws -> MarketHistory {
    let end = try span(.exclude).end
    let margin = (end - from) / 10
    let whole = symbols.filter { symbol in
      let series = series(NodeKey(symbol, primary))
      return series.times[0] <= from + margin && series.knownAt(series.count - 1) > end - margin
    }
    return try rebuilt(symbols: whole.isEmpty ? symbols : whole) { series in
      var rest = series.prefix(0)
      for index in series.countKnown(at: from)..<series.count {
        rest.append(series[index], coverage: series.coverage[index])
      }
      return rest
    }
  }
}
