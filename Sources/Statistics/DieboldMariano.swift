/// Whether one forecast loses less than another (Diebold and Mariano 1995), with the correction for
/// small samples and the t distribution of Harvey, Leybourne and Newbold (1997).
///
/// The long-run variance of the loss differences sums their autocovariances (divisor n) up to lag
/// h − 1 with equal weights, h the horizon in bars: the errors of forecasts over h bars overlap so long.
public struct DieboldMariano: Sendable, Equatable {
  public let count: Int
  /// In bars.
  public let horizon: Int
  /// Mean loss of the first forecast less that of the second: below 0, the first is better.
  public let meanDifference: Double
  /// Without the correction.
  public let uncorrected: Double
  public let statistic: Double
  /// Two-sided, n − 1 degrees of freedom.
  public let pValue: Double

  /// Nil where the series is not longer than the horizon, where the differences do not vary, and
  /// where equal weights give them no positive variance.
  ///
  /// - Parameter differences: loss of the first forecast less that of the second, in order of time.
  /// - Precondition: `horizon >= 1`.
  /// - Throws: `StatisticsError.notFinite`.
  public init?(lossDifferences differences: [Double], horizon: Int = 1) throws(StatisticsError) {
    precondition(horizon >= 1)
    try requireFinite(differences)
    let n = differences.count
    guard n > horizon, n > 1 else { return nil }
    let mean = Moments(differences).mean
    let deviations = differences.map { $0 - mean }
    func autocovariance(_ lag: Int) -> Double {
      var sum = 0.0
      for t in lag..<n { sum += deviations[t] * deviations[t - lag] }
      return sum / Double(n)
    }
    let variance = autocovariance(0)
    var longRun = variance
    for lag in 1..<horizon { longRun += 2 * autocovariance(lag) }
    guard longRun > 1e-14 * variance, variance > 0 else { return nil }
    let count = Double(n)
    let h = Double(horizon)
    self.count = n
    self.horizon = horizon
    meanDifference = mean
    uncorrected = mean / (longRun / count).squareRoot()
    let correction = ((count + 1 - 2 * h + h * (h - 1) / count) / count).squareRoot()
    statistic = uncorrected * correction
    pValue = StudentDistribution.twoSided(statistic, degrees: count - 1)
  }

  /// Compares squared errors.
  ///
  /// - Precondition: all three have the same length.
  public init?(
    outcomes: [Double], forecast: [Double], other: [Double], horizon: Int = 1
  ) throws(StatisticsError) {
    precondition(outcomes.count == forecast.count && outcomes.count == other.count)
    let differences = outcomes.indices.map { index in
      let (first, second) = (outcomes[index] - forecast[index], outcomes[index] - other[index])
      return first * first - second * second
    }
    try self.init(lossDifferences: differences, horizon: horizon)
  }
}
