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
  /// Mean of the returns above cash over their variance.
  public var growthOptimalLeverage: Double?
  /// Half of it: what a careful investor would take at most.
  public var halfKelly: Double? { growthOptimalLeverage.map { $0 / 2 } }
  /// Growth a year by calendar time (`calendarGrowth`); nil where the curve's times are not known.
  public var calendarGrowthRate: Double?
  /// Nil for the benchmark itself, without one, and where either lost everything.
  public var comparison: BenchmarkComparison?

  /// Where equity was once not above 0, its returns have no meaning and count for nothing.
  ///
  /// - Parameters:
  ///   - equity: at equal steps, the first before the first return.
  ///   - cashReturns: what cash earned over the same steps; nil where it earns nothing.
  ///   - benchmark: over the same steps; nil without one.
  public init(
    name: String, equity: [Double], cashReturns: [Double]? = nil, benchmark: BenchmarkCurve?
  ) throws(StatisticsError) {
    self.name = name
    let isRuined = !equity.allSatisfy { $0 > 0 }
    let returns = isRuined ? [] : simpleReturns(equity)
    tail = returns.isEmpty ? nil : try TailRisk(returns: returns)
    gains = try GainsAndLosses(returns)
    omega = GainsAndLosses.omega(returns)
    drawdown = DrawdownRisk(equity: equity)
    stability = growthStability(equity: equity)
    growthOptimalLeverage = GainsAndLosses.growthOptimalLeverage(
      excessReturns(returns, over: cashReturns))
    if let benchmark, !isRuined, benchmark.equity.allSatisfy({ $0 > 0 }) {
      comparison = try BenchmarkComparison(
        returns: simpleReturns(benchmark.closes.map { equity[$0] }),
        benchmark: simpleReturns(benchmark.closes.map { benchmark.equity[$0] }),
        barsPerYear: benchmark.closesPerYear, riskFreeRate: benchmark.riskFreeRate)
    }
  }

  /// The figures of some curves; each against the benchmark, which has none.
  static func all(_ curves: [RunCurve], against benchmark: BenchmarkCurve?, named name: String)
    throws(StatisticsError) -> [RiskFigures]
  {
    var rows: [RiskFigures] = []
    for curve in curves {
      var row = try RiskFigures(
        name: curve.name, equity: curve.equity, cashReturns: curve.cashReturns,
        benchmark: curve.name == name ? nil : benchmark)
      row.calendarGrowthRate = curve.calendarGrowthRate
      rows.append(row)
    }
    return rows
  }
}
