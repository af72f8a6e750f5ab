public import Market
public import Statistics

/// One equity curve: the portfolio's or a baseline's, over the same dates at the same costs.
public struct RunCurve: Sendable {
  public var name: String
  /// Equity at `times`, start capital first.
  public var times: [Timestamp]
  public var equity: [Double]
  /// What one unit of cash earned from each value to the next; nil where cash earns nothing.
  public var cashReturns: [Double]?
  /// Metrics on equity at daily steps (or primary bars where those are slower).
  public var performance: PerformanceSummary
  /// 95 % stationary-bootstrap interval of the Sharpe ratio.
  public var sharpeInterval: ClosedRange<Double>?
  /// For a baseline: the portfolio's Sharpe ratio minus this one's, with its paired 95 % interval.
  public var sharpeAdvantage: Double?
  public var sharpeAdvantageInterval: ClosedRange<Double>?
  public var orders: Int
  public var turnoverPerYear: Double
  /// What trading and holding cost a year, all kinds together, each as a fraction of the equity before.
  public var costPerYear: Double
  /// Mean gross exposure, 1 = fully invested.
  public var exposure: Double

  public init(
    name: String, times: [Timestamp], equity: [Double], performance: PerformanceSummary,
    sharpeInterval: ClosedRange<Double>?, orders: Int, turnoverPerYear: Double,
    costPerYear: Double, exposure: Double
  ) {
    self.name = name
    self.times = times
    self.equity = equity
    self.performance = performance
    self.sharpeInterval = sharpeInterval
    self.orders = orders
    self.turnoverPerYear = turnoverPerYear
    self.costPerYear = costPerYear
    self.exposure = exposure
  }

  /// Growth a year by calendar time: of all days between the first value and the last, whatever was traded
  /// on them. Nil without time between the two, and when equity ends below 0.
  public var calendarGrowthRate: Double? {
    guard let from = times.first, let to = times.last, let first = equity.first,
      let last = equity.last
    else { return nil }
    let days = Double(to - from) / Double(Timestamp.millisecondsPerDay)
    return calendarGrowth(last / first, days: days)
  }

  /// Returns above what cash earned, one fewer than values: what Sharpe ratios are of. Nil where equity
  /// was once not above 0, since from there on a return has no meaning.
  public var excessReturns: [Double]? {
    guard equity.allSatisfy({ $0 > 0 }) else { return nil }
    return Research.excessReturns(simpleReturns(equity), over: cashReturns)
  }
}

/// Returns less what cash earned over the same steps, nil being nothing.
func excessReturns(_ returns: [Double], over cash: [Double]?) -> [Double] {
  guard let cash else { return returns }
  return zip(returns, cash).map { $0 - $1 }
}
