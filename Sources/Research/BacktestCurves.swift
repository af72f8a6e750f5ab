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
    let equity = EquityCurve(outcome.run, of: portfolio)
    // All curves have the same steps: with the same resamples, what they have in common cancels.
    let resamples = StationaryBootstrap.ofReport(steps: equity.returns.count)?
      .resamples(of: equity.returns.count)
    func beside(_ name: String, _ run: EngineRun, _ other: EquityCurve, isCash: Bool = false)
      throws -> RunCurve
    {
      var summary = try RunCurve(
        name: name, run: run, curve: other, stepsPerYear: stepsPerYear, resamples: resamples)
      guard let resamples, !equity.isRuined, !other.isRuined else { return summary }
      // Nothing of cash is above cash: the difference is the portfolio's own ratio.
      let advantage =
        isCash
        ? try resamples.sharpe(returns: equity.excess, barsPerYear: stepsPerYear)
        : try resamples.sharpeDifference(
          equity.excess, minus: other.excess, barsPerYear: stepsPerYear)
      summary.sharpeAdvantage = advantage?.estimate
      summary.sharpeAdvantageInterval = advantage.map { $0.lower...$0.upper }
      return summary
    }
    self.equity = equity
    own = try RunCurve(
      name: portfolio.name, run: outcome.run, curve: equity, stepsPerYear: stepsPerYear,
      resamples: resamples)
    let baselines = try outcome.baselines.map { baseline, run in
      var curve = EquityCurve(run, of: portfolio)
      // To the bit, so that no rounding of its interest is left to make a ratio of.
      if baseline == .cash, curve.cashReturns != nil { curve.cashReturns = curve.returns }
      return try beside(baseline.rawValue, run, curve, isCash: baseline == .cash)
    }
    if let held = outcome.benchmark {
      var curve = EquityCurve(held.run, at: equity.times)
      curve.cashReturns = equity.cashReturns
      let closes = held.calendar.barsPerYear(max(portfolio.primary, .d1))
      others = baselines + [try beside(held.name, held.run, curve)]
      var marked = BenchmarkCurve(curve, closesPerYear: min(stepsPerYear, closes))
      marked.riskFreeRate = own.performance.riskFreeRate
      benchmark = marked
      benchmarkName = held.name
    } else {
      let name = Baseline.buyAndHold.rawValue
      others = baselines
      benchmark = baselines.first { $0.name == name }.map {
        var marked = BenchmarkCurve(equity: $0.equity, stepsPerYear: stepsPerYear)
        marked.riskFreeRate = $0.performance.riskFreeRate
        return marked
      }
      benchmarkName = name
    }
  }
}
