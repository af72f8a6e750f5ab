import Allocation
import Foundation
import Kernels
import Market
import Research
import SignalGraph
import Store
import Trading

/// An allocation as the commands share it: what is held, decide, remember.
enum AllocationStep {
  /// Decides. The next allocation starts from this one only where it is remembered.
  /// - Parameter origin: where the portfolio's file was before it was moved.
  static func run(
    _ workspace: Workspace, asOf: Timestamp? = nil, holdings: String? = nil,
    movedFrom origin: String? = nil, maxAge: Int? = nil
  ) async throws -> AllocationReport {
    let portfolio = workspace.portfolio
    let history = asOf.map { workspace.history.known(at: $0) } ?? workspace.history
    let clock = Timestamp.clock
    // What a bar of the future says, a trade of today cannot know.
    if let last = history.lastClose, last > clock {
      throw Failure(
        "the bars end at \(last), which has not come yet; give --as-of with a time that has, or drop "
          + "those bars: ingest what has closed into another database (--db)")
    }
    // That time may lie in a hole of the slower bars, or after an end of tests that they reached.
    try Workspace.requireCurrent(history, file: workspace.file)
    let serving = try ServingModels(
      portfolio, file: workspace.typed, plan: workspace.plan, store: workspace.store)
    let run = AllocationRun(
      portfolio, history: history, serving: serving, workers: workspace.workers)
    let now = run.now
    guard run.prices.contains(where: { $0 != nil }) else {
      throw Failure(
        "no bar is known at \(asOf?.description ?? "this time"); choose a later --as-of")
    }
    var notes = workspace.excluded + workspace.history.silentExits(of: workspace.portfolio)
    let days = Double(clock - now) / Double(Timestamp.millisecondsPerDay)
    if days > 1 { notes.append("data is \(Int(days)) d old") }
    if let asOf, asOf > now + portfolio.primary.milliseconds {
      notes.append("no bar closes between \(now) and \(asOf)")
    }
    if let maxAge, days > Double(maxAge) {
      throw Failure(
        "the data is \(Int(days)) d old, more than --max-age \(maxAge); ingest new bars")
    }
    var book = Book(symbols: history.symbols, cash: 0)
    for (index, price) in run.prices.enumerated() {
      if let price { book.mark(index, at: price) }
    }
    let held = try held(
      book, workspace: workspace, history: history, now: now, holdings: holdings,
      movedFrom: origin)
    let limits = portfolio.limits
    if holdings != nil, limits.turnover != nil || limits.trading.liquidity != nil {
      notes.append(
        "holdings do not tell which trade limits.turnover or limits.liquidity has slowed: inside the"
          + " band it is not finished")
    }
    var report = try await run.report(
      book: held.book, unfinished: held.unfinished, heldFrom: held.from, notes: notes)
    report.inputs = inputs(workspace, history, serving, until: now)
    return report
  }

  /// Digests of the bars, ids of the serving models, settings and versions.
  private static func inputs(
    _ workspace: Workspace, _ history: MarketHistory, _ serving: ServingModels,
    until now: Timestamp
  ) -> [BacktestReport.Entry] {
    let models = serving.nodes.sorted { $0.key < $1.key }.map { key, node in
      BacktestReport.Entry("model \(key)", node.id, detail: "trained to \(node.trainedTo)")
    }
    let settings = RunInputs.key(RunInputs.settings(workspace.resolved))
    return RunInputs.versions + RunInputs.bars(history, until: now) + models
      + [BacktestReport.Entry("settings", settings)]
  }

  /// Whether a decision is of the last close that there is; of an earlier one it is a look back.
  static func isLatest(_ report: AllocationReport, in workspace: Workspace) -> Bool {
    report.asOf == workspace.history.lastClose
  }

  /// What is remembered of a symbol beside its weight.
  private struct Detail: Codable {
    /// Whether a limit has left a part of the trade to the next decision; nil is no.
    var isUnfinished: Bool?
  }

  /// Takes an allocation as carried out: the next one starts from it.
  /// - Parameter origin: where the portfolio's file was before it was moved; what was allocated there is its
  ///   own from now on.
  static func remember(
    _ report: AllocationReport, of workspace: Workspace, movedFrom origin: String? = nil
  ) throws {
    let database = workspace.database
    let place = PortfolioPlace(workspace.file, database)
    if let origin {
      let old = PortfolioPlace(origin, database)
      try database.handOver(
        kind: "allocate", of: old.name, summaryJSON: old.summaryJSON, to: report.portfolioName,
        summaryJSON: place.summaryJSON)
    }
    let encoder = JSONEncoder()
    try database.recordRun(
      key: key(report, place), kind: "allocate", portfolio: report.portfolioName,
      started: report.asOf, ended: report.asOf, runHash: report.runHash,
      summaryJSON: place.summaryJSON, equity: [(report.asOf, report.equity)],
      allocations: try report.rows.map { row in
        let detail = try encoder.encode(
          Detail(isUnfinished: row.line.isLeftUnfinished ? true : nil))
        return StoredAllocation(
          time: report.asOf, symbol: row.symbol, weight: row.line.target,
          json: String(decoding: detail, as: UTF8.self))
      })
  }

  private typealias Previous = (
    time: Timestamp, equity: Double?, weights: [(symbol: Symbol, weight: Double)],
    details: [Symbol: String], summaryJSON: String
  )

  /// The last allocation before a close of the portfolio's file or, where none says of what file it is, of
  /// its name. Another file's holdings are not taken for this one's.
  private static func previous(
    _ workspace: Workspace, before now: Timestamp, movedFrom origin: String?
  ) throws -> Previous? {
    let database = workspace.database
    let place = PortfolioPlace(workspace.file, database)
    if let origin {
      let old = PortfolioPlace(origin, database)
      // A file that stands there is another one, with a book of its own.
      if old.file != place.file, FileManager.default.fileExists(atPath: origin) {
        throw Failure(
          "\(origin) is there, so that it is not the file that was moved to \(workspace.file); leave "
            + "--moved-from out, or give --holdings FILE for what is held")
      }
      return try previous(of: place, or: old, before: now, database)
    }
    let (own, latest, other) = try lasts(of: place, before: now, database)
    if own != nil { return own }
    guard let latest, let other else { return latest }
    throw Failure(
      "the allocation of \(latest.time) is of \(other.file), another file called \(place.name): give "
        + "--holdings FILE for what is held, or rename \(workspace.file); if that file was moved here, "
        + "`regimefolio allocate \(workspace.typed) --moved-from \(other.file.shellWord)` goes on "
        + "from it")
  }

  /// The last allocation before a close of the place where a file was or, where those were handed over
  /// already, of the file itself; nil where all of them are of this close or later, as without a move.
  private static func previous(
    of place: PortfolioPlace, or old: PortfolioPlace, before now: Timestamp,
    _ database: BarDatabase
  ) throws -> Previous? {
    for candidate in [old, place] {
      let own = try lasts(of: candidate, before: now, database).own
      if own != nil { return own }
    }
    let isKnown = try [old, place].contains {
      try database.latestAllocation(portfolio: $0.name, summaryJSON: $0.summaryJSON) != nil
    }
    guard isKnown else {
      throw Failure(
        "no allocation of \(old.file) is in \(database.path); give --holdings FILE, or the file that "
          + "it was")
    }
    return nil
  }

  /// The last allocation of a place before a close, the last one of its name, and of what file that one is.
  private static func lasts(
    of place: PortfolioPlace, before now: Timestamp, _ database: BarDatabase
  ) throws -> (own: Previous?, latest: Previous?, other: PortfolioPlace?) {
    let latest = try database.latestAllocation(portfolio: place.name, before: now)
    // Whose the latest is must be told, for it may be this file's beside an earlier one.
    let other = try latest.flatMap {
      try PortfolioPlace(
        allocation: $0.time, summaryJSON: $0.summaryJSON, name: place.name, database)
    }
    let own = try database.latestAllocation(
      portfolio: place.name, before: now, summaryJSON: place.summaryJSON)
    return (own, latest, other)
  }

  /// What is held, where that is known from, and whose trade has been left in part.
  private static func held(
    _ book: Book, workspace: Workspace, history: MarketHistory, now: Timestamp, holdings: String?,
    movedFrom origin: String?
  ) throws -> (book: Book, from: String, unfinished: Set<Symbol>) {
    let capital = workspace.portfolio.capital.cash
    if let holdings {
      return (try HoldingsFile.read(holdings, into: book), "holdings file \(holdings)", [])
    }
    let last = try AllocationStep.previous(workspace, before: now, movedFrom: origin)
    guard let previous = last else {
      return (book.holding([:], cash: capital), "cash", [])
    }
    // The quantities that the previous weights bought at their own prices.
    var quantities: [Symbol: Double] = [:]
    let equity = previous.equity ?? capital
    var cash = equity
    for (symbol, weight) in previous.weights where weight != 0 {
      let what = "the allocation of \(previous.time) holds \(symbol), which"
      guard history.symbols.contains(symbol) else {
        throw Failure(
          "\(what) takes no part in \(workspace.portfolio.name) now; sell it and give --holdings FILE, "
            + "or add it")
      }
      let series = history.series(NodeKey(symbol, workspace.portfolio.primary))
      let known = series.countKnown(at: previous.time)
      guard known > 0 else {
        throw Failure("\(what) has no bar by then; ingest its bars, or give --holdings FILE")
      }
      quantities[symbol] = weight * equity / series.closes[known - 1]
      cash -= weight * equity
    }
    let decoder = JSONDecoder()
    let unfinished = try previous.details.filter { _, json in
      try decoder.decode(Detail.self, from: Data(json.utf8)).isUnfinished ?? false
    }
    return (
      book.holding(quantities, cash: cash), "allocation of \(previous.time) at current prices",
      Set(unfinished.keys)
    )
  }

  private static func key(_ report: AllocationReport, _ place: PortfolioPlace) throws -> String {
    var sha = SHA256()
    sha.update(report.portfolioName)
    // Two files of one name may hold the same, each its own.
    sha.update(try place.summaryJSON)
    sha.update(report.runHash)
    // The run hash is of weights; what they are fractions of is held, too.
    sha.update(report.equity)
    // So is what is left to the next decision.
    for row in report.rows where row.line.isLeftUnfinished { sha.update(row.symbol.name) }
    return sha.hex()
  }
}
