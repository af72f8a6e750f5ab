import Research
import Statistics

extension JSONReport {
  static func value(of placebo: Placebo) -> JSONValue {
    .object([
      "decisions": .integer(placebo.decisions),
      "overlays": .array(placebo.overlays.map { .string($0.rawValue) }),
      "isThrottled": .bool(placebo.isThrottled),
      "own": .object(figures(placebo.own)),
      "shifts": .array(
        placebo.shifts.map { shift in
          .object(
            figures(shift.figures).merging(["decisions": .integer(shift.decisions)]) { $1 })
        }),
      "standing": .object([
        "sharpe": standing(placebo.standing(\.sharpe)),
        "cagr": standing(placebo.standing(\.compoundAnnualGrowthRate)),
        "maximumDrawdown": standing(placebo.standing(\.maximumDrawdown)),
      ]),
      "finding": .string(ChanceWording.finding(placebo, .terminal)),
    ])
  }

  private static func figures(_ figures: Placebo.Figures) -> [String: JSONValue] {
    [
      "sharpe": .number(figures.sharpe),
      "cagr": .number(figures.compoundAnnualGrowthRate),
      "maximumDrawdown": .number(figures.maximumDrawdown),
      "exposure": .number(figures.exposure),
    ]
  }

  private static func standing(_ standing: Placebo.Standing?) -> JSONValue {
    guard let standing else { return .null }
    return .object([
      "own": .number(standing.own), "median": .number(standing.median),
      "low": .number(standing.low), "high": .number(standing.high),
      "below": .integer(standing.below), "count": .integer(standing.count),
      "pValue": .number(standing.pValue), "pValueOfHarm": .number(standing.pValueOfHarm),
    ])
  }

  static func value(of report: MaxTestReport) -> JSONValue {
    .object([
      "benchmark": .string(report.benchmark),
      "measure": .string(report.test.measure.rawValue),
      "alternative": .string(report.test.alternative.rawValue),
      "steps": .integer(report.steps),
      "draws": .integer(report.test.draws),
      "bestPValue": .number(report.test.bestPValue),
      "rows": .array(
        zip(report.names, report.test.rows).map { name, row in
          .object([
            "name": .string(name), "difference": .number(row.difference),
            "standardError": .number(row.standardError), "statistic": .number(row.statistic),
            "pValue": .number(row.pValue), "adjustedPValue": .number(row.adjustedPValue),
          ])
        }),
      "finding": .string(ChanceWording.finding(report, .terminal)),
    ])
  }
}
