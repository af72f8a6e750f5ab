import Allocation
import Engine
import Market
import PortfolioFile
import Research
import SignalGraph
import Signals
import Store
import Trading

/// A run of what the user gives, without models, allocation and limits: target weights, or a column that
/// opens positions. Symbols of several calendars may take part.
struct GivenRun {
  /// A run on which two engines agree, where both know its settings.
  struct Outcome {
    let run: EngineRun
    /// What was done: `replayed 3 decisions`.
    let what: String
    let agreement: EngineAgreement
  }

  let grid: BarGrid
  private let resolved: ResolvedPortfolio
  private let file: String
  private let database: BarDatabase
  private let known: [SeriesInfo]

  var portfolio: Portfolio { resolved.portfolio }

  init(_ options: PortfolioOptions, _ common: CommonOptions) throws {
    database = try common.openForReading()
    known = try database.series()
    file = options.portfolio
    resolved = try Workspace.resolve(options, known: known)
    let portfolio = resolved.portfolio
    let bars = PrimaryBars(of: portfolio.symbols, portfolio.primary, in: database, known: known)
    grid = BarGrid(try portfolio.symbols.map { try bars.series($0) })
  }

  /// Whether a backtest is one of these: weights are given, or the file names a column.
  static func isGiven(_ options: PortfolioOptions, weights: String?, _ common: CommonOptions)
    async throws -> Bool
  {
    if weights != nil { return true }
    let known = try common.openForWriting().series()
    return try Workspace.resolve(options, known: known).portfolio.opensByColumn
  }

  private func column(_ name: String, _ symbol: Symbol) throws -> ExtraColumn {
    try ExtraColumns.read(
      [name], NodeKey(symbol, portfolio.primary), primary: portfolio.primary, known: known,
      file: file, database: database)[0]
  }

  private func loop() throws -> StepLoop {
    var splits: [Split] = []
    if let name = portfolio.capital.splits {
      for symbol in portfolio.symbols {
        let announced = try column(name, symbol)
        for (time, ratio) in zip(announced.knownAt, announced.values) where ratio != 1 {
          guard ratio > 0 else {
            throw Failure("\(symbol) at \(time): a split by \(ratio); write 1 where there is none")
          }
          splits.append(Split(symbol: symbol, time: time, ratio: ratio))
        }
      }
    }
    return StepLoop(
      grid: grid, costs: portfolio.costs, capital: portfolio.capital, splits: splits)
  }

  /// Replays the target weights of a file.
  func replay(_ weightsFile: String) throws -> Outcome {
    let weights = try WeightsFile.read(
      weightsFile, grid: grid, leverage: portfolio.capital.leverage)
    let loop = try self.loop()
    let replay = WeightReplay(weights)
    let run = try loop.run(0..<grid.times.count, replay)
    return Outcome(
      run: run, what: "replayed \(counted(weights.count, "decision"))",
      agreement: try EngineAgreement.check(run, of: loop, replay))
  }

  /// A value that is known between two closes would never be asked for.
  private func requireCloses(_ symbol: Symbol, _ column: ExtraColumn) throws {
    guard let series = grid.series.first(where: { $0.symbol == symbol }) else { return }
    for (known, value) in zip(column.knownAt, column.values) where value != 0 {
      let bar = series.countKnown(at: known) - 1
      guard bar < 0 || series.knownAt(bar) != known else { continue }
      throw Failure(
        "\(symbol): the column of 'entry.signal' has a value at \(known), where no bar of "
          + "\(portfolio.primary) closes; write signals on the bars of \(portfolio.primary)")
    }
  }

  /// The column of each symbol that opens its positions.
  private func signals() throws -> [ExtraColumn] {
    try portfolio.symbols.map { try column(portfolio.entry(for: $0).signal ?? "", $0) }
  }

  /// Opens positions where the column says so.
  func rules() throws -> Outcome {
    let symbols = portfolio.symbols
    guard portfolio.positionSize.rule != .allocation else {
      throw Failure(
        "\(file): 'entry.signal' opens positions without an allocation; set 'sizing.rule' to notional "
          + "or fixed")
    }
    for symbol in symbols {
      guard let needed = portfolio.exit(for: symbol).ruleOfModels else { continue }
      throw Failure(
        "\(file): 'exit.\(needed)' needs a model's signals, which there are none of with "
          + "'entry.signal'")
    }
    let signals = try self.signals()
    for (symbol, column) in zip(symbols, signals) { try requireCloses(symbol, column) }
    let rules = SignalRules(
      signals: signals, entry: symbols.map { portfolio.entry(for: $0) },
      exit: symbols.map { portfolio.exit(for: $0) }, size: portfolio.positionSize,
      bases: symbols.map { portfolio.sizing(for: $0).base })
    let loop = try self.loop()
    let run = try loop.run(0..<grid.times.count, rules)
    return Outcome(
      run: run, what: "opened \(counted(run.orders.count { $0.reason == "signal" }, "position"))",
      agreement: try EngineAgreement.check(run, of: loop, rules))
  }

  /// Counts a run of rules as a trial. Replayed weights were chosen elsewhere, where no one counts.
  func count(_ run: EngineRun, in database: BarDatabase) throws {
    // The run's hash stands for the bars and columns that it depends on.
    let inputs =
      RunInputs.versions + RunInputs.settings(resolved) + [BacktestReport.Entry("run", run.hash)]
    let columns = try RunInputs.columns(
      zip(portfolio.symbols, signals()).map { (reader: $0.name, column: $1) },
      until: run.knownAt[run.knownAt.count - 1], in: database)
    let sample = TrialSample(
      run, of: portfolio, settings: RunInputs.tried(resolved, columns), columns: columns)
    try database.recordTrial(
      StoredTrial(
        portfolio: portfolio.name, key: RunInputs.key(inputs), kind: "rules",
        objective: try portfolio.sharpePerStep(run),
        specJSON: try sample.specJSON))
  }
}

extension ExitSettings {
  /// The first of the rules that cannot be checked on fill price and closes alone; nil when all can.
  fileprivate var ruleOfModels: String? {
    if let level = Level.allCases.first(where: { byState[$0] != nil }) { return level.rawValue }
    let rules: [(name: String, isOn: Bool)] = [
      ("atr_targets", !atrTargets.isEmpty), ("atr_stop", atrStop != nil),
      ("sigma_stop", sigmaStop != nil), ("atr_trailing", atrTrailing != nil),
      ("breakeven", breakeven != nil), ("regime_change", regimeChange != nil),
      ("reversal", reversal != nil), ("low_confidence", lowConfidence != nil),
      ("averages", averages != nil), ("rsi", extremes.rsi != nil),
      ("bollinger", extremes.bollinger != nil),
      ("breakdown", breaks.breakdown != nil), ("macd_breakdown", breaks.macdBreakdown != nil),
      ("rejection", breaks.rejection != nil),
    ]
    if case .byState = maxBars { return "max_bars" }
    return rules.first(where: \.isOn)?.name
  }
}
