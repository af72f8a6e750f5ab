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
  static func run(
    _ workspace: Workspace, asOf: Timestamp? = nil, holdings: String? = nil, maxAge: Int? = nil
  ) async throws -> AllocationReport {
    let portfolio = workspace.portfolio
    let history = asOf.map { workspace.history.known(at: $0) } ?? workspace.history
    // That time may lie in a hole of the slower bars.
    if asOf != nil { try Workspace.requireCurrent(history, file: workspace.file) }
    let serving = try ServingModels(
      portfolio, file: workspace.typed, plan: workspace.plan, store: workspace.store)
    let run = AllocationRun(
      portfolio, history: history, serving: serving, workers: workspace.workers)
    let now = run.now
    guard run.prices.contains(where: { $0 != nil }) else {
      throw Failure(
        "no bar is known at \(asOf?.description ?? "this time"); choose a later --as-of")
    }
    var notes = workspace.excluded
    let age = Date().timeIntervalSince1970 - Double(now.milliseconds) / 1000
    let days = age / 86_400
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
    let (filled, heldFrom) = try held(
      book, workspace: workspace, history: history, now: now, holdings: holdings)
    return try await run.report(book: filled, heldFrom: heldFrom, notes: notes)
  }

  /// Takes an allocation as carried out: the next one starts from it.
  static func remember(_ report: AllocationReport, in database: BarDatabase) throws {
    try database.recordRun(
      key: key(report), kind: "allocate", portfolio: report.portfolioName, started: report.asOf,
      ended: report.asOf, runHash: report.runHash, summaryJSON: "{}",
      equity: [(report.asOf, report.equity)],
      allocations: report.rows.map { row in
        StoredAllocation(
          time: report.asOf, symbol: row.symbol, weight: row.line.target, json: "{}")
      })
  }

  private static func held(
    _ book: Book, workspace: Workspace, history: MarketHistory, now: Timestamp, holdings: String?
  ) throws -> (book: Book, from: String) {
    let capital = workspace.portfolio.capital.cash
    if let holdings {
      return (try HoldingsFile.read(holdings, into: book), "holdings file \(holdings)")
    }
    let previous = try workspace.database.latestAllocation(
      portfolio: workspace.portfolio.name, before: now)
    guard let previous else {
      return (book.holding([:], cash: capital), "cash")
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
    return (
      book.holding(quantities, cash: cash), "allocation of \(previous.time) at current prices"
    )
  }

  private static func key(_ report: AllocationReport) -> String {
    var sha = SHA256()
    sha.update(report.portfolioName)
    sha.update(report.runHash)
    // The run hash is of weights; what they are fractions of is held, too.
    sha.update(report.equity)
    return sha.hex()
  }
}
