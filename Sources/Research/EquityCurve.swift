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
  /// What one unit of cash earned from each value to the next; nil where cash earns nothing.
  var cashReturns: [Double]?

  init(_ run: EngineRun, of portfolio: Portfolio) {
    self.init(run, primary: portfolio.primary, cashRate: portfolio.capital.cashRate)
  }

  /// The last value of each day; the start comes first.
  /// - Parameter cashRate: what cash earns a year.
  init(_ run: EngineRun, primary: Timeframe, cashRate: Double) {
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
    if cashRate != 0 {
      cashReturns = zip(steps, steps.dropFirst()).map { from, to in
        // As the step loop pays it: at every open, by calendar time.
        var growth = 1.0
        for step in from + 1...to {
          let time = Double(run.times[step] - run.times[step - 1])
          growth += growth * cashRate * (time / (365 * Double(Timestamp.millisecondsPerDay)))
        }
        return growth - 1
      }
    }
  }

  init(times: [Timestamp], equity: [Double], steps: [Int]) {
    self.times = times
    self.equity = equity
    self.steps = steps
    returns = simpleReturns(equity)
  }

  /// Returns above what cash earned: what Sharpe ratios are of.
  var excess: [Double] { excessReturns(returns, over: cashReturns) }

  /// Whether equity was once not above 0: from there on a return has no meaning.
  var isRuined: Bool { !equity.allSatisfy { $0 > 0 } }

  func performance(stepsPerYear: Double) throws(StatisticsError) -> PerformanceSummary {
    try PerformanceSummary(equity: equity, barsPerYear: stepsPerYear, riskFree: cashReturns)
  }
}

extension EngineRun {
  /// Mean of the exposure at the closes at which there was equity.
  var meanExposure: Double {
    var (sum, count) = (0.0, 0)
    for (value, equity) in zip(exposure, equity) where equity > 0 {
      sum += value
      count += 1
    }
    return sum / Double(max(1, count))
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
    let interval =
      curve.isRuined
      ? nil : try resamples?.sharpe(returns: curve.excess, barsPerYear: stepsPerYear)
    let years = Double(curve.returns.count) / stepsPerYear
    // Trades are measured against the equity at the close before them, while there is any.
    var turnover = 0.0
    var cost = 0.0
    var step = 0
    for fill in run.fills {
      while step + 1 < run.times.count, !run.hasFilled(fill, by: step + 1) { step += 1 }
      guard run.equity[step] > 0 else { continue }
      turnover += abs(fill.quantity * fill.price) / run.equity[step]
      cost += fill.cost / run.equity[step]
    }
    for step in run.times.indices.dropFirst() where run.equity[step - 1] > 0 {
      cost += (run.holdingCosts[step] - run.holdingCosts[step - 1]) / run.equity[step - 1]
    }
    self.init(
      name: name, times: curve.times, equity: curve.equity,
      performance: try curve.performance(stepsPerYear: stepsPerYear),
      sharpeInterval: interval.map { $0.lower...$0.upper }, orders: run.orders.count,
      turnoverPerYear: years > 0 ? turnover / years : 0, costPerYear: years > 0 ? cost / years : 0,
      exposure: run.meanExposure)
    cashReturns = curve.cashReturns
  }
}
