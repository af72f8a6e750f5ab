public import Statistics

/// The risk of one curve beyond volatility and drawdown, and how it moves with a benchmark.
public struct RiskFigures: Sendable, Equatable {
  public var name: String
  /// Nil without a return.
  public var tail: TailRisk?
  /// Of the returns of all steps.
  public var gains: GainsAndLosses
  public var omega: Double?
  public var drawdown: DrawdownRisk?
  /// r² of the logarithm of equity on time.
  public var stability: Double?
  /// Mean over variance; half of it is what a careful investor would take.
  public var growthOptimalLeverage: Double?
  /// Nil for the benchmark itself, and without one.
  public var comparison: BenchmarkComparison?

  /// - Parameters:
  ///   - equity: at equal steps, the first before the first return.
  ///   - benchmark: equity of the benchmark over the same steps; nil without one.
  public init(name: String, equity: [Double], benchmark: [Double]?, stepsPerYear: Double)
    throws(StatisticsError)
  {
    self.name = name
    let returns = simpleReturns(equity)
    tail = returns.isEmpty ? nil : try TailRisk(returns: returns)
    gains = try GainsAndLosses(returns)
    omega = GainsAndLosses.omega(returns)
    drawdown = DrawdownRisk(equity: equity)
    stability = growthStability(equity: equity)
    growthOptimalLeverage = GainsAndLosses.growthOptimalLeverage(returns)
    if let benchmark {
      comparison = try BenchmarkComparison(
        returns: returns, benchmark: simpleReturns(benchmark), barsPerYear: stepsPerYear)
    }
  }

  /// A portfolio's figures, then those of the curves beside it; each against the curve named
  /// `benchmark`, which has none.
  static func all(
    _ portfolio: RunCurve, beside others: [RunCurve], benchmark: String,
    stepsPerYear: Double
  ) throws(StatisticsError) -> [RiskFigures] {
    let reference = others.first { $0.name == benchmark }?.equity
    var rows: [RiskFigures] = []
    for curve in [portfolio] + others {
      rows.append(
        try RiskFigures(
          name: curve.name, equity: curve.equity,
          benchmark: curve.name == benchmark ? nil : reference, stepsPerYear: stepsPerYear))
    }
    return rows
  }
}
