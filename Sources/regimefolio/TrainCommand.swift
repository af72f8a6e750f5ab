import ArgumentParser
import Foundation
import Market
import Models
import Report
import Research
import SignalGraph
import Signals
import Store

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Fit the models of a portfolio: every fold, then the serving ones.",
    discussion: """
      A model is named by the hash of all it depends on and is never trained twice. Training can be \
      stopped at any time; what is finished is kept.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var portfolio: PortfolioOptions

  func run() async throws {
    let database = try common.openForWriting()
    let workspace = try await Workspace(portfolio, common, database: database)
    let outcome = try await TrainingStep.run(workspace, quiet: common.quiet)
    if common.json {
      try Output.text(
        JSONValue.object([
          "trained": .integer(Int64(outcome.written)), "reused": .integer(Int64(outcome.reused)),
          "models": .string(common.models),
          "excluded": .array(outcome.excluded.map { .string($0) }),
          "warnings": .array(outcome.warnings.map { .string($0) }),
          "notes": .array(outcome.notes.map { .string($0) }),
        ]).text)
    } else if !common.quiet {
      for line in outcome.excluded { try Output.line(line) }
      try Output.line(
        "\(counted(outcome.written, "model")) trained, \(outcome.reused) there already")
      for line in outcome.gates + outcome.notes { try Output.line(line) }
      for line in outcome.warnings { try Output.line("warning: \(line)") }
      try Output.line("next: regimefolio backtest \(portfolio.portfolio)")
    }
  }
}
