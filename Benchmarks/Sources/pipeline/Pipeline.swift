import Engine
import Foundation
import Market
import Models
import PortfolioFile
import Research
import SignalGraph
import Signals
import Store
import Trading

/// The whole path of one node by the product's library: a CSV into the database, indicators, regimes
/// and network on the first 90 % of the bars, one fit, then signals and the backtest over all of them.
///
///     pipeline CSV PORTFOLIO windowed|dense
///
/// The portfolio's settings, but as the Python stack beside it: five epochs, 72 % of the bars to train and
/// 18 % to choose the epoch by. No variance model is fitted, since that one has none. `windowed` trains
/// on windows of 60 as that one does; `dense` carries the state from bar to bar, as the product does.
@main
struct Pipeline {
  static func main() async {
    do {
      try await run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      exit(1)
    }
  }

  private static let settings = [
    "forecast.window=60", "forecast.epochs=5", "forecast.patience=15", "forecast.weight_decay=0",
    "split.folds=1", "split.inner_folds=0", "split.early_stopping=0.2", "split.embargo=1",
    "regime.restarts=1",
  ]

  private static func run(_ arguments: [String]) async throws {
    guard arguments.count == 3, ["windowed", "dense"].contains(arguments[2]) else { throw Usage() }
    let clock = Stages()
    let key = NodeKey("BTC", .h1)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("regimefolio-pipeline-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let database = try BarDatabase(path: folder.appendingPathComponent("bars.sqlite").path)
    try database.ingest(arguments[0])
    let series = try database.bars(key.symbol, key.timeframe)
    clock.stage("ingest and read \(series.count) bars")

    let count = series.count * 9 / 10
    let portfolio = try PortfolioFile.load(
      path: arguments[1],
      overrides: settings + ["forecast.mode=\(arguments[2])", "split.start=\(series.times[count])"]
    ).portfolio
    let history = try MarketHistory(
      symbols: [key.symbol], timeframes: [key.timeframe], primary: key.timeframe,
      risk: portfolio.riskTimeframe
    ) { symbol, timeframe in
      timeframe == key.timeframe
        ? series : BarSeries(symbol: symbol, timeframe: timeframe, calendar: series.calendar)
    }
    let tables = try await NodeTables(portfolio, history: history, workers: 1)
    clock.stage("features and observations")

    let plan = try TrainingPlan(portfolio, history: history, tables: tables)
    guard let job = plan.jobs.first(where: { $0.fold.kind == .outer }) else { throw Usage() }
    let fits = try await PoolTraining(portfolio).fit(
      [tables[key]], window: job.window, withForecast: job.withForecast, withVariance: false)
    clock.stage("fit regimes and network")

    let grid = history.grid
    let steps = 0..<grid.times.count
    let graph = PortfolioGraph(portfolio, history: history)
    let schedule = ModelSchedule([
      .init(
        from: .distantPast, model: fits[0].model,
        calibration: Calibration(verdict: .off, weight: 1))
    ])
    let said = try await graph.signals { _ in schedule }
      .advance([key: Array(series)], at: steps.map(grid.knownAt), workers: 1)
    clock.stage("signals of every bar")

    let decisions = PortfolioRun(
      try graph.allocator(said.symbols.map(\.signals)), signals: said.symbols.map(\.signals),
      firstStep: 0)
    let loop = StepLoop(grid: grid, costs: portfolio.costs, capital: portfolio.capital)
    let run = try await loop.run(steps, decisions)
    clock.stage("backtest")
    let last = run.equity.last ?? portfolio.capital.cash
    print("\(run.fills.count) fills, equity \(last)")
  }
}

private struct Usage: Error, CustomStringConvertible {
  let description = "usage: pipeline CSV PORTFOLIO windowed|dense, hourly bars of BTC"
}

/// Prints how long each stage took.
private final class Stages {
  private var began = ContinuousClock.now

  func stage(_ name: String) {
    let now = ContinuousClock.now
    print(String(format: "%8.3f s  %@", (now - began) / .seconds(1), name))
    began = now
  }
}
