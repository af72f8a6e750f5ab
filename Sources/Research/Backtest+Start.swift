import Allocation
public import Market

extension Backtest {
  /// Where portfolio and baselines begin: with the first test window, or later where no weight can be
  /// decided by then (`MarketHistory.measured`).
  ///
  /// Models, folds and gates are those of the windows all the same. A run in which no weight can ever be
  /// decided begins with its first window, and holds nothing.
  public var start: Timestamp {
    let first = plan.folds.outer[0].testFrom
    return history.measured(for: portfolio, from: first, until: plan.folds.serving.testFrom)
      ?? first
  }

  /// What to say of a run that begins after its first test window, in words.
  var lateStart: [String] {
    let first = plan.folds.outer[0].testFrom
    let begin = start
    guard begin > first else { return [] }
    let haveThem = portfolio.onMissing == .exclude ? "has any symbol" : "have all symbols"
    let need =
      portfolio.allocation.minimumObservations > Baseline.minimumObservations
      ? " (allocation.min_observations), before which the portfolio holds nothing while baselines are "
        + "invested"
      : ", without which a baseline that sizes by risk holds nothing"
    return [
      "the first test window begins on \(first.date), the run on \(begin.date): only then \(haveThem) "
        + "\(portfolio.returnsBeforeWeights) returns of \(portfolio.riskTimeframe)\(need)"
    ]
  }
}
