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

      --variant all runs the file under every profile and prints them in one table; each counts as a \
      trial. --variant NAME is the same as --profile NAME.
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

  func validate() throws {
    if weights != nil, html != nil {
      throw ValidationError("--html is for a portfolio's own backtest, not for --weights")
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
    if let weights {
      try await replay(weights)
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
    let result = try await BacktestStep.run(workspace)
    if let equity { try EquityFile.write(result.run, to: equity) }
    if let html { try TextFile.write(HTMLReport.backtest(result.report), to: html) }
    if common.json {
      try Output.text(JSONReport.backtest(result.report))
    } else {
      try Output.text(
        TerminalReport.backtest(
          result.report, reportPath: html, useColour: common.useColour))
      if let equity { try Output.line("equity: \(equity)") }
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

  private func replay(_ file: String) async throws {
    let database = try common.openForReading()
    let known = try database.series()
    let portfolio = try Workspace.resolve(portfolio, known: known).portfolio
    let bars = PrimaryBars(of: portfolio.symbols, portfolio.primary, in: database, known: known)
    let grid = BarGrid(try portfolio.symbols.map { try bars.series($0) })
    let weights = try WeightsFile.read(file, grid: grid)
    let loop = StepLoop(grid: grid, costs: portfolio.costs, capital: portfolio.capital)
    let run = try await loop.run(0..<grid.times.count, WeightReplay(weights))
    if let equity { try EquityFile.write(run, to: equity) }
    let last = run.equity[run.equity.count - 1]
    if common.json {
      try Output.text(
        JSONValue.object([
          "runHash": .string(run.hash), "bars": .integer(Int64(run.times.count)),
          "orders": .integer(Int64(run.orders.count)), "fills": .integer(Int64(run.fills.count)),
          "finalEquity": .number(last),
        ]).text)
    } else {
      try Output.line(
        "replayed \(counted(weights.count, "decision")) over "
          + "\(counted(run.times.count, "bar")) of \(grid.timeframe)")
      try Output.line("fills \(run.fills.count), final equity \(last) from \(run.startCapital)")
      try Output.line("run hash \(run.hash)")
      if let equity { try Output.line("equity: \(equity)") }
    }
  }
}
