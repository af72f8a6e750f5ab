public import Market
public import Statistics

/// One equity curve: the portfolio's or a baseline's, over the same dates at the same costs.
public struct RunCurve: Sendable {
  public var name: String
  /// Equity at `times`, start capital first.
  public var times: [Timestamp]
  public var equity: [Double]
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
}
