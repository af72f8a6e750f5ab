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
    func length(_ count: Double) -> String {
      let years = count / report.stepsPerYear
      let text = years > 1000 ? "over 1000 years" : "\(format.fixed(years, 1)) years"
      return count < 1e9
        ? "\(format.count(Int(count.rounded(.up)))) \(steps), \(text)" : text
    }
    var rows = [
      EvidenceRow(
        name: "Probabilistic Sharpe ratio", value: format.fixed(evidence.probability, 3),
        meaning: "probability that the true ratio is above 0; 0.95 is proof")
    ]
    if let deflated = evidence.deflated {
      rows.append(
        EvidenceRow(
          name: "Deflated Sharpe ratio", value: format.fixed(deflated, 3),
          meaning: "that it is above \(format.fixed(evidence.expectedBest, 2)), which the best of "
            + "\(format.count(evidence.trials)) trials without skill would show; 0.95 is proof"))
    } else {
      rows.append(
        EvidenceRow(
          name: "Deflated Sharpe ratio", value: NumberFormat.missing,
          meaning: undeflated(evidence, format)))
    }
    rows += [
      EvidenceRow(
        name: "Minimum track record",
        value: evidence.stepsNeeded.map(length) ?? NumberFormat.missing,
        meaning: evidence.stepsNeeded == nil
          ? "the ratio measured is not above 0: no record would prove that it is"
          : "until a ratio as measured is above 0 at 95 %; this run has "
            + length(Double(evidence.steps))),
      EvidenceRow(
        name: "Standard error", value: "±" + format.fixed(evidence.standardError, 2),
        meaning: "of the Sharpe ratio a year, with skewness "
          + "\(format.fixed(evidence.skewness, 2)) and kurtosis "
          + "\(format.fixed(evidence.kurtosis, 1)) of the returns (Mertens)"),
      EvidenceRow(
        name: "t of the mean return", value: format.fixed(evidence.t, 2),
        meaning: "robust to autocorrelation (Newey and West); 1.96 is proof"),
    ]
    return rows
  }

  /// Why there is no deflated ratio.
  private static func undeflated(_ evidence: SharpeEvidence, _ format: NumberFormat) -> String {
    if evidence.trials == 1 { return "this is the only trial: nothing was selected" }
    if evidence.comparedTrials == 0 {
      return "none of the other trials has a ratio over the same dates"
    }
    return "the ratios of the \(format.count(evidence.trials)) trials do not differ"
  }

  private static func row(_ report: OverfittingReport, _ format: NumberFormat) -> EvidenceRow {
    let test = report.test
    let slope = test.degradation.map { ", slope \(format.fixed($0.slope, 2))" } ?? ""
    return EvidenceRow(
      name: "Probability of overfitting", value: format.percent(test.probability, 0),
      meaning: "how often the best of \(format.count(test.variants)) variants (worth "
        + "\(format.fixed(report.effective, 1)) independent ones) on one half of the time is in the "
        + "worse half of them on the other, over \(format.count(test.combinations)) halves\(slope)")
  }
}
