public import Statistics

/// How sure a run's Sharpe ratio is, and how much of it the choice among trials explains.
public struct SharpeEvidence: Sendable, Equatable {
  /// Returns measured.
  public var steps: Int
  /// Of the Sharpe ratio a year, for returns of any distribution (Mertens 2002).
  public var standardError: Double
  public var skewness: Double
  /// 3 for a normal distribution.
  public var kurtosis: Double
  /// That the true ratio is above 0 (PSR).
  public var probability: Double
  /// t of the mean return, robust to autocorrelation (Newey and West); nil where it does not vary.
  public var t: Double?
  /// Runs of this portfolio's variants that the store has counted, this one included.
  public var trials: Int
  /// Other trials whose ratio is known for the same dates: those that tell how far trials differ.
  public var comparedTrials: Int
  /// The ratio a year that the best of so many trials without skill is expected to show; nil where the
  /// other trials' ratios are not known or do not vary.
  public var expectedBest: Double?
  /// That the true ratio is above it (DSR).
  public var deflated: Double?
  /// Steps after which a ratio as measured would be above 0 at 95 % (minimum track record length); nil
  /// where it is not above 0.
  public var stepsNeeded: Double?

  /// Nil where the returns have no Sharpe ratio or are too few to judge.
  ///
  /// - Parameters:
  ///   - returns: above what cash earned.
  ///   - others: ratios per step of the other trials; nil for one that has none on these dates.
  public init?(returns: [Double], others: [Double?], stepsPerYear: Double) throws(StatisticsError) {
    guard returns.count >= StationaryBootstrap.fewestReturns,
      let own = try SharpeSignificance(returns: returns)
    else { return nil }
    let root = stepsPerYear.squareRoot()
    steps = own.count
    standardError = own.standardError * root
    skewness = own.skewness
    kurtosis = own.kurtosis
    probability = own.probability()
    t = try NeweyWestMean(returns)?.t
    trials = others.count + 1
    stepsNeeded = own.barsNeeded()
    let measured = others.compactMap { $0 }
    comparedTrials = measured.count
    if !measured.isEmpty, let deviation = Moments(measured + [own.sharpe]).standardDeviation,
      deviation > 0
    {
      expectedBest =
        SharpeSignificance.expectedMaximum(trials: trials, deviationOfTrials: deviation) * root
      deflated = own.deflated(trials: trials, deviationOfTrials: deviation)
    }
  }
}
