import Market
import Research

extension JSONReport {
  /// Returns a file's profiles as JSON: `kind` is `variants`.
  ///
  /// - `runHash` over all of them; `schema`; `portfolio`; `own`, the file's own profile;
  /// - `variants[{name runHash trials deflatedSharpe times returns curve{...}}]`, the returns daily;
  /// - `maxTest` as in a backtest: whether any of them beats equal weight, all looked at together;
  /// - `baselines[{variants curve{...}}]`, `variants` empty where all have the same costs.
  public static func variants(_ comparison: VariantComparison) -> String {
    value(of: comparison).text
  }

  static func value(of comparison: VariantComparison, points: Int? = nil) -> JSONValue {
    .object([
      "kind": .string("variants"),
      "schema": .integer(schema),
      "runHash": .string(comparison.runHash),
      "portfolio": .string(comparison.portfolioName),
      "own": .string(comparison.variants[comparison.own].name),
      "variants": .array(
        comparison.variants.map { variant in
          .object([
            "name": .string(variant.name),
            "runHash": .string(variant.report.runHash),
            "trials": .integer(variant.report.trials),
            "deflatedSharpe": .number(variant.report.deflatedSharpe),
            "times": times(variant.times),
            "returns": .numbers(variant.returns),
            "curve": curve(variant.report.portfolio, role: "portfolio", points: points),
          ])
        }),
      "maxTest": comparison.variants[comparison.own].report.maxTest.map(value(of:)) ?? .null,
      "baselines": .array(
        comparison.baselines.map { baseline in
          .object([
            "variants": .array(baseline.variants.map { .string($0) }),
            "curve": curve(baseline.curve, role: "baseline", points: points),
          ])
        }),
    ])
  }

  /// What became of each symbol at each decision.
  static func value(of counts: DecisionCounts) -> JSONValue {
    .object([
      "count": .integer(counts.decisions),
      "symbols": .array(counts.symbols.map { .string($0.name) }),
      "outcomes": .array(
        counts.rows.map { row in
          .object([
            "name": .string(row.name),
            "counts": .array(row.counts.map { .integer($0) }),
          ])
        }),
    ])
  }
}
