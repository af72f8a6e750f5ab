import Research
import Statistics

/// What a backtest proves, in plain words: the first thing that every report says.
///
/// A Sharpe ratio counts as different from a baseline's only where the paired 95 % interval of the
/// difference excludes 0. Beating all baselines is a claim about each of them, so no correction for
/// their number is due. For the number of *runs* tried one is, twice: the deflated Sharpe ratio asks
/// whether the ratio is above 0 after so many, which in a rising market every run's may be; so each
/// advantage must be beyond chance after so many, too (`Comparison.isAbove(afterTrials:)`).
///
/// Cash holds no market: being above it is needed for a yes and beats nothing. What stands on one return
/// (`DominantReturn`) is doubtful, however good its interval.
public struct Verdict: Sendable, Equatable {
  /// The short answer to "does it beat holding the market?".
  public enum Answer: String, Sendable {
    /// Beats every baseline.
    case yes
    /// Beats every baseline, but selection among the runs tried may explain it; or some, but one return
    /// makes most of the variance.
    case doubtful
    /// Beats some baselines and not others.
    case partly
    /// Can be told from no baseline that holds the market, cash apart.
    case notProved = "not proved"
    /// Beats none and is below some, never traded, or lost everything.
    case no
    /// The figures are in sample and prove nothing.
    case inSample = "in sample"
    /// There is nothing to compare with that holds the market.
    case noBaseline = "no baseline"
    /// No difference from a baseline has an interval: the returns are too few, or do not vary.
    case noInterval = "no interval"
  }

  /// What the paired interval says about one baseline.
  public enum Standing: String, Sendable {
    case better, worse
    /// The interval holds 0.
    case cannotTell = "cannot tell"
    /// There is no interval: too few returns, or none that vary.
    case noInterval = "no interval"
  }

  public struct Comparison: Sendable, Equatable {
    public var baseline: String
    /// The portfolio's Sharpe ratio minus the baseline's.
    public var advantage: Double?
    public var interval: ClosedRange<Double>?
    public var standing: Standing

    /// Whether the advantage is beyond what the best of so many trials shows by chance: its z, the
    /// interval taken as a normal one, against the point of `2.5 % / trials` (Bonferroni over the
    /// trials, as Harvey and Liu 2015, "Backtesting", mark Sharpe ratios down).
    func isAbove(afterTrials trials: Int) -> Bool {
      guard standing == .better, let advantage, let interval else { return false }
      let half = (interval.upperBound - interval.lowerBound) / 2
      let side = 0.025
      return NormalDistribution.quantile(1 - side) * advantage
        > NormalDistribution.quantile(1 - side / Double(max(1, trials))) * half
    }

    /// Whether the baseline holds nothing.
    public var isCash: Bool { baseline == Baseline.cash.rawValue }

    /// The baseline within a sentence: `weekly equal weight` for `equal weight, weekly`.
    public var inProse: String {
      let parts = baseline.split(separator: ", ", maxSplits: 1)
      return parts.count == 2 ? "\(parts[1]) \(parts[0])" : baseline
    }
  }

  /// The deflated Sharpe ratio from which selection does not explain that a ratio is above 0.
  public static let deflatedSharpeNeeded = 0.95

  public var answer: Answer
  /// One sentence.
  public var headline: String
  /// What qualifies it.
  public var remarks: [String]
  public var comparisons: [Comparison]

  /// Draws the conclusions of a report. `format` is that of the numbers in the sentences.
  public init(_ report: BacktestReport, format: NumberFormat) {
    let comparisons = report.baselines.map { curve in
      Comparison(
        baseline: curve.name, advantage: curve.sharpeAdvantage,
        interval: curve.sharpeAdvantageInterval,
        standing: Verdict.standing(curve.sharpeAdvantageInterval))
    }
    self.comparisons = comparisons
    let isBeyondTrials =
      report.trials <= 1
      || (Verdict.isProvedAboveZero(report) && Verdict.explained(comparisons, report).isEmpty)
    answer = Verdict.answer(
      comparisons, isOutOfSample: report.isOutOfSample, isBeyondTrials: isBeyondTrials,
      isByOneReturn: Verdict.dominant(comparisons, report) != nil,
      isOver: report.fills.isEmpty || report.portfolio.performance.ruinedAt != nil)
    headline = Verdict.headline(answer, comparisons, report, format)
    remarks = Verdict.remarks(answer, comparisons, report, format)
  }

  /// Whether selection among the trials does not explain that the Sharpe ratio is above 0.
  static func isProvedAboveZero(_ report: BacktestReport) -> Bool {
    report.deflatedSharpe.map { $0 >= deflatedSharpeNeeded } ?? false
  }

  /// The advantages over the market that selection among the trials may explain. That over cash is the
  /// ratio itself, of which the deflated one speaks.
  static func explained(
    _ comparisons: [Comparison], _ report: BacktestReport
  ) -> [Comparison] {
    comparisons.filter {
      !$0.isCash && $0.standing == .better && !$0.isAbove(afterTrials: report.trials)
    }
  }

  /// The one return that carries the comparisons, in words, and whose it is: the portfolio's, or that of a
  /// baseline that it is said to be above.
  static func dominant(
    _ comparisons: [Comparison], _ report: BacktestReport
  ) -> (text: String, owner: String)? {
    if let own = report.portfolio.dominantReturn { return (report.text(of: own), "the portfolio") }
    for (comparison, curve) in zip(comparisons, report.baselines)
    where comparison.standing == .better {
      if let found = curve.dominantReturn { return (report.text(of: found), comparison.inProse) }
    }
    return nil
  }

  static func standing(_ interval: ClosedRange<Double>?) -> Standing {
    guard let interval else { return .noInterval }
    if interval.lowerBound > 0 { return .better }
    return interval.upperBound < 0 ? .worse : .cannotTell
  }

  /// - Parameters:
  ///   - isBeyondTrials: whether selection among the trials does not explain that all are beaten.
  ///   - isByOneReturn: whether one return makes most of the variance of what is compared.
  ///   - isOver: whether the run never traded or lost everything, so that nothing is compared.
  static func answer(
    _ comparisons: [Comparison], isOutOfSample: Bool, isBeyondTrials: Bool, isByOneReturn: Bool,
    isOver: Bool
  ) -> Answer {
    guard isOutOfSample else { return .inSample }
    if isOver { return .no }
    let market = comparisons.filter { !$0.isCash }.map(\.standing)
    guard !market.isEmpty else { return .noBaseline }
    if market.allSatisfy({ $0 == .noInterval }) { return .noInterval }
    guard market.contains(.better) else { return market.contains(.worse) ? .no : .notProved }
    if isByOneReturn { return .doubtful }
    guard comparisons.allSatisfy({ $0.standing == .better }) else { return .partly }
    return isBeyondTrials ? .yes : .doubtful
  }
}
