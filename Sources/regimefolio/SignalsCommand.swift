import ArgumentParser
import Engine
import Foundation
import Market
import Report
import Research
import SignalGraph
import Signals
import Store

struct SignalsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals",
    abstract: "Every node's and symbol's out-of-sample signals with the time they were known.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var portfolio: PortfolioOptions

  @Option(help: "Write nodes to FILE-nodes.csv and symbols to FILE-symbols.csv.")
  var csv: String?

  func run() async throws {
    let database = try common.openForReading()
    let workspace = try await Workspace(portfolio, common, database: database)
    let (models, skill) = try await workspace.trained()
    let outcome = try await Backtest(
      workspace.portfolio, history: workspace.history, plan: workspace.plan, models: models,
      skill: skill, workers: workspace.workers
    ).run()
    let nodes = SignalTable.nodes(outcome.nodes)
    let symbols = SignalTable.symbols(outcome.signals)
    if common.json {
      try Output.text(
        JSONValue.object([
          "runHash": .string(outcome.run.hash), "nodes": nodes.json,
          "symbols": symbols.json,
        ]).text)
    } else if let csv {
      let base = csv.hasSuffix(".csv") ? String(csv.dropLast(4)) : csv
      try TextFile.write(nodes.csv, to: "\(base)-nodes.csv")
      try TextFile.write(symbols.csv, to: "\(base)-symbols.csv")
      try Output.line("wrote \(base)-nodes.csv and \(base)-symbols.csv")
    } else {
      try Output.text(nodes.csv)
      try Output.line("")
      try Output.text(symbols.csv)
    }
  }
}
