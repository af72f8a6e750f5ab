import Allocation
import ArgumentParser
import Engine
import Foundation
import Kernels
import Market
import PortfolioFile
import Report
import Research
import SignalGraph
import Statistics
import Store
import Trading

struct BacktestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Run a portfolio out of sample, beside baselines at the same costs.",
    discussion: """
      With --weights FILE the given target weights are replayed instead: no models, no limits. The \
      file starts with decision_bar_index,SYM,... (0-based primary bar) or time,SYM,... (that bar's \
      open); a time without a row holds. --equity FILE writes ts_open,equity.

      A file with entry.signal: NAME opens positions where the column NAME of the ingested bars says so \
      and closes them by its exit rules; it needs no models either. A second engine runs the same weights or \
      column where it knows the settings; where the two differ, nothing is published.

      Each run is a trial of its symbols and dates, whatever its file is called: of such a column, and \
      under the other allocation.variance where the report shows one, too. The deflated Sharpe ratio \
      counts all that the database holds; a run repeated is no further trial, nor are the same settings over \
      newer bars. Columns of your own belong to the settings: changed in their past they are another trial.

      --variant all runs the file under every profile and prints them in one table; each counts as a \
      trial. --variant NAME is the same as --profile NAME.

      --ablation runs the file again without one of its parts at a time (each timeframe's forecasts \
      alone, regimes, all forecasts, limits), with the same models; each that is another run counts as \
      a trial.

      --export DIR writes trades, fills, orders, equity and weights as CSV and JSON, and the report as JSON.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var portfolio: PortfolioOptions

  @Option(help: "Run the file under this profile, or under all of them.")
  var variant: VariantChoice?

  @Option(help: "Replay the target weights of this CSV file.")
  var weights: String?

  @Option(help: "Write the equity curve to this CSV file: ts_open (epoch seconds), equity.")
  var equity: String?

  @Option(help: "Write the report to this HTML file.")
  var html: String?

  @Flag(help: "Also run the file without one of its parts at a time.")
  var ablation = false

  @Option(help: "Write trades, fills, orders, equity and weights to this folder, as CSV and JSON.")
  var export: String?

  func validate() throws {
    if weights != nil, html != nil {
      throw ValidationError("--html is for a portfolio's own backtest, not for --weights")
    }
    if weights != nil, ablation || export != nil {
      throw ValidationError(
        "--ablation and --export are for a portfolio's own rules, not for --weights")
    }
    if variant == .all, ablation || export != nil {
      throw ValidationError("--ablation and --export are for one run; name one --variant")
    }
    if variant != nil, weights != nil {
      throw ValidationError("--variant is for a portfolio's own rules, not for --weights")
    }
    if variant != nil, portfolio.profile != nil {
      throw ValidationError("--variant and --profile both name a profile; use one of them")
    }
    if variant == .all, equity != nil {
      throw ValidationError("--equity writes one curve; name one --variant")
    }
  }

  func run() async throws {
    if try await GivenRun.isGiven(portfolio, weights: weights, common) {
      try runAsGiven()
      return
    }
    let database = try common.openForWriting()
    if variant == .all {
      try await compare(database)
      return
    }
    var portfolio = portfolio
    if case .one(let profile) = variant { portfolio.profile = profile }
    let workspace = try await Workspace(portfolio, common, database: database)
    let result =
      ablation ? try await AblationStep.run(workspace) : try await BacktestStep.run(workspace)
    if let export { try RunFiles.write(result, to: export) }
    if let equity { try EquityFile.write(result.run, to: equity) }
    if let html { try TextFile.write(HTMLReport.backtest(result.report), to: html) }
    if common.json {
      try Output.text(JSONReport.backtest(result.report))
    } else {
      try Output.text(
        TerminalReport.backtest(
          result.report, reportPath: html, useColour: common.useColour))
      if let equity { try Output.line("equity: \(equity)") }
      if let export { try Output.line("export: \(export)") }
    }
  }

  private func compare(_ database: BarDatabase) async throws {
    let comparison = try await VariantStep.run(portfolio, common, database: database)
    if let html { try TextFile.write(HTMLReport.variants(comparison), to: html) }
    if common.json {
      try Output.text(JSONReport.variants(comparison))
    } else {
      try Output.text(
        TerminalReport.variants(comparison, reportPath: html, useColour: common.useColour))
    }
  }

  /// Replays weights, or runs rules on a column: nothing that needs a model.
  private func runAsGiven() throws {
    if html != nil || variant != nil || ablation || export != nil {
      throw Failure(
        "'entry.signal' has no report, no variants, no ablation and no export; --equity and --json tell "
          + "the run")
    }
    let given = try GivenRun(portfolio, common)
    let outcome = if let weights { try given.replay(weights) } else { try given.rules() }
    let run = outcome.run
    if weights == nil { try given.count(run, in: try common.openForWriting()) }
    if let equity { try EquityFile.write(run, to: equity) }
    let last = run.equity[run.equity.count - 1]
    if common.json {
      try Output.text(
        JSONValue.object([
          "runHash": .string(run.hash), "bars": .integer(Int64(run.times.count)),
          "orders": .integer(Int64(run.orders.count)), "fills": .integer(Int64(run.fills.count)),
          "finalEquity": .number(last), "secondEngine": outcome.agreement.json,
          "costs": .object([
            "fees": .number(run.book.fees), "slippage": .number(run.book.slippage),
            "spread": .number(run.book.spread), "impact": .number(run.book.impact),
            "borrow": .number(run.book.borrow), "funding": .number(run.book.funding),
            "writeOffs": .number(run.book.writeOffs), "interest": .number(run.book.interest),
          ]),
        ]).text)
    } else {
      try Output.line(
        "\(outcome.what) over \(counted(run.times.count, "bar")) of \(given.grid.timeframe)")
      try Output.line("fills \(run.fills.count), final equity \(last) from \(run.startCapital)")
      try Output.line(outcome.agreement.sentence)
      try Output.line("run hash \(run.hash)")
      if let equity { try Output.line("equity: \(equity)") }
    }
  }
}
