import ArgumentParser
import Foundation
import Report
import Research
import Store

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Ingest the sample, train, backtest out of sample, allocate, write the reports.")

  @OptionGroup var common: CommonOptions

  @Option(help: "The folder of sample bars.")
  var sample: String = "db/sample"

  @Option(help: "The folder to write the reports to.")
  var out: String = "reports"

  private static let portfolios = ["portfolios/crypto.yaml", "portfolios/crypto-in-out.yaml"]

  func run() async throws {
    try await ingest()
    var files: [String] = []
    for path in DemoCommand.portfolios {
      common.note("== \(path)")
      let options = try PortfolioOptions.parse([path])
      let workspace = try await Workspace(
        options, common, database: try common.openForWriting())
      let training = try await TrainingStep.run(workspace, quiet: common.quiet)
      common.note("\(training.written) models trained, \(training.reused) there already")
      let result = try await BacktestStep.run(workspace, trained: training.trained)
      print(
        TerminalReport.backtest(result.report, useColour: common.useColour), terminator: "")
      files += try await ReportFiles.write(result.report, workspace, to: out)
    }
    print("reports:")
    for file in files { print("  \(file)") }
  }

  private func ingest() async throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: sample)
        .filter { $0.hasSuffix(".csv") }.sorted()
    } catch {
      throw Failure("\(sample): no such folder; run the demo where the repository was cloned to")
    }
    let database = try common.openForWriting()
    for name in names {
      let report = try database.ingest("\(sample)/\(name)", options: IngestOptions())
      for line in IngestText.lines(report) { common.note(line) }
    }
  }
}
