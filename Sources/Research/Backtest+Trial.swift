import Market
import Statistics

extension Backtest {
  /// The Sharpe ratio of one step (a day, or a primary bar where that is slower): what a trial is
  /// counted with. Nil without spread.
  public func sharpePerStep(_ outcome: Outcome) throws -> Double? {
    let curve = EquityCurve(outcome.run, of: portfolio)
    let perYear = history.calendar.barsPerYear(max(portfolio.primary, .d1))
    return try curve.performance(stepsPerYear: perYear).sharpePerBar
  }
}
