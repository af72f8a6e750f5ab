import ArgumentParser
import Foundation
import Research

/// The command line: the only place with a clock, the environment and exit codes.
@main
struct Regimefolio: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regimefolio",
    abstract: "Regime-aware portfolios: ingest bars, train, backtest out of sample, allocate.",
    discussion: """
      Exit codes: 0 good, 1 a failure you can mend, 2 a usage error, 75 try again.
      """,
    version: "regimefolio \(softwareVersion)",
    subcommands: [
      InitCommand.self, IngestCommand.self, DataCommand.self, CheckCommand.self,
      TrainCommand.self, ModelsCommand.self, SignalsCommand.self, BacktestCommand.self,
      AllocateCommand.self, ReportCommand.self, VerifyCommand.self, DemoCommand.self,
      SimulateCommand.self, EvidenceCommand.self,
    ])

  static func main() async {
    do {
      try InstructionSetChoice.apply()
      try CommandName.check(CommandLine.arguments, of: Self.self)
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Foundation.exit(Failure.report(error, of: Self.self))
    }
  }
}
