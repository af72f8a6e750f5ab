import Market
import Research
import Statistics

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

  static func headline(
    _ answer: Answer, _ comparisons: [Comparison], _ report: BacktestReport,
    _ format: NumberFormat
  ) -> String {
    let length = length(from: report.start, to: report.end, format)
    let scope = "over these \(length), out of sample and after costs, the Sharpe ratio"
    let sharpe = report.portfolio.performance.sharpe.map { " of \(format.fixed($0, 2))" } ?? ""
    let said = "\(scope)\(sharpe) \(standings(comparisons))"
    switch answer {
    case .inSample:
      return "Not evidence: these figures are in sample."
    case .noBaseline:
      return "Cannot say: no baseline that holds the market is beside the portfolio."
    case .noInterval:
      return "Cannot say: \(withoutInterval(report, format))."
    case .no where report.portfolio.performance.ruinedAt != nil:
      return "No: the portfolio \(ruin(report, format))."
    case .no where report.fills.isEmpty:
      return "No: the portfolio never traded; it is cash over these \(length)."
    case .yes: return "Yes: \(said)."
    case .doubtful: return "Doubtful: \(said), but \(doubt(comparisons, report, format))."
    case .partly: return "Partly: \(said)."
    case .notProved: return "Not proved: \(said)."
    case .no: return "No: \(said)."
    }
  }

  /// `is above that of HRP and cash; it cannot be told from equal weight; it is below that of ERC`.
  private static func standings(_ comparisons: [Comparison]) -> String {
    func names(_ members: [Comparison], _ standings: Standing...) -> String {
      listing(members.filter { standings.contains($0.standing) }.map(\.inProse))
    }
    let market = comparisons.filter { !$0.isCash }
    let isAbove = market.contains { $0.standing == .better }
    let below = names(market, .worse)
    let unknown = names(market, .cannotTell, .noInterval)
    var parts: [String] = []
    // Cash stands among what is beaten, but never alone for it.
    if isAbove { parts.append("is above that of \(names(comparisons, .better))") }
    if !isAbove, !below.isEmpty { parts.append("is below that of \(below)") }
    if !unknown.isEmpty {
      parts.append("cannot be told from \(parts.isEmpty ? "that of " : "")\(unknown)")
    }
    if isAbove, !below.isEmpty { parts.append("is below that of \(below)") }
    switch comparisons.first(where: \.isCash)?.standing {
    case .better where !isAbove: parts.append("is above that of cash")
    case .cannotTell, .noInterval: parts.append("is not proved to be above that of cash")
    case .worse: parts.append("is below that of cash")
    case .better, nil: break
    }
    return parts.joined(separator: "; it ")
  }

  /// Why what is above is doubtful.
  private static func doubt(
    _ comparisons: [Comparison], _ report: BacktestReport, _ format: NumberFormat
  ) -> String {
    if let (text, owner) = dominant(comparisons, report) {
      return "\(text) of the returns of \(owner)"
    }
    let tried = "\(format.count(report.trials)) results were looked at and "
    if isProvedAboveZero(report) {
      let names = listing(explained(comparisons, report).map(\.inProse))
      return tried + "the best of so many may be as far above that of \(names) by chance"
    }
    let deflated = report.deflatedSharpe.map { " is \(format.fixed($0, 2))" } ?? " is not known"
    return tried + "the deflated Sharpe ratio\(deflated)"
  }

  static func remarks(
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
    if let (text, owner) = dominant(comparisons, report) {
      remarks.append(
        "\(text.prefix(1).uppercased())\(text.dropFirst()) of the returns of \(owner): what is said of "
          + "them is said of that one.")
    }
    if answer != .inSample, let proof = timeToProof(comparisons, report, format) {
      remarks.append(proof)
    }
    if Double(report.end - report.start) < 365 * Double(Timestamp.millisecondsPerDay) {
      remarks.append("The run is shorter than a year: what is stated a year is extrapolated.")
    }
    remarks.append(selection(comparisons, report, format))
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

  private static func selection(
    _ comparisons: [Comparison], _ report: BacktestReport, _ format: NumberFormat
  ) -> String {
    guard report.trials > 1 else {
      return "No other run over these symbols and dates is in this database; what was tried "
        + "elsewhere is not counted."
    }
    let count =
      "\(format.count(report.trials)) results (runs, other sizings, ablations) of this portfolio, or of "
      + "others over its symbols and dates, are in this database"
    guard let deflated = report.deflatedSharpe else {
      return "\(count); the deflated Sharpe ratio cannot be computed, so selection may explain the "
        + "result."
    }
    let stated = "\(count); the deflated Sharpe ratio is \(format.fixed(deflated, 2))"
    guard isProvedAboveZero(report) else {
      return "\(stated), below 0.95: selection among them may explain the result."
    }
    let above = "\(stated): selection among them does not explain that the ratio is above 0"
    let open = explained(comparisons, report)
    if !open.isEmpty {
      return "\(above), but may explain that it is above that of \(listing(open.map(\.inProse)))."
    }
    let better = comparisons.filter { !$0.isCash && $0.standing == .better }
    if better.isEmpty { return above + "." }
    return above + ", nor that it is above that of \(listing(better.map(\.inProse)))."
  }

  /// `a`, `a and b`, `a, b and c`.
  static func listing(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}
