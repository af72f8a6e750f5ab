import Research
import Statistics

/// What a placebo and a max test say, in a sentence each.
enum ChanceWording {
  /// A p-value up to here is called beyond chance.
  static let level = 0.05
  /// The same where help and harm are both looked for: 5 % for the two together.
  static let levelOfASide = 0.025

  static func finding(_ placebo: Placebo, _ format: NumberFormat) -> String {
    let finding = timing(placebo, format)
    guard placebo.isThrottled else { return finding }
    return finding + " The drawdown throttle has no placebo: it follows the equity of each run."
  }

  private static func timing(_ placebo: Placebo, _ format: NumberFormat) -> String {
    guard placebo.hasOverlay else {
      return "No overlay: neither a regime nor a trend ever changes a size, so there is nothing to "
        + "test."
    }
    let timing = owners(placebo) + " timing"
    guard let sharpe = placebo.standing(\.sharpe) else {
      return "Without a Sharpe ratio nothing can be said of \(timing)."
    }
    if sharpe.low == sharpe.high, sharpe.low == sharpe.own {
      return "Sizes change, but no position follows them: every shift gives the same Sharpe ratio."
    }
    let stand =
      "The run's Sharpe ratio of \(format.fixed(sharpe.own, 2)) is above that of "
      + "\(format.count(sharpe.below)) of \(format.count(sharpe.count)) placebos "
      + "(p \(value(sharpe.pValue, format)))"
    if sharpe.pValue <= levelOfASide { return stand + ": \(timing) helped beyond chance." }
    if sharpe.pValueOfHarm <= levelOfASide { return stand + ": \(timing) did harm beyond chance." }
    return stand + ": \(timing) cannot be told from chance."
  }

  /// The overlays whose sizes are shifted, as the owners of what follows.
  static func owners(_ placebo: Placebo) -> String {
    Verdict.listing(
      placebo.overlays.map { overlay in
        switch overlay {
        case .regimes: "the regimes'"
        case .entry: "the entry rules'"
        case .trend: "the trend's"
        }
      })
  }

  /// What the variants are compared by.
  static func measure(_ report: MaxTestReport) -> String {
    switch report.test.measure {
    case .sharpe: "Sharpe ratio"
    case .mean: "Mean return"
    }
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
