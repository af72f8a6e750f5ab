import Foundation
import Market
import Models
import Research
import SignalGraph

/// Training of 15 nodes, 5 symbols on 3 timeframes, each with a network of its own: two workers
/// against one, from empty folders to whole bundles.
@MainActor
func measureNodes(_ session: Session) async throws {
  let name = "train 15 nodes on 2 cores"
  guard session.isWanted(name) else { return }
  session.begin("nodes")
  let symbols = (0..<5).map { Symbol("N\($0)") }
  var portfolio = Portfolio(
    name: "nodes", symbols: symbols,
    timeframes: [
      .init(timeframe: .h1, weight: 0.5), .init(timeframe: .h2, weight: 0.3),
      .init(timeframe: .h4, weight: 0.2),
    ])
  portfolio.forecast.scope = .node
  portfolio.forecast.seeds = 1
  portfolio.forecast.epochs = 6
  portfolio.forecast.minimumBars = 0
  portfolio.regime.restarts = 1
  portfolio.split.folds = 1
  portfolio.split.innerFolds = 0
  let settings = portfolio
  let history = try MarketHistory(
    symbols: symbols, timeframes: settings.timeframes.map(\.timeframe),
    primary: settings.primary, risk: settings.riskTimeframe
  ) { symbol, timeframe in
    timeframe == .h1
      ? GeneratedInputs.series(symbol, timeframe, bars: 6000)
      : BarSeries(symbol: symbol, timeframe: timeframe, calendar: .continuous)
  }
  let tables = try await NodeTables(settings, history: history, workers: 2)
  let plan = try TrainingPlan(settings, history: history, tables: tables)

  /// The number of bundles written.
  func train(_ workers: Int) async throws -> Int {
    let folder = session.inputs.appendingPathComponent("models-\(workers)")
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await ModelTrainer(settings, store: ModelStore(root: folder)).train(
      plan, tables: tables, workers: workers
    ) { _ in }
  }
  try await session.measure(
    name, 1, "training", timing: .wall, goals: [.times(1.9, than: "itself on one core")],
    rivals: [("itself on one core", Body(.wall, { try await train(1) }, value: { Double($0) }))]
  ) {
    try await train(2)
  } value: {
    Double($0)
  }
}
