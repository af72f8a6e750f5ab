public import Engine
import Statistics

extension Portfolio {
  /// The Sharpe ratio of one step (a day, or a primary bar where that is slower) of a run: what a trial
  /// is counted with. Nil without spread.
  public func sharpePerStep(_ run: EngineRun) throws -> Double? {
    // Of a step it is the same whatever a year's steps are.
    try EquityCurve(run, of: self).performance(stepsPerYear: 365).sharpePerBar
  }
}

extension Backtest {
  /// The same of an outcome.
  public func sharpePerStep(_ outcome: Outcome) throws -> Double? {
    try portfolio.sharpePerStep(outcome.run)
  }
}
