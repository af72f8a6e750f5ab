import Foundation
import Market
import Research
import Statistics

/// What a backtest proves, in plain words: the first thing that every report says.
///
/// A Sharpe ratio counts as different from a baseline's only where the paired 95 % interval of the
/// difference excludes 0. Beating all baselines is a claim about each of them, so no correction for
/// their number is due; the number of *variants* tried is what the deflated Sharpe ratio corrects.
public struct Verdict: Sendable, Equatable {
  /// The short answer to "does it beat holding the market?".
  public enum Answer: String, Sendable {
    /// Beats every baseline.
    case yes
    /// Beats every baseline, but selection among the variants tried may explain it.
    case doubtful
    /// Beats some baselines and not others.
    case partly
    /// Beats none, never traded, or lost everything.
    case no
    /// The figures are in sample and prove nothing.
    case inSample = "in sample"
    /// There is nothing to compare with.
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

    /// The baseline within a sentence: `weekly equal weight` for `equal weight, weekly`.
    public var inProse: String {
      let parts = baseline.split(separator: ", ", maxSplits: 1)
      return parts.count == 2 ? "\(parts[1]) \(parts[0])" : baseline
    }
  }

  /// The deflated Sharpe ratio from which selection does not explain a result.
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
    let isDeflated =
      report.trials <= 1
      || report.deflatedSharpe.map { $0 >= Verdict.deflatedSharpeNeeded } ?? false
    answer = Verdict.answer(
      comparisons.map(\.standing), isOutOfSample: report.isOutOfSample, isDeflated: isDeflated,
      isOver: report.fills.isEmpty || report.portfolio.performance.ruinedAt != nil)
    headline = Verdict.headline(answer, comparisons, report, format)
    remarks = Verdict.remarks(answer, comparisons, report, format)
  }

  static func standing(_ interval: ClosedRange<Double>?) -> Standing {
    guard let interval else { return .noInterval }
    if interval.lowerBound > 0 { return .better }
    return interval.upperBound < 0 ? .worse : .cannotTell
  }

  /// - Parameter isOver: whether the run never traded or lost everything, so that nothing is compared.
  static func answer(
    _ standings: [Standing], isOutOfSample: Bool, isDeflated: Bool, isOver: Bool
  ) -> Answer {
    guard isOutOfSample else { return .inSample }
    if isOver { return .no }
    guard !standings.isEmpty else { return .noBaseline }
    if standings.allSatisfy({ $0 == .noInterval }) { return .noInterval }
    let better = standings.count { $0 == .better }
    if better == standings.count { return isDeflated ? .yes : .doubtful }
    return better > 0 ? .partly : .no
  }
}

extension Verdict {
  /// `45 days`, `18 months`, `7.5 years`.
  static func length(from start: Timestamp, to end: Timestamp, _ format: NumberFormat) -> String {
    let days = Double(end - start) / Double(Timestamp.millisecondsPerDay)
    if days < 1.5 { return "one day" }
    if days < 90 { return "\(format.fixed(days, 0)) days" }
    let months = days / 30.436875
    if months < 36 { return "\(format.fixed(months, 0)) months" }
    return "\(format.fixed(days / 365.2425, 1)) years"
  }

  private static func headline(
    _ answer: Answer, _ comparisons: [Comparison], _ report: BacktestReport,
    _ format: NumberFormat
  ) -> String {
    func names(_ standings: Standing...) -> String {
      listing(comparisons.filter { standings.contains($0.standing) }.map(\.inProse))
    }
    let length = length(from: report.start, to: report.end, format)
    let scope = "over these \(length), out of sample and after costs, the Sharpe ratio"
    let sharpe = report.portfolio.performance.sharpe.map { " of \(format.fixed($0, 2))" } ?? ""
    switch answer {
    case .inSample:
      return "Not evidence: these figures are in sample."
    case .noBaseline:
      return "Cannot say: there is no baseline beside the portfolio."
    case .noInterval:
      return "Cannot say: \(withoutInterval(report, format))."
    case .no where report.portfolio.performance.ruinedAt != nil:
      return "No: the portfolio \(ruin(report, format))."
    case .no where report.fills.isEmpty:
      return "No: the portfolio never traded; it is cash over these \(length)."
    case .yes:
      return "Yes: \(scope)\(sharpe) is above that of \(listing(comparisons.map(\.inProse)))."
    case .doubtful:
      let deflated = report.deflatedSharpe.map { " is \(format.fixed($0, 2))" } ?? " is not known"
      return "Doubtful: \(scope)\(sharpe) is above that of "
        + "\(listing(comparisons.map(\.inProse))), but \(format.count(report.trials)) variants "
        + "were tried and the deflated Sharpe ratio\(deflated)."
    case .partly:
      var parts = ["is above that of \(names(.better))"]
      let unknown = names(.cannotTell, .noInterval)
      if !unknown.isEmpty { parts.append("cannot be told from \(unknown)") }
      let worse = names(.worse)
      if !worse.isEmpty { parts.append("is below that of \(worse)") }
      return "Partly: \(scope)\(sharpe) \(parts.joined(separator: "; it "))."
    case .no:
      let worse = names(.worse)
      let unknown = names(.cannotTell, .noInterval)
      if unknown.isEmpty { return "No: \(scope)\(sharpe) is below that of \(worse)." }
      if worse.isEmpty { return "No: \(scope)\(sharpe) cannot be told from that of \(unknown)." }
      return "No: \(scope)\(sharpe) is below that of \(worse); it cannot be told from \(unknown)."
    }
  }

  private static func remarks(
    _ answer: Answer, _ comparisons: [Comparison], _ report: BacktestReport,
    _ format: NumberFormat
  ) -> [String] {
    var remarks: [String] = []
    if answer == .inSample {
      remarks.append(
        "The models had seen the bars that they are judged on, so nothing here says how they would "
          + "do on new ones. A walk-forward backtest does.")
    }
    if report.portfolio.performance.ruinedAt != nil {
      return remarks + [
        "The portfolio \(ruin(report, format)). From there on a return has no meaning, so that "
          + "nothing can be compared."
      ]
    }
    if report.fills.isEmpty {
      return remarks + ["What kept it from trading is counted further down."]
    }
    if let interval = report.portfolio.sharpeInterval {
      let verdict =
        interval.lowerBound > 0
        ? "The 95 % interval of the Sharpe ratio, \(format.interval(interval, 2)), is above 0."
        : interval.upperBound < 0
          ? "The 95 % interval of the Sharpe ratio, \(format.interval(interval, 2)), is below 0: "
            + "the portfolio lost money beyond chance."
          : "The 95 % interval of the Sharpe ratio, \(format.interval(interval, 2)), holds 0: that "
            + "the portfolio makes money at all is not proved."
      remarks.append(verdict)
    } else {
      remarks.append("The Sharpe ratio has no interval: \(withoutInterval(report, format)).")
    }
    if answer != .inSample, let proof = timeToProof(comparisons, report, format) {
      remarks.append(proof)
    }
    if Double(report.end - report.start) < 365 * Double(Timestamp.millisecondsPerDay) {
      remarks.append("The run is shorter than a year: what is stated a year is extrapolated.")
    }
    remarks.append(selection(report, format))
    return remarks
  }

  /// What an account has come to that was once not above 0.
  private static func ruin(_ report: BacktestReport, _ format: NumberFormat) -> String {
    let curve = report.portfolio
    guard let place = curve.equity.firstIndex(where: { !($0 > 0) }) else {
      return "lost everything"
    }
    return "lost everything on \(report.day(of: curve.times[place])): equity fell to "
      + "\(format.fixed(curve.equity[place], 0)) \(report.currency)"
  }

  /// Why nothing can be said of a Sharpe ratio.
  static func withoutInterval(_ report: BacktestReport, _ format: NumberFormat) -> String {
    let (own, fewest) = (report.portfolio.performance, StationaryBootstrap.fewestReturns)
    if own.ruinedAt != nil {
      return "the portfolio lost everything, and from there on a return has no meaning"
    }
    if report.fills.isEmpty { return "the portfolio never traded" }
    if own.steps < fewest {
      let returns = own.steps == 1 ? "return is" : "returns are"
      return "\(format.count(own.steps)) \(returns) too few to judge; \(fewest) are needed"
    }
    return own.sharpe == nil
      ? "the returns do not vary, so that there is no Sharpe ratio"
      : "the returns do not vary on enough resamples"
  }

  /// How long a record would settle the comparison with the first baseline that is ahead by too
  /// little: the half-width of an interval shrinks with the root of time.
  private static func timeToProof(
    _ comparisons: [Comparison], _ report: BacktestReport, _ format: NumberFormat
  ) -> String? {
    let open = comparisons.filter { $0.standing == .cannotTell && ($0.advantage ?? 0) > 0 }
    let years = Double(report.end - report.start) / Double(Timestamp.millisecondsPerDay) / 365.2425
    let needed = open.compactMap { comparison -> (name: String, years: Double)? in
      guard let advantage = comparison.advantage, let interval = comparison.interval else {
        return nil
      }
      let half = (interval.upperBound - interval.lowerBound) / 2
      let total = years * (half / advantage) * (half / advantage)
      return total.isFinite && total > years ? (comparison.inProse, total) : nil
    }
    guard let nearest = needed.min(by: { $0.years < $1.years }) else { return nil }
    let time =
      switch nearest.years {
      case ..<1: "about \(format.fixed(nearest.years * 365.2425, 0)) days"
      case ..<10: "about \(format.fixed(nearest.years, 1)) years"
      case ...100: "about \(format.fixed(nearest.years, 0)) years"
      default: "more than 100 years"
      }
    return "If the differences stayed as they are, telling it from \(nearest.name) would take "
      + "\(time) of such data."
  }

  private static func selection(_ report: BacktestReport, _ format: NumberFormat) -> String {
    guard report.trials > 1 else {
      return "It is the first run of this portfolio that the store has counted: there was no "
        + "selection among variants."
    }
    let count = "\(format.count(report.trials)) variants of this portfolio have been run"
    guard let deflated = report.deflatedSharpe else {
      return "\(count); the deflated Sharpe ratio cannot be computed, so selection may explain the "
        + "result."
    }
    let value = format.fixed(deflated, 2)
    return deflated >= deflatedSharpeNeeded
      ? "\(count); the deflated Sharpe ratio is \(value): selection among them does not explain the "
        + "result."
      : "\(count); the deflated Sharpe ratio is \(value), below 0.95: selection among them may "
        + "explain the result."
  }

  /// `a`, `a and b`, `a, b and c`.
  static func listing(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}
