import Foundation
import Market
import Models
import PortfolioFile
import Research
import SignalGraph
import Signals
import Store
import Trading

/// A portfolio with its bars, ready to be trained and run.
struct Workspace {
  let database: BarDatabase
  let store: ModelStore
  let resolved: ResolvedPortfolio
  /// The portfolio's file, as the user wrote it.
  let file: String
  /// The file and what differs from it, as a command takes them.
  let typed: String
  let history: MarketHistory
  let tables: NodeTables
  let plan: TrainingPlan
  let workers: Int
  /// Bars of the portfolio's `benchmark`; nil without one.
  let benchmark: BarSeries?
  /// Symbols that were left out, and why.
  let excluded: [String]

  var portfolio: Portfolio { resolved.portfolio }

  /// Reads portfolio and bars.
  init(_ options: PortfolioOptions, _ common: CommonOptions, database: BarDatabase) async throws {
    self.database = database
    store = common.store
    workers = common.workers
    file = options.portfolio
    typed = options.typed
    let known = try database.series()
    resolved = try Workspace.resolve(options, known: known)
    let portfolio = resolved.portfolio
    if portfolio.opensByColumn {
      throw Failure(
        "\(options.portfolio): 'entry.signal' opens positions without models; only `backtest` runs it"
      )
    }
    if portfolio.positionSize.rule != .allocation {
      throw Failure(
        "\(options.portfolio): 'sizing.rule' \(portfolio.positionSize.rule.rawValue) sizes what "
          + "'entry.signal' opens; name a column there")
    }
    if portfolio.capital.splits != nil {
      throw Failure(
        "\(options.portfolio): 'capital.splits' is for bars that are not adjusted, on which no model "
          + "can be trained; ingest adjusted bars, or replay weights by `backtest --weights`")
    }
    let available = Set(known.map { NodeKey($0.symbol, $0.timeframe) })
    var symbols: [Symbol] = []
    var excluded: [String] = []
    for symbol in portfolio.symbols {
      if known.contains(where: { $0.symbol == symbol }) {
        symbols.append(symbol)
      } else if portfolio.onMissing == .exclude {
        excluded.append("\(symbol) is left out: no bars")
      } else {
        throw Failure(
          "\(options.portfolio): no bars of \(symbol) in \(common.db), which holds "
            + "\(Set(known.map(\.symbol)).sorted().map(\.name).joined(separator: ", ")); "
            + "ingest them with `regimefolio ingest FILE --symbol \(symbol.name.shellWord)`")
      }
    }
    guard !symbols.isEmpty else { throw ResearchError.noSymbolsLeft(excluded) }
    let primary = PrimaryBars(of: symbols, portfolio.primary, in: database, known: known)
    let bars = try MarketHistory(
      symbols: symbols, timeframes: portfolio.timeframes.map(\.timeframe),
      primary: portfolio.primary, risk: portfolio.riskTimeframe
    ) { symbol, timeframe in
      if timeframe == portfolio.primary { return try primary.series(symbol) }
      if available.contains(NodeKey(symbol, timeframe)) {
        return try database.bars(symbol, timeframe)
      }
      // Slower timeframes are made from the primary.
      let calendar = known.first { $0.symbol == symbol }?.calendar ?? .continuous
      return BarSeries(symbol: symbol, timeframe: timeframe, calendar: calendar)
    }
    history = try bars.reading { key in
      try ExtraColumns.read(
        portfolio.extraColumns, key, primary: portfolio.primary, known: known,
        file: options.portfolio, database: database)
    }
    try Workspace.requireCurrent(
      history, until: portfolio.split.end, file: options.portfolio)
    self.excluded = excluded
    benchmark = try portfolio.benchmark.map {
      try Workspace.benchmark($0, portfolio, in: database, known: known, options, common)
    }
    tables = try await NodeTables(portfolio, history: history, workers: workers)
    plan = try TrainingPlan(portfolio, history: history, tables: tables)
  }

  /// The same bars and rows under other settings.
  /// - Parameter typed: what a command takes to find those.
  init(_ other: Workspace, resolved: ResolvedPortfolio, typed: String, plan: TrainingPlan) {
    database = other.database
    store = other.store
    self.resolved = resolved
    file = other.file
    self.typed = typed
    history = other.history
    tables = other.tables
    self.plan = plan
    workers = other.workers
    excluded = other.excluded
    benchmark = other.benchmark
  }

  /// The benchmark's bars on the primary timeframe, or on the nearest slower one that it has.
  private static func benchmark(
    _ symbol: Symbol, _ portfolio: Portfolio, in database: BarDatabase, known: [SeriesInfo],
    _ options: PortfolioOptions, _ common: CommonOptions
  ) throws -> BarSeries {
    let own = known.filter { $0.symbol == symbol }.map(\.timeframe).sorted()
    guard let finest = own.first else {
      throw Failure(
        "\(options.portfolio): no bars of the benchmark \(symbol) in \(common.db); ingest them with "
          + "`regimefolio ingest FILE --symbol \(symbol.name.shellWord)`, or take the key `benchmark` "
          + "out")
    }
    if finest > portfolio.primary { return try database.bars(symbol, finest) }
    return try PrimaryBars(of: [symbol], portfolio.primary, in: database, known: known)
      .series(symbol)
  }

  static func resolve(_ options: PortfolioOptions, known: [SeriesInfo]) throws
    -> ResolvedPortfolio
  {
    var calendars: [Symbol: (calendar: TradingCalendar, assetClass: String)] = [:]
    for info in known { calendars[info.symbol] = (info.calendar, info.assetClass) }
    return try PortfolioFile.load(
      path: options.portfolio, overrides: options.settings,
      profile: options.profile, calendars: calendars)
  }

  /// The trainings of combinatorial cross-validation, where the file asks for it.
  func combinatorialPlan() throws -> CombinatorialPlan? {
    guard portfolio.split.cpcvGroups != nil else { return nil }
    return try CombinatorialPlan(portfolio, history: history, tables: tables)
  }

  /// The trained models of all folds, with the record of what they forecast.
  typealias Trained = (models: FoldModels, skill: SkillHistory)

  func trained() async throws -> Trained {
    let models = try ModelTrainer(portfolio, file: typed, store: store).load(plan)
    let skill = try await SkillHistory(
      portfolio, history: history, tables: tables, models: models, workers: workers)
    return (models, skill)
  }
}
