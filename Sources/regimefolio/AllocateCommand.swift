import Allocation
import ArgumentParser
import Foundation
import Market
import Report
import Research
import SignalGraph
import Store
import Trading

struct AllocateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allocate", abstract: "What to hold now, why, and the trades that lead there.",
    discussion: """
      Now is the last close among the portfolio's bars, or --as-of. Trades start from --holdings (a \
      CSV of symbol,quantity with a line CASH), else from the previous allocation at current prices, \
      else from cash.

      The answer at the last close is taken as carried out: the next allocation starts from it, unless \
      --dry-run. One at an earlier close is a look back and is not, unless --carry-out. Another file of \
      the same name does not start from it; a file that was moved or renamed does with --moved-from.

      --returns FILE --method M in place of a portfolio asks what a method and limits (--set \
      limits.per_symbol=0.2) would hold of assets whose returns stand in a CSV: a column of dates, a \
      column an asset.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "A portfolio file, such as portfolios/crypto.yaml.")
  var portfolio: String?

  @Option(name: .customLong("set"), help: "Set a key of the portfolio file: key=value. Repeatable.")
  var settings: [String] = []

  @Option(help: "Take this profile instead of the file's.")
  var profile: Portfolio.Profile?

  @Option(help: "Size assets by the returns in this CSV, without a portfolio or models.")
  var returns: String?

  @Option(help: "With --returns: how to size, a name of allocation.prior.")
  var method: String?

  @Option(help: "With --returns: how many returns make a year; else counted from the dates.")
  var periodsPerYear: Double?

  @Option(help: "Decide at the last close known at this time (ISO, UTC).")
  var asOf: Timestamp?

  @Option(help: "What is held: a CSV of symbol,quantity; the line CASH is in currency.")
  var holdings: String?

  @Option(help: "Where the portfolio's file was before it was moved: go on from its allocations.")
  var movedFrom: String?

  @Option(help: "Fail when the data are older than this many days.")
  var maxAge: Int?

  @Flag(help: "Do not take the answer as carried out: the next allocation does not start from it.")
  var dryRun = false

  @Flag(help: "Take the answer as carried out though --as-of lies in the past.")
  var carryOut = false

  @Option(help: "Write the report to this HTML file.")
  var html: String?

  @Option(help: "Write a line a symbol to this CSV file.")
  var csv: String?

  func validate() throws {
    if let maxAge, maxAge < 0 { throw ValidationError("--max-age is a number of days from 0 on") }
    if let periodsPerYear, !(periodsPerYear > 0 && periodsPerYear.isFinite) {
      throw ValidationError("--periods-per-year \(periodsPerYear): must be above 0 and finite")
    }
    if dryRun, carryOut { throw ValidationError("--dry-run and --carry-out exclude each other") }
    if holdings != nil, movedFrom != nil {
      throw ValidationError("--holdings and --moved-from both say what is held; use one of them")
    }
    guard returns != nil else {
      guard portfolio != nil else {
        throw ValidationError("Missing expected argument '<portfolio>'")
      }
      guard method == nil, periodsPerYear == nil else {
        throw ValidationError("--method and --periods-per-year go with --returns")
      }
      return
    }
    guard method != nil else { throw ValidationError("--returns needs --method") }
    guard portfolio == nil, asOf == nil, holdings == nil, movedFrom == nil, maxAge == nil,
      profile == nil, !carryOut
    else {
      throw ValidationError(
        "--returns stands alone: no portfolio, --as-of, --holdings, --moved-from, --max-age, "
          + "--profile or --carry-out")
    }
  }

  func run() async throws {
    if let returns, let method {
      try tell(
        ReturnsStep.run(
          returns, method: method, settings: settings, periodsPerYear: periodsPerYear))
      return
    }
    var options = PortfolioOptions()
    (options.portfolio, options.settings, options.profile) = (portfolio ?? "", settings, profile)
    let database = dryRun ? try common.openForReading() : try common.openForWriting()
    let workspace = try await Workspace(options, common, database: database)
    var report = try await AllocationStep.run(
      workspace, asOf: asOf, holdings: holdings, movedFrom: movedFrom, maxAge: maxAge)
    let isPast = !AllocationStep.isLatest(report, in: workspace)
    report.isCarriedOut = !dryRun && (!isPast || carryOut)
    try tell(report)
    // Last: what could not be told has not been carried out.
    if report.isCarriedOut {
      try AllocationStep.remember(report, of: workspace, movedFrom: movedFrom)
    }
    guard !common.json else { return }
    if report.isCarriedOut {
      try Output.line("the next allocation starts from this one (--dry-run: not)")
    } else if isPast, !dryRun {
      try Output.line("not taken as carried out: --as-of lies in the past (--carry-out: it is)")
    }
  }

  private func tell(_ report: AllocationReport) throws {
    if let csv { try TextFile.write(CSVReport.allocation(report), to: csv) }
    if let html { try TextFile.write(HTMLReport.allocation(report), to: html) }
    if common.json {
      try Output.text(JSONReport.allocation(report))
    } else {
      try Output.text(TerminalReport.allocation(report, useColour: common.useColour))
      if let html { try Output.line("report: \(html)") }
    }
  }
}
