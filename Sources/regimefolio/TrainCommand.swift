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
      stopped at any time, kill -9 included: what is finished is kept, what is under way goes on from \
      its last checkpoint, and the models come out the same to the last bit.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var portfolio: PortfolioOptions

  @Flag(help: "Print a line to stderr for each model and each resumption.")
  var verbose = false

  func run() async throws {
    let database = try common.openForWriting()
    let workspace = try await Workspace(portfolio, common, database: database)
    let outcome = try await TrainingStep.run(
      workspace, quiet: common.quiet, verbose: verbose)
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
      try Output.line("next: regimefolio backtest \(portfolio.typed)")
    }
  }
}
