import ArgumentParser
import Foundation
import Report
import Research

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the backtest and the allocation of a portfolio as HTML files.",
    discussion: """
      The allocation is not taken as carried out: the next `allocate` does not start from it. Its \
      trades start as those of `allocate` do.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var portfolio: PortfolioOptions

  @Option(help: "The folder to write to.")
  var out: String = "reports"

  @Option(help: "What is held: a CSV of symbol,quantity; the line CASH is in currency.")
  var holdings: String?

  func run() async throws {
    let database = try common.openForWriting()
    let workspace = try await Workspace(portfolio, common, database: database)
    let report = try await BacktestStep.run(workspace).report
    let files = try await ReportFiles.write(report, workspace, to: out, holdings: holdings)
    if common.json {
      try Output.text(
        JSONValue.object([
          "runHash": .string(report.runHash), "files": .array(files.map { .string($0) }),
        ]).text)
    } else {
      for file in files { try Output.line(file) }
    }
  }
}
