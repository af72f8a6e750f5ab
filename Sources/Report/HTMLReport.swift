import Market
import Research

/// Reports for people: one file that opens anywhere, offline, on a phone or on paper.
///
/// Everything is inside: the style, the drawings (SVG), a script of a few kilobytes without which
/// the page is still complete, and the figures as JSON (`<script type="application/json">`).
public enum HTMLReport {
  /// The most points that a curve is drawn with.
  public static let curvePoints = 2000
  /// The trades that are listed.
  public static let tradesShown = 50

  static let format = NumberFormat.typographic

  /// Returns a backtest as a page.
  public static func backtest(_ report: BacktestReport) -> String {
    backtest(report, variants: nil)
  }

  /// - Parameter variants: other profiles that the page shows beside the report's own.
  static func backtest(_ report: BacktestReport, variants: VariantComparison?) -> String {
    let verdict = Verdict(report, format: format)
    let page = HTMLPage(
      title: report.portfolioName,
      subtitle: subtitle(report),
      lead: verdictBox(report, verdict) + warnings(report.warnings),
      bands: bands(report, variants),
      data: JSONReport.value(of: report, points: curvePoints, fills: tradesShown))
    return page.text
  }

  /// The sections in their order: what came of it, where it came from, what it rests on.
  private static func bands(_ report: BacktestReport, _ variants: VariantComparison?)
    -> [HTMLPage.Band]
  {
    var bands: [HTMLPage.Band] = [[comparison(report)], [evidence(report)]]
    if let variants { bands.append([section(variants)]) }
    if let parts = report.ablation { bands.append([ablation(parts)]) }
    if let paths = report.crossValidation { bands.append([crossValidation(paths)]) }
    bands += [[equity(report)], [drawdown(report)]]
    if let calendar = report.calendar { bands.append([months(calendar)]) }
    bands += [riskBand(report), [weights(report)], [regimes(report)]]
    if let together = crossRegimes(report.crossRegimes) { bands.append([together]) }
    if !report.contributions.isEmpty { bands.append([symbols(report)]) }
    if !report.tradeSummaries.isEmpty { bands.append([closedTrades(report)]) }
    if let forecasts = report.variance { bands.append([variance(forecasts)]) }
    if let shifted = report.placebo { bands.append([placebo(shifted)]) }
    if let test = report.maxTest { bands.append([maxTest(test)]) }
    bands.append([attribution(report)])
    if !report.timeframeSkills.isEmpty { bands.append([forecastTests(report)]) }
    bands += [
      [gates(report)], [lastDecision(report)], [decisionCounts(report)],
      [reasons(report), costs(report)], [trades(report)],
    ]
    if !report.ownStatistics.isEmpty { bands.append([ownStatistics(report)]) }
    return bands + [[inputs(report)], [conventions(report)]]
  }

  private static func subtitle(_ report: BacktestReport) -> Markup {
    let frames = report.timeframes.map { entry in
      "\(entry.timeframe.name) \(format.fixed(entry.weight, 2))"
    }
    let symbols = report.symbols.map(\.name)
    let named =
      symbols.count <= 8
      ? symbols.joined(separator: ", ")
      : symbols.prefix(6).joined(separator: ", ") + " and \(symbols.count - 6) more"
    return """
      Backtest \(report.period) &middot; \(report.market), \
      \(report.profile), \(report.allocationMode)<br>\(named) &middot; \
      forecasts \(frames.joined(separator: ", ")), steps of \(report.primary.name)
      """
  }

  static func warnings(_ warnings: [String]) -> Markup {
    guard !warnings.isEmpty else { return "" }
    let items = warnings.map { "<li>\($0)</li>" as Markup }
    return "<ul class=\"warnings\" aria-label=\"Warnings\">\(items.joined())</ul>\n"
  }

  /// A list of names and values.
  static func entries(_ entries: [BacktestReport.Entry], mono: Bool = false) -> Markup {
    let kind: Markup = mono ? " class=\"mono\"" : ""
    let items = entries.map { entry -> Markup in
      let detail: Markup = entry.detail.isEmpty ? "" : "<br>\(entry.detail)"
      return "<dt>\(entry.name)</dt><dd\(kind)>\(entry.value)\(detail)</dd>"
    }
    return "<dl class=\"plain\">\(items.joined("\n"))</dl>\n"
  }
}
