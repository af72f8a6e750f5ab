/// What curves are compared with: its equity at their steps, and the steps at which it moves.
///
/// A share has no close on a weekend. Day by day a coin's Saturday would be set against nothing and its
/// Monday against three days of the share; so both are compared from one close of the benchmark to the
/// next.
public struct BenchmarkCurve: Sendable, Equatable {
  /// At the steps of the curves beside it.
  public var equity: [Double]
  /// Places of the steps at which it has a close of its own, ascending; the first is where it starts.
  public var closes: [Int]
  /// Such steps in a year.
  public var closesPerYear: Double
  /// What cash earned a year, compounded.
  public var riskFreeRate = 0.0

  public init(equity: [Double], closes: [Int], closesPerYear: Double) {
    self.equity = equity
    self.closes = closes
    self.closesPerYear = closesPerYear
  }

  /// One that moves at every step.
  public init(equity: [Double], stepsPerYear: Double) {
    self.init(equity: equity, closes: Array(equity.indices), closesPerYear: stepsPerYear)
  }

  /// A run read at the portfolio's closes.
  /// - Parameter closesPerYear: by its calendar; no more than the portfolio has steps.
  init(_ curve: EquityCurve, closesPerYear: Double) {
    let closes = curve.steps.indices.filter { place in
      place == 0 || curve.steps[place] != curve.steps[place - 1]
    }
    self.init(equity: curve.equity, closes: closes, closesPerYear: closesPerYear)
  }
}
