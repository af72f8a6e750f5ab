import Research

extension JSONReport {
  static func value(of report: CrossValidationReport, points: Int?) -> JSONValue {
    let paths = report.paths.map { path -> JSONValue in
      .object([
        "runHash": .string(path.runHash),
        "curve": curve(path.curve, role: "path", points: points),
      ])
    }
    let baselines = report.baselines.map { baseline -> JSONValue in
      .object([
        "name": .string(baseline.name), "sharpe": .number(baseline.sharpe),
        "pathsAbove": .integer(Int64(baseline.pathsAbove)),
      ])
    }
    return .object([
      "groups": .integer(Int64(report.groups)), "testGroups": .integer(Int64(report.testGroups)),
      "splits": .integer(Int64(report.splits)), "purge": .integer(Int64(report.purge)),
      "embargo": .integer(Int64(report.embargo)), "caution": .string(CrossValidationReport.caution),
      "sharpe": .object([
        "mean": .number(report.mean), "deviation": .number(report.deviation),
        "least": .number(report.least), "median": .number(report.median),
        "greatest": .number(report.greatest),
      ]),
      "pathsAboveZero": .integer(Int64(report.pathsAboveZero)), "paths": .array(paths),
      "baselines": .array(baselines),
    ])
  }
}
