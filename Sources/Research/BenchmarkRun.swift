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

  /// Buys at the first open after `start`, with the portfolio's cash at its costs.
  /// - Throws: `ResearchError.benchmarkTooShort` where its bars do not cover `start ... end`, since cash
  ///   before them, or their last price after them, is no benchmark; `.noBars` where no two of them close
  ///   in it.
  static func run(
    _ bars: BarSeries, from start: Timestamp, to end: Timestamp, costs: CostSettings,
    capital: CapitalSettings
  ) async throws -> BenchmarkRun {
    guard let first = bars.times.first else {
      throw ResearchError.noBars(bars.symbol, bars.timeframe)
    }
    let last = bars.knownAt(bars.count - 1)
    let slack = slack(bars.timeframe)
    guard bars.knownAt(0) <= start + slack, last >= end - slack else {
      throw ResearchError.benchmarkTooShort(
        bars.symbol, first: first, last: last, start: start, end: end)
    }
    let grid = BarGrid([bars])
    let steps = grid.steps(from: start, to: end)
    guard steps.count > 1 else { throw ResearchError.noBars(bars.symbol, bars.timeframe) }
    let loop = StepLoop(grid: grid, costs: costs, capital: capital)
    return BenchmarkRun(
      symbol: bars.symbol, calendar: bars.calendar, run: try await loop.run(steps, BuyAndHold()))
  }

  /// How much of either end of the run may be without bars, in ms: a week of holidays, or two bars.
  private static func slack(_ timeframe: Timeframe) -> Int64 {
    max(7 * Timestamp.millisecondsPerDay, 2 * timeframe.milliseconds)
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
