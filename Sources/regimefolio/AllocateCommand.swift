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
  var asOf: String?

  @Option(help: "What is held: a CSV of symbol,quantity; the line CASH is in currency.")
  var holdings: String?

  @Option(help: "Fail when the data are older than this many days.")
  var maxAge: Double?

  @Option(help: "Write the report to this HTML file.")
  var html: String?

  func run() async throws {
    let database = try common.openForWriting()
    let workspace = try await Workspace(portfolio, common, database: database)
    let report = try await AllocationStep.run(
      workspace, asOf: try asOfTime(), holdings: holdings, maxAge: maxAge)
    if let html { try TextFile.write(HTMLReport.allocation(report), to: html) }
    if common.json {
      print(JSONReport.allocation(report), terminator: "")
    } else {
      print(
        TerminalReport.allocation(report, useColour: common.useColour), terminator: "")
      if let html { print("report: \(html)") }
    }
  }

  private func asOfTime() throws -> Timestamp? {
    guard let asOf else { return nil }
    guard let time = Timestamp(iso: asOf) else {
      throw ValidationError("--as-of \(asOf): write a time such as 2019-06-01 or 2019-06-01T12:00Z")
    }
    return time
  }
}
