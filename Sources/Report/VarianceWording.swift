import Market
import Research

/// What the variance forecasts were worth, in words and cells that all reports share.
enum VarianceWording {
  /// From this t on the gain counts as proved; it is the claim's two-sided 5 %.
  static let level = 1.96

  static func finding(_ report: VarianceReport) -> String {
    let judged = report.rows.filter { $0.score != nil && $0.blends + $0.regressions > 0 }
    guard !judged.isEmpty else { return "EWMA serves throughout: there is nothing to judge." }
    let proved = judged.filter { row in
      (row.score?.gain ?? 0) > 0 && (row.score?.t ?? 0) > level
    }
    let names = proved.map(\.timeframe.name).joined(separator: ", ")
    if proved.count == judged.count { return "Better than EWMA on \(names)." }
    let others = judged.filter { row in !proved.contains(row) }
      .map(\.timeframe.name).joined(separator: ", ")
    return proved.isEmpty
      ? "Not proved to be better than EWMA on \(others)."
      : "Better than EWMA on \(names); not proved to be so on \(others)."
  }

  static let columns = [
    "bars", "QLIKE gain", "t", "level", "coverage", "unsteady", "models that serve",
  ]

  /// A column's name where there is room for it: on a page.
  static func heading(_ column: String) -> String {
    switch column {
    case "t": column
    case "vol": "Volatility/yr"
    case "turnover": "Turnover/yr"
    case "cost": "Costs/yr"
    default: column.prefix(1).uppercased() + column.dropFirst()
    }
  }

  /// A row's cells after the timeframe; EWMA first where there are two figures.
  static func cells(_ row: VarianceReport.Row, _ format: NumberFormat) -> [String] {
    func both(_ benchmark: Double?, _ own: Double?, _ text: (Double?) -> String) -> String {
      own == nil ? NumberFormat.missing : "\(text(benchmark)) \(format.arrow) \(text(own))"
    }
    let score = row.score
    let kinds = [
      (row.blends, "blend"), (row.regressions, "regression"), (row.benchmarks, "EWMA"),
    ].filter { $0.0 > 0 }
    let serves = kinds.map { (kinds.count == 1 ? "all " : "") + "\($0.0) \($0.1)" }
    return [
      score.map { format.count($0.pairs) } ?? NumberFormat.missing,
      format.fixed(score?.gain, 3, signed: true), format.fixed(score?.t, 1),
      both(score?.benchmarkCalibration, score?.calibration) { format.fixed($0, 2) },
      both(score?.benchmarkCoverage, score?.coverage) { format.percent($0) },
      both(score?.benchmarkUnsteadiness, score?.unsteadiness) { format.fixed($0, 2) },
      serves.joined(separator: ", "),
    ]
  }

  static let sizingColumns = ["vol", "unsteady", "turnover", "cost", "Sharpe, net"]

  static func cells(_ sizing: VarianceReport.Sizing, _ format: NumberFormat) -> [String] {
    [
      format.percent(sizing.volatility), format.fixed(sizing.unsteadiness, 2),
      format.fixed(sizing.turnoverPerYear, 1), format.percent(sizing.costPerYear, 2),
      format.fixed(sizing.sharpe, 2),
    ]
  }
}
