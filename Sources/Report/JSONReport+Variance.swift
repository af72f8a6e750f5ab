import Allocation
import Market
import Research

extension JSONReport {
  static func value(of report: VarianceReport) -> JSONValue {
    .object([
      "finding": .string(VarianceWording.finding(report)),
      "rows": .array(report.rows.map(value(of:))),
      "fallbacks": .array(report.fallbacks.map { .string($0) }),
      "sizings": .array(report.sizings.map(value(of:))),
      "sizingNote": report.sizingNote.map { .string($0) } ?? .null,
    ])
  }

  private static func value(of row: VarianceReport.Row) -> JSONValue {
    .object([
      "timeframe": .string(row.timeframe.name),
      "serves": .object([
        "blend": .integer(row.blends), "har": .integer(row.regressions),
        "ewma": .integer(row.benchmarks),
      ]),
      "score": row.score.map { score in
        .object([
          "pairs": .integer(score.pairs), "times": .integer(score.times),
          "qlikeGain": .number(score.gain), "t": .number(score.t),
          "level": .number(score.calibration), "levelEWMA": .number(score.benchmarkCalibration),
          "coverage": .number(score.coverage), "coverageEWMA": .number(score.benchmarkCoverage),
          "unsteadiness": .number(score.unsteadiness),
          "unsteadinessEWMA": .number(score.benchmarkUnsteadiness),
        ])
      } ?? .null,
    ])
  }

  private static func value(of sizing: VarianceReport.Sizing) -> JSONValue {
    .object([
      "variance": .string(sizing.variance.rawValue), "isOwn": .bool(sizing.isOwn),
      "volatility": .number(sizing.volatility), "unsteadiness": .number(sizing.unsteadiness),
      "turnoverPerYear": .number(sizing.turnoverPerYear),
      "costPerYear": .number(sizing.costPerYear), "sharpe": .number(sizing.sharpe),
    ])
  }
}
