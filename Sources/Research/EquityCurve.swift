import Engine
import Market
import Statistics
import Trading

/// A run's equity at daily closes (primary bars where those are slower), and what was traded.
struct EquityCurve {
  let times: [Timestamp]
  let equity: [Double]
  /// Step of the run behind each value.
  let steps: [Int]
  let returns: [Double]

  /// The last value of each day; the start comes first.
  init(_ run: EngineRun, primary: Timeframe) {
    let step = max(primary, .d1)
    var steps: [Int] = []
    for index in run.knownAt.indices {
      // A bar that closes at midnight is the last one of the day before.
      let day = step.slot(containing: run.knownAt[index] - 1)
      if index > 0, let last = steps.last, steps.count > 1,
        step.slot(containing: run.knownAt[last] - 1) == day
      {
        steps[steps.count - 1] = index
      } else {
        steps.append(index)
      }
    }
    self.init(
      times: steps.map { run.knownAt[$0] }, equity: steps.map { run.equity[$0] }, steps: steps)
  }

  init(times: [Timestamp], equity: [Double], steps: [Int]) {
    self.times = times
    self.equity = equity
    self.steps = steps
    returns = simpleReturns(equity)
  }
}

extension RunCurve {
  /// Sums up a run.
  /// - Parameter resamples: of as many returns as the curve has, for the interval of the Sharpe ratio;
  ///   nil where none is wanted.
  init(
    name: String, run: EngineRun, curve: EquityCurve, stepsPerYear: Double,
    resamples: BootstrapResamples?
  ) throws {
    let interval = try resamples?.sharpe(returns: curve.returns, barsPerYear: stepsPerYear)
    let years = Double(curve.returns.count) / stepsPerYear
    // Trades are measured against the equity at the close before them.
    var turnover = 0.0
    var cost = 0.0
    var step = 0
    for fill in run.fills {
      while step + 1 < run.times.count, run.times[step + 1] < fill.time { step += 1 }
      turnover += abs(fill.quantity * fill.price) / run.equity[step]
      cost += fill.cost / run.equity[step]
    }
    for step in run.times.indices.dropFirst() {
      cost += (run.holdingCosts[step] - run.holdingCosts[step - 1]) / run.equity[step - 1]
    }
    var exposure = 0.0
    for value in run.exposure { exposure += value }
    self.init(
      name: name, times: curve.times, equity: curve.equity,
      performance: try PerformanceSummary(equity: curve.equity, barsPerYear: stepsPerYear),
      sharpeInterval: interval.map { $0.lower...$0.upper }, orders: run.orders.count,
      turnoverPerYear: years > 0 ? turnover / years : 0, costPerYear: years > 0 ? cost / years : 0,
      exposure: exposure / Double(max(1, run.exposure.count)))
  }
}
