import Allocation
import Engine
import Foundation
import Kernels
import Market
import Models
import Proofs
import Research
import SignalGraph
import Signals
import Trading

/// Three random hourly series with spells of different volatility, a predictable part and holes.
struct SmallMarket: Sendable {
  static let symbols: [Symbol] = ["BTC", "ETH", "LTC"]
  static let start = Timestamp(year: 2018, month: 1, day: 1)
  static let hour: Int64 = 3_600_000

  static func time(day: Int, hour: Int = 0, minute: Int = 0) -> Timestamp {
    start + Int64(day * 24 + hour) * SmallMarket.hour + Int64(minute) * 60_000
  }

  /// Takes a quarter of each bar's return back at the next one.
  static func series(_ symbol: Symbol, days: Int = 200) -> BarSeries {
    var common = CounterRandom(seed: 11, path: ["common"])
    var random = CounterRandom(seed: 11, path: ["path", symbol.name])
    var series = BarSeries(symbol: symbol, timeframe: .h1, calendar: .continuous)
    var (price, last) = (100.0, 0.0)
    for index in 0..<days * 24 {
      let sigma = 0.006 * [0.6, 1.0, 1.8][index / 300 % 3]
      let noise = 0.8 * common.normal() + 0.6 * random.normal()
      let move = sigma * noise - 0.25 * last
      last = move
      let open = price * Elementary.exp(0.05 * sigma * random.normal())
      price *= Elementary.exp(move)
      let high = max(open, price) * Elementary.exp(0.3 * sigma * abs(random.normal()))
      let low = min(open, price) * Elementary.exp(-0.3 * sigma * abs(random.normal()))
      let isHole = random.uniform() < 0.004
      if isHole, index > 0 { continue }
      series.append(
        Bar(
          time: start + Int64(index) * hour, open: open, high: high, low: low, close: price,
          volume: 1000 * sigma * Elementary.exp(0.5 * random.normal())))
    }
    return series
  }

  static func history(_ portfolio: Portfolio, days: Int = 200) throws -> MarketHistory {
    try MarketHistory(
      symbols: portfolio.symbols, timeframes: portfolio.timeframes.map(\.timeframe),
      primary: portfolio.primary, risk: portfolio.riskTimeframe
    ) { symbol, timeframe in
      timeframe == .h1
        ? series(symbol, days: days)
        : BarSeries(symbol: symbol, timeframe: timeframe, calendar: .continuous)
    }
  }

  /// Hours, four hours and days; two inner and two test windows; fitted in a second or two.
  static var portfolio: Portfolio {
    var portfolio = Portfolio(
      name: "small", symbols: symbols,
      timeframes: [
        Portfolio.TimeframeWeight(timeframe: .h1, weight: 0.6),
        Portfolio.TimeframeWeight(timeframe: .h4, weight: 0.3),
        Portfolio.TimeframeWeight(timeframe: .d1, weight: 0.1),
      ])
    portfolio.costs = CostSettings(commission: 0.0002, slippage: 0.0001)
    portfolio.regime.restarts = 4
    portfolio.regime.iterations = 25
    portfolio.regime.size = [1, 0.75, 0.5]
    portfolio.forecast.hidden = 8
    portfolio.forecast.headHidden = 8
    portfolio.forecast.epochs = 3
    portfolio.variance.epochs = 3
    portfolio.forecast.seeds = 1
    portfolio.forecast.minimumBars = 400
    portfolio.minimumBars = 40
    portfolio.split.folds = 2
    portfolio.split.innerFolds = 2
    portfolio.allocation.minimumObservations = 30
    return portfolio
  }
}

/// Folders of models that go when their last holder does.
final class ModelFolders: Sendable {
  let root: URL

  init() {
    root = FileManager.default.temporaryDirectory
      .appendingPathComponent("regimefolio-proofs-\(UUID().uuidString)", isDirectory: true)
  }

  func store(_ name: String) -> ModelStore {
    ModelStore(root: root.appendingPathComponent(name, isDirectory: true))
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: root)
    } catch CocoaError.fileNoSuchFile {
      return
    } catch {
      print("\(root.path) stays behind: \(error)")
    }
  }
}

/// The small portfolio, trained and run once for all suites.
enum Laboratory {
  struct Runs: Sendable {
    var folders: ModelFolders
    var own: Subject
    var probing: Subject
  }

  static let runs = Task {
    let folders = ModelFolders()
    let portfolio = SmallMarket.portfolio
    let history = try SmallMarket.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    let plan = try TrainingPlan(portfolio, history: history, tables: tables)
    let trainer = ModelTrainer(portfolio, store: folders.store("models"))
    _ = try await trainer.train(plan, tables: tables, workers: 2) { _ in }
    let models = try trainer.load(plan)
    func subject(_ name: String, _ portfolio: Portfolio) async throws -> Subject {
      try await Subject(
        name, portfolio, history: history, plan: plan, models: models, workers: 2)
    }
    return Runs(
      folders: folders, own: try await subject("own", portfolio),
      probing: try await subject("probing", portfolio.probing))
  }
}
