import Engine
import Indicators
import Kernels
import Market
import Models
import Research
import SignalGraph
import Statistics
import Testing

/// G: what figures are computed from and annualised by; N7 to N9 of the original.
///
/// quantstats #116, go-trader #925, quantstats_lumi #30 (252 days a year for hours, weeks and coins),
/// bytex #57 (a peak that starts with the first close, days without a trade dropped), AgentQuant PR #18
/// (infinite ratios).
@Suite struct DefectG_MetricTests {
  private func report() async throws -> (trial: Trial, report: BacktestReport) {
    let trial = try await Laboratory.base.value
    return (
      trial,
      try trial.backtest.report(trial.outcome, trialSharpes: [], inputs: [], warnings: [])
    )
  }

  @Test func `G, N7: hourly steps of coins are annualised as 365 days, every day counted`()
    async throws
  {
    let (trial, report) = try await report()
    let run = trial.outcome.run
    // The start, then the last equity of each day, by plain search.
    #expect(run.equity[0] == run.startCapital)
    var (daily, days): ([Double], [Int64]) = ([run.startCapital], [])
    for (time, equity) in zip(run.times, run.equity).dropFirst() {
      if days.last == time.day {
        daily[daily.count - 1] = equity
      } else {
        days.append(time.day)
        daily.append(equity)
      }
    }
    // No day is left out, traded or not.
    #expect(Int64(days.count) == days[days.count - 1] - days[0] + 1)
    let returns = zip(daily, daily.dropFirst()).map { $1 / $0 - 1 }
    let mean = returns.reduce(0, +) / Double(returns.count)
    let square = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (square / Double(returns.count - 1)).squareRoot()
    let performance = report.portfolio.performance
    #expect(report.stepsPerYear == 365 && report.stepName == "day")
    let year = 365.0.squareRoot()
    #expect(abs(try #require(performance.sharpe) - mean / deviation * year) < 1e-9)
    #expect(abs(try #require(performance.annualisedVolatility) - deviation * year) < 1e-12)
    // N8: days are days and not bars.
    let growth = Elementary.pow(daily[daily.count - 1] / daily[0], 365 / Double(returns.count)) - 1
    #expect(abs(try #require(performance.compoundAnnualGrowthRate) - growth) < 1e-9)
    // The Sharpe ratio is of equity: less than two years have one, and the forecasts have no say.
    #expect(days.count < 730)
  }

  @Test(
    arguments: [
      (TradingCalendar.continuous, Timeframe.d1, 365.0), (.continuous, .h1, 8760),
      (.continuous, .w1, 365.0 / 7), (.sessions, .d1, 252), (.sessions, .w1, 52),
      (.sessions, .h1, 252 * 6.5), (.weekdays, .d1, 260), (.weekdays, .h4, 1560),
    ] as [(TradingCalendar, Timeframe, Double)])
  func `G: bars a year are the calendar's, not 252`(
    calendar: TradingCalendar, timeframe: Timeframe, bars: Double
  ) {
    #expect(abs(calendar.barsPerYear(timeframe) - bars) < 1e-9)
  }

  /// N8: Sortino was always 0 and Calmar a percentage over a fraction.
  @Test func `N8: Sortino and Calmar of a hand-made curve, in one unit`() throws {
    // Returns +10 %, −10 %, +10 %, −5 %.
    let equity = [100, 110, 99, 108.9, 103.455]
    let figures = try PerformanceSummary(equity: equity, barsPerYear: 4)
    let downside = ((0.01 + 0.0025) / 4).squareRoot()
    #expect(abs(try #require(figures.sortino) - 0.0125 / downside * 2) < 1e-9)
    // One year: 3.455 % over a drawdown of a tenth.
    #expect(abs(try #require(figures.calmar) - 0.3455) < 1e-9)
    // Where they do not exist they are nil, not 0 and not infinite.
    let rising = try PerformanceSummary(equity: [1, 2, 3], barsPerYear: 4)
    #expect(rising.sortino == nil && rising.calmar == nil)
  }

  /// N9: the previous return as the naive forecast is a straw man, with twice the error of saying
  /// nothing; N11: returns of zero counted as wrong directions.
  @Test func `N9, N11: a forecast is judged against zero, and only where something moved`() throws {
    var random = CounterRandom(seed: 9, path: ["naive"])
    let outcomes = (0..<4000).map { _ in random.normal() }
    let previous: [Double] = [0] + outcomes.dropLast()
    let straw = try ForecastSkill(forecasts: previous, outcomes: outcomes)
    #expect(abs(try #require(straw.r2AgainstZero) + 1) < 0.1)
    let silence = try ForecastSkill(
      forecasts: Array(repeating: 0, count: outcomes.count), outcomes: outcomes)
    // To say nothing improves nothing, though it beats the straw man by far.
    #expect(silence.r2AgainstZero == 0 && silence.againstZero == nil && silence.hitRate == nil)
    #expect(try #require(silence.againstPrevious).statistic < -10)
    let still = try ForecastSkill(forecasts: [1, 1, -1, 1], outcomes: [2, 0, -3, 0])
    #expect(still.directed == 2 && still.hits == 2)
  }

  /// N1: on raw prices the states were bands of the price, and most were never visited again.
  @Test func `N1: in a market that has doubled, every regime is still visited`() async throws {
    let base = try await Laboratory.base.value
    for key in base.keys where key.timeframe == .h1 {
      let model = try #require(base.models.bundle(key, fold: base.plan.folds.outer[0])).model.regime
      let series = base.history.series(key)
      // The same bars on a level that rises sixtyfold over the test window.
      for drift in [0.0, 0.00128] {
        var level = 1.0
        let bars = series.map { bar in
          level *= Elementary.exp(drift)
          return Bar(
            time: bar.time, open: bar.open * level, high: bar.high * level, low: bar.low * level,
            close: bar.close * level, volume: bar.volume)
        }
        let rows =
          NodeTable(
            BarSeries(symbol: key.symbol, timeframe: .h1, calendar: .continuous, bars: bars),
            features: .stationary(for: .h1), observations: base.portfolio.regime.observations
          ).rows
        let from = base.plan.folds.outer[0].testFrom
        let labels = zip(rows, model.filter(rows.map(\.observation)))
          .filter { $0.0.knownAt >= from }.compactMap { $0.1?.label }
        for state in 0..<3 {
          let share = Double(labels.count { $0 == state }) / Double(labels.count)
          #expect(share > 0.02, "\(key) drift \(drift): state \(state) in \(share)")
        }
      }
    }
  }
}
