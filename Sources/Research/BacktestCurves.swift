import Engine
import Market
import Statistics
import Trading

/// The equity curves of a backtest, summed up: the portfolio's, then those that stand beside it.
struct BacktestCurves {
  /// The portfolio's equity at each step of the report.
  let equity: EquityCurve
  let own: RunCurve
  /// Baselines, then the portfolio's `benchmark` where it has one.
  let others: [RunCurve]
  /// What the others are compared with: the portfolio's benchmark, else buy and hold; nil without either.
  let benchmark: BenchmarkCurve?
  let benchmarkName: String

  init(_ outcome: Backtest.Outcome, _ portfolio: Portfolio, stepsPerYear: Double) throws {
    let equity = EquityCurve(outcome.run, primary: portfolio.primary)
    // All curves have the same steps: with the same resamples, what they have in common cancels.
    let resamples = StationaryBootstrap().resamples(of: equity.returns.count)
    func beside(_ name: String, _ run: EngineRun, _ other: EquityCurve) throws -> RunCurve {
      var summary = try RunCurve(
        name: name, run: run, curve: other, stepsPerYear: stepsPerYear, resamples: resamples)
      try summary.setAdvantage(of: equity, over: other, stepsPerYear, resamples)
      return summary
    }
    self.equity = equity
    own = try RunCurve(
      name: portfolio.name, run: outcome.run, curve: equity, stepsPerYear: stepsPerYear,
      resamples: resamples)
    let baselines = try outcome.baselines.map { baseline, run in
      try beside(baseline.rawValue, run, EquityCurve(run, primary: portfolio.primary))
    }
    if let held = outcome.benchmark {
      let curve = EquityCurve(held.run, at: equity.times)
      let closes = held.calendar.barsPerYear(max(portfolio.primary, .d1))
      others = baselines + [try beside(held.name, held.run, curve)]
      benchmark = BenchmarkCurve(curve, closesPerYear: min(stepsPerYear, closes))
      benchmarkName = held.name
    } else {
      let name = Baseline.buyAndHold.rawValue
      others = baselines
      benchmark = baselines.first { $0.name == name }.map {
        BenchmarkCurve(equity: $0.equity, stepsPerYear: stepsPerYear)
      }
      benchmarkName = name
    }
  }
}

extension RunCurve {
  /// Sets the paired difference of the portfolio's Sharpe ratio and this curve's.
  ///
  /// Where this one does not vary, as cash, the difference is the Sharpe ratio of the portfolio's
  /// returns above it.
  fileprivate mutating func setAdvantage(
    of portfolio: EquityCurve, over own: EquityCurve, _ stepsPerYear: Double,
    _ resamples: BootstrapResamples
  ) throws(StatisticsError) {
    let advantage =
      performance.sharpe == nil
      ? try resamples.sharpe(
        returns: zip(portfolio.returns, own.returns).map { $0 - $1 }, barsPerYear: stepsPerYear)
      : try resamples.sharpeDifference(
        portfolio.returns, minus: own.returns, barsPerYear: stepsPerYear)
    sharpeAdvantage = advantage?.estimate
    sharpeAdvantageInterval = advantage.map { $0.lower...$0.upper }
  }
}
