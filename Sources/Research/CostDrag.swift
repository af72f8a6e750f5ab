import Engine
import Market
public import Statistics
import Trading

/// What costs took from a run: its figures beside those with every step's costs added back.
///
/// A step's gross return is `(equity + costs of the step's fills and of holding) / equity before − 1`: the
/// same positions, free of charge. It is no other run, which would have grown larger positions, but the
/// same accounts.
public struct CostDrag: Sendable, Equatable {
  public var gross: PerformanceSummary
  public var net: PerformanceSummary
  /// In currency.
  public var costs: Double

  /// Growth a year that costs took; nil where either has none.
  public var growth: Double? {
    gross.compoundAnnualGrowthRate.flatMap { gross in
      net.compoundAnnualGrowthRate.map { gross - $0 }
    }
  }

  /// Sharpe ratio that costs took.
  public var sharpe: Double? {
    gross.sharpe.flatMap { gross in net.sharpe.map { gross - $0 } }
  }

  /// - Precondition: the curve is above 0.
  init(_ run: EngineRun, curve: EquityCurve, stepsPerYear: Double) throws(StatisticsError) {
    var equity = [curve.equity[0]]
    var next = 0
    costs = 0
    for (index, step) in curve.steps.enumerated().dropFirst() {
      // A fill at the open of a bar, or within it, belongs to the step that closes it.
      var paid = run.holdingCosts[step] - run.holdingCosts[curve.steps[index - 1]]
      while next < run.fills.count, run.hasFilled(run.fills[next], by: step) {
        paid += run.fills[next].cost
        next += 1
      }
      costs += paid
      equity.append(equity[index - 1] * (curve.equity[index] + paid) / curve.equity[index - 1])
    }
    gross = try PerformanceSummary(
      equity: equity, barsPerYear: stepsPerYear, riskFree: curve.cashReturns)
    net = try curve.performance(stepsPerYear: stepsPerYear)
  }
}
