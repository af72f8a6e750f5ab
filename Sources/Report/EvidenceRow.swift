import Research
import Statistics

/// A line of the table that says how sure a result is, in words.
struct EvidenceRow {
  var name: String
  var value: String
  var meaning: String

  static func all(of report: BacktestReport, _ format: NumberFormat) -> [EvidenceRow] {
    let sharpe = report.evidence.map { rows($0, report, format) } ?? []
    return sharpe + (report.overfitting.map { [row($0, format)] } ?? [])
  }

  private static func rows(
    _ evidence: SharpeEvidence, _ report: BacktestReport, _ format: NumberFormat
  ) -> [EvidenceRow] {
    let steps = report.stepName == "day" ? "days" : "steps of a \(report.stepName)"
    func length(_ count: Int) -> String {
      "\(format.count(count)) \(steps), \(format.fixed(Double(count) / report.stepsPerYear, 1)) years"
    }
    // An estimate has two digits at most.
    func roughLength(_ count: Double) -> String {
      let years = count / report.stepsPerYear
      let text =
        years > 1000
        ? "over 1000 years"
        : years < 10
          ? "\(format.fixed(years, 1)) years" : "\(format.roughly(Int(years.rounded()))) years"
      return count < 1e9
        ? "about \(format.roughly(Int(count.rounded(.up)))) \(steps), \(text)" : text
    }
    return [
      EvidenceRow(
        name: "Probabilistic Sharpe ratio", value: format.fixed(evidence.probability, 3),
        meaning: "probability that the true ratio is above 0; 0.975 corresponds to the two-sided "
          + "95 % interval"),
      deflated(evidence, format),
      EvidenceRow(
        name: "Minimum track record",
        value: evidence.stepsNeeded.map(roughLength) ?? NumberFormat.missing,
        meaning: evidence.stepsNeeded == nil
          ? "the ratio measured is not above 0: no record would prove that it is"
          : "until the 95 % interval of a ratio as measured is above 0; this run has "
            + length(evidence.steps)),
      EvidenceRow(
        name: "Standard error", value: "±" + format.fixed(evidence.standardError, 2),
        meaning: "of the Sharpe ratio a year, with skewness "
          + "\(format.fixed(evidence.skewness, 2)) and kurtosis "
          + "\(format.fixed(evidence.kurtosis, 1)) of the returns (Mertens); "
          + "±\(format.fixed(evidence.standardErrorOfNormalReturns, 2)) were they normal (Lo)"),
      EvidenceRow(
        name: "t of the mean return", value: format.fixed(evidence.t, 2),
        meaning: "robust to autocorrelation (Newey and West); 1.96 corresponds to the two-sided "
          + "95 % interval"),
      EvidenceRow(
        name: "Blocks of the intervals",
        value: "\(format.fixed(evidence.meanBlockLength, 1)) \(steps)",
        meaning: "mean length of what is resampled together; the memory of these returns asks for "
          + "\(format.fixed(evidence.fittedBlockLength, 1)) (Politis and White)"),
    ]
  }

  private static func deflated(_ evidence: SharpeEvidence, _ format: NumberFormat) -> EvidenceRow {
    guard let deflated = evidence.deflated else {
      return EvidenceRow(
        name: "Deflated Sharpe ratio", value: NumberFormat.missing,
        meaning: "no other run over these symbols and dates is in this database")
    }
    return EvidenceRow(
      name: "Deflated Sharpe ratio", value: format.fixed(deflated, 3),
      meaning: "that it is above \(format.fixed(evidence.expectedBest, 2)), which the best of "
        + "\(format.count(evidence.trials)) trials without skill would show; 0.95 is needed; "
        + spread(evidence, format))
  }

  /// What tells how far the trials' ratios differ.
  private static func spread(_ evidence: SharpeEvidence, _ format: NumberFormat) -> String {
    let (own, others) = (evidence.comparedTrials, evidence.trials - 1)
    let who =
      others == 1
      ? "the other one has \(own == 1 ? "a" : "no") ratio of its own"
      : "\(format.count(own)) of the \(format.count(others)) others "
        + (own == 1 ? "has a ratio of its own" : "have a ratio of their own")
    let compared = who + " over the same dates"
    return evidence.isSpreadAssumed
      ? compared + ", too few to tell how far trials differ: at least by the standard error"
      : compared
  }

  private static func row(_ report: OverfittingReport, _ format: NumberFormat) -> EvidenceRow {
    let test = report.test
    let variants =
      test.variants < report.given
      ? "\(format.count(test.variants)) different ones of the \(format.count(report.given)) runs"
      : "\(format.count(test.variants)) variants"
    let slope = test.degradation.map { ", slope \(format.fixed($0.slope, 2))" } ?? ""
    return EvidenceRow(
      name: "Probability of overfitting", value: format.percent(test.probability, 0),
      meaning: "how often the best of \(variants) (worth "
        + "\(format.fixed(report.effective, 1)) independent ones) on one half of the time is in the "
        + "worse half of them on the other, over \(format.count(test.combinations)) halves\(slope)")
  }
}
