import Research

/// The words for what the order of the regimes means, the same in every report.
package enum RegimeWording {
  /// `ordered by volatility`, as the states' names tell it; completes "states are ...".
  package static func order(_ names: [String]) -> String {
    switch names.first {
    case "calm": "ordered by volatility"
    case "bear": "ordered by mean return"
    default: "numbered in the order of regime.order"
    }
  }

  /// What the rows by regime are of; `format` is that of the numbers.
  /// - Parameter hasSymbols: whether rows of symbols are shown.
  static func rows(_ report: BacktestReport, _ format: NumberFormat, hasSymbols: Bool) -> String {
    let step = report.stepName == "day" ? "daily return" : "return of a \(report.stepName)"
    let isSizing =
      report.placebo.map { $0.overlays.contains(.regimes) || $0.overlays.contains(.entry) } ?? true
    let fewest = BacktestReport.RegimeRow.fewestDays
    return "Mean/yr: mean \(step) x \(format.periods(report.stepsPerYear)), not compounded; of "
      + "fewer than \(fewest) returns nothing is stated a year. "
      + (hasSymbols
        ? "A symbol's rows are of the symbol held alone, before costs; the portfolio's are after them."
        : "After costs.")
      + (isSizing ? "" : " No size changes with the regime in this run.")
  }
}
