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
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var portfolio: PortfolioOptions

  @Option(help: "Decide at the last close known at this time (ISO, UTC).")
  var asOf: Timestamp?

  @Option(help: "What is held: a CSV of symbol,quantity; the line CASH is in currency.")
  var holdings: String?

  @Option(help: "Fail when the data are older than this many days.")
  var maxAge: Int?

  @Flag(help: "Do not take the answer as carried out: the next allocation does not start from it.")
  var dryRun = false

  @Option(help: "Write the report to this HTML file.")
  var html: String?

  func validate() throws {
    if let maxAge, maxAge < 0 { throw ValidationError("--max-age is a number of days from 0 on") }
  }

  func run() async throws {
    let database = try common.openForWriting()
    let workspace = try await Workspace(portfolio, common, database: database)
    let report = try await AllocationStep.run(
      workspace, asOf: asOf, holdings: holdings, maxAge: maxAge, isRemembered: !dryRun)
    if let html { try TextFile.write(HTMLReport.allocation(report), to: html) }
    if common.json {
      try Output.text(JSONReport.allocation(report))
    } else {
      try Output.text(TerminalReport.allocation(report, useColour: common.useColour))
      if let html { try Output.line("report: \(html)") }
    }
  }
}
