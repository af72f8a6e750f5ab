public import Engine
public import Market
import Statistics
import Trading

/// A symbol of the database that is bought and held beside a portfolio: key `benchmark`.
///
/// It trades on its own bars, which need not close when the portfolio's do; its equity is read at the
/// portfolio's closes.
public struct BenchmarkRun: Sendable {
  public var symbol: Symbol
  public var calendar: TradingCalendar
  public var run: EngineRun

  /// Its curve's name.
  var name: String { "benchmark \(symbol)" }

  /// Buys at the first open after `start`, with the portfolio's capital at its costs.
  /// - Throws: `ResearchError.noBars` where it has no two bars that close in `start ... end`.
  static func run(
    _ bars: BarSeries, from start: Timestamp, to end: Timestamp, costs: CostSettings,
    capital: CapitalSettings
  ) async throws -> BenchmarkRun {
    let grid = BarGrid([bars])
    let steps = grid.steps(from: start, to: end)
    guard steps.count > 1 else { throw ResearchError.noBars(bars.symbol, bars.timeframe) }
    let loop = StepLoop(grid: grid, costs: costs, capital: capital)
    return BenchmarkRun(
      symbol: bars.symbol, calendar: bars.calendar, run: try await loop.run(steps, BuyAndHold()))
  }
}

extension EquityCurve {
  /// A run's equity as it was known at given times; before its first close, its capital.
  init(_ run: EngineRun, at times: [Timestamp]) {
    var index = -1
    let steps = times.map { time in
      while index + 1 < run.knownAt.count, run.knownAt[index + 1] <= time { index += 1 }
      return index
    }
    self.init(
      times: times, equity: steps.map { $0 < 0 ? run.startCapital : run.equity[$0] },
      steps: steps.map { max(0, $0) })
  }
}
