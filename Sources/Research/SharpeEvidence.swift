public import Statistics

/// How sure a run's Sharpe ratio is, and how much of it the choice among trials explains.
public struct SharpeEvidence: Sendable, Equatable {
  /// Returns measured.
  public var steps: Int
  /// Of the Sharpe ratio a year, for returns of any distribution (Mertens 2002).
  public var standardError: Double
  /// The same, were they independent and normal (Lo 2002).
  public var standardErrorOfNormalReturns: Double
  /// Mean length of the blocks, in steps, by which the intervals of a report are resampled
  /// (`StationaryBootstrap.ofReport`), and the one that the memory of these returns asks for
  /// (`optimalBlockLength`).
  public var meanBlockLength: Double
  public var fittedBlockLength: Double
  public var skewness: Double
  /// 3 for a normal distribution.
  public var kurtosis: Double
  /// That the true ratio is above 0 (PSR).
  public var probability: Double
  /// t of the mean return, robust to autocorrelation (Newey and West); nil where it does not vary.
  public var t: Double?
  /// Runs that this one was chosen among, itself included.
  public var trials: Int
  /// Ratios of other trials over the same dates that differ from this run's and from one another by more
  /// than a tenth of the standard error: those that tell how far trials differ.
  public var comparedTrials: Int
  /// Whether they are too few for that: fewer than two, than half of the other trials up to ten, or than
  /// the trials without a ratio. Trials are then taken to differ at least as independent ones without skill
  /// do, by the standard error.
  public var isSpreadAssumed: Bool
  /// The ratio a year that the best of so many trials without skill is expected to show; nil for the only
  /// trial.
  public var expectedBest: Double?
  /// That the true ratio is above it (DSR).
  public var deflated: Double?
  /// Steps after which the two-sided 95 % interval of a ratio as measured would be above 0, that is its
  /// `probability` .975 (minimum track record length); nil where it is not above 0.
  public var stepsNeeded: Double?

  /// Ratios that are nearer than this part of the standard error are one attempt: returns that correlate
  /// .995 make such a difference. A run repeated tells nothing of how far trials differ, and neither does
  /// one whose setting was changed in a last digit.
  private static let oneAttempt = 0.1

  /// However many trials there are, ratios a tenth of the standard error apart fill the room that chance
  /// leaves them: more than these need not be found.
  private static let enoughRatios = 10

  /// Nil where the returns have no Sharpe ratio or are too few to judge.
  ///
  /// - Parameters:
  ///   - returns: above what cash earned.
  ///   - others: ratios per step of the other trials; nil for one that has none on these dates.
  public init?(returns: [Double], others: [Double?], stepsPerYear: Double) throws(StatisticsError) {
    guard let bootstrap = StationaryBootstrap.ofReport(steps: returns.count),
      let own = try SharpeSignificance(returns: returns)
    else { return nil }
    let root = stepsPerYear.squareRoot()
    steps = own.count
    standardError = own.standardError * root
    standardErrorOfNormalReturns = own.standardErrorOfNormalReturns * root
    meanBlockLength = bootstrap.meanBlockLength
    fittedBlockLength = try optimalBlockLength(returns)
    skewness = own.skewness
    kurtosis = own.kurtosis
    probability = own.probability()
    t = try NeweyWestMean(returns)?.t
    trials = others.count + 1
    stepsNeeded = own.barsNeeded(confidence: 0.975)
    var ratios: [Double] = []
    for ratio in (others.compactMap { $0 } + [own.sharpe]).sorted() {
      if let last = ratios.last, ratio - last <= SharpeEvidence.oneAttempt * own.standardError {
        continue
      }
      ratios.append(ratio)
    }
    comparedTrials = ratios.count - 1
    let known = others.count { $0 != nil }
    let needed = max(
      2, others.count - known, min((known + 1) / 2, SharpeEvidence.enoughRatios))
    isSpreadAssumed = trials > 1 && comparedTrials < needed
    guard trials > 1 else { return }
    let measured = Moments(ratios).standardDeviation ?? 0
    let deviation = isSpreadAssumed ? max(measured, own.standardError) : measured
    expectedBest =
      SharpeSignificance.expectedMaximum(trials: trials, deviationOfTrials: deviation) * root
    deflated = own.deflated(trials: trials, deviationOfTrials: deviation)
  }
}
