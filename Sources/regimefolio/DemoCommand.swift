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
      common.note(
        "\(counted(training.written, "model")) trained, \(training.reused) there already")
      let result = try await BacktestStep.run(workspace, trained: training.trained)
      try Output.text(
        TerminalReport.backtest(result.report, useColour: common.useColour))
      files += try await ReportFiles.write(result.report, workspace, to: out)
    }
    try Output.line("reports:")
    for file in files { try Output.line("  \(file)") }
  }

  private func ingest() async throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: sample)
        .filter { $0.hasSuffix(".csv") }.sorted()
    } catch {
      throw Failure("\(sample): no such folder; run the demo where the repository was cloned to")
    }
    let database = try common.openOrCreate()
    for name in names {
      let report = try database.ingest("\(sample)/\(name)", options: IngestOptions(now: .clock))
      for line in IngestText.counts(report) + IngestText.rejects(report) { common.note(line) }
    }
  }
}
