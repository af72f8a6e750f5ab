import Research
import Statistics

/// What a placebo and a max test say, in a sentence each.
enum ChanceWording {
  /// A p-value up to here is called beyond chance.
  static let level = 0.05

  static func finding(_ placebo: Placebo, _ format: NumberFormat) -> String {
    guard placebo.hasOverlay else {
      return "No regime overlay: the regimes' sizes never change, so there is nothing to test."
    }
    guard let sharpe = placebo.standing(\.sharpe) else {
      return "Without a Sharpe ratio nothing can be said of the regimes' timing."
    }
    if sharpe.low == sharpe.high, sharpe.low == sharpe.own {
      return "The regimes' sizes change, but no position follows them: every shift gives the same "
        + "Sharpe ratio."
    }
    let stand =
      "The run's Sharpe ratio of \(format.fixed(sharpe.own, 2)) is above that of "
      + "\(format.count(sharpe.below)) of \(format.count(sharpe.count)) placebos "
      + "(p \(value(sharpe.pValue, format)))"
    if sharpe.pValue <= level { return stand + ": the regimes' timing helped beyond chance." }
    if sharpe.pValueOfHarm <= level {
      return stand + ": the regimes' timing did harm beyond chance."
    }
    return stand + ": the regimes' timing cannot be told from chance."
  }

  static func finding(_ report: MaxTestReport, _ format: NumberFormat) -> String {
    let tested = zip(report.names, report.test.rows).compactMap { name, row in
      row.adjustedPValue.map { (name: name, p: $0) }
    }
    guard let best = tested.min(by: { $0.p < $1.p }) else {
      return "No variant could be compared with \(report.benchmark)."
    }
    let claim = report.test.alternative == .better ? "better than" : "different from"
    let proved = tested.filter { $0.p <= level }.map(\.name)
    guard proved.isEmpty else {
      return "After all \(format.count(tested.count)) variants were looked at, "
        + "\(Verdict.listing(proved)) \(proved.count == 1 ? "is" : "are") \(claim) "
        + "\(report.benchmark) beyond chance (adjusted p up to "
        + "\(value(tested.filter { $0.p <= level }.map(\.p).max(), format)))."
    }
    return "After all \(format.count(tested.count)) variants were looked at, none is \(claim) "
      + "\(report.benchmark) beyond chance; the least p is \(value(best.p, format)), of "
      + "\(best.name)."
  }

  /// A p-value with three decimals where two would hide it.
  static func value(_ p: Double?, _ format: NumberFormat) -> String {
    format.fixed(p, (p ?? 1) < 0.1 ? 3 : 2)
  }
}
