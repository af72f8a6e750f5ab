import Foundation
import Market
import Research
import Signals
import Statistics
import Trading

extension JSONReport {
  static func curve(_ curve: RunCurve, role: String, points: Int?) -> JSONValue {
    let drawdown = DrawdownCurve.values(of: curve.equity)
    var kept = Array(curve.equity.indices)
    if let points {
      kept = CurveSampling.indices(of: [curve.equity, drawdown], limit: points)
    }
    let shown = points == nil ? { $0 } : drawn
    return .object([
      "name": .string(curve.name),
      "role": .string(role),
      "times": times(kept.map { curve.times[$0] }),
      "equity": .numbers(kept.map { shown(curve.equity[$0]) }),
      "drawdown": .numbers(kept.map { shown(drawdown[$0]) }),
      "performance": performance(curve.performance),
      "sharpeInterval": .interval(curve.sharpeInterval),
      "sharpeAdvantage": .number(curve.sharpeAdvantage),
      "sharpeAdvantageInterval": .interval(curve.sharpeAdvantageInterval),
      "orders": .integer(curve.orders),
      "turnoverPerYear": .number(curve.turnoverPerYear),
      "costPerYear": .number(curve.costPerYear),
      "exposure": .number(curve.exposure),
    ])
  }

  /// Seven significant digits: what a thinned curve carries.
  private static func drawn(_ value: Double) -> Double {
    Double(String(format: "%.7g", value)) ?? value
  }

  static func performance(_ summary: PerformanceSummary) -> JSONValue {
    .object([
      "steps": .integer(summary.steps),
      "riskFreeRate": .number(summary.riskFreeRate),
      "totalReturn": .number(summary.totalReturn),
      "cagr": .number(summary.compoundAnnualGrowthRate),
      "volatility": .number(summary.annualisedVolatility),
      "sharpe": .number(summary.sharpe),
      "sortino": .number(summary.sortino),
      "calmar": .number(summary.calmar),
      "maximumDrawdown": .number(summary.maximumDrawdown?.depth),
      "drawdowns": .integer(summary.drawdownCount),
      "longestDrawdownSteps": summary.longestDrawdown.map { .integer($0.length) } ?? .null,
      "ulcerIndex": .number(summary.ulcerIndex),
      "valueAtRisk95": .number(summary.valueAtRisk95),
      "conditionalValueAtRisk95": .number(summary.conditionalValueAtRisk95),
      "best": .number(summary.best),
      "worst": .number(summary.worst),
      "skewness": .number(summary.skewness),
      "excessKurtosis": .number(summary.excessKurtosis),
      "winRate": .number(summary.winRate),
      "isRuined": .bool(summary.ruinedAt != nil),
    ])
  }

  /// - Parameter columns: Where curves are thinned, the spans are left out: a page draws them
  ///   itself and hourly regimes have tens of thousands.
  static func regimes(_ report: BacktestReport, columns: Int?) -> JSONValue {
    let spans =
      columns != nil
      ? []
      : report.regimeSpans.flatMap { entry in
        entry.spans.map { span -> JSONValue in
          .object([
            "symbol": .string(entry.symbol.name), "from": time(span.from), "to": time(span.to),
            "label": .integer(span.label),
          ])
        }
      }
    let rows = report.regimeRows.map { row -> JSONValue in
      .object([
        "symbol": .string(row.symbol?.name), "regime": .string(row.regime),
        "share": .number(row.share), "days": .integer(row.days),
        "annualisedReturn": .number(row.annualisedReturn),
        "annualisedVolatility": .number(row.annualisedVolatility),
        "standardError": .number(row.standardError), "exposure": .number(row.exposure),
      ])
    }
    return .object([
      "timeframe": .string(report.regimeTimeframe.name),
      "names": .array(report.regimeNames.map { .string($0) }),
      "spans": .array(spans), "rows": .array(rows),
    ])
  }

  static func attribution(_ row: BacktestReport.AttributionRow) -> JSONValue {
    .object([
      "symbol": .string(row.symbol.name), "timeframe": .string(row.timeframe.name),
      "pairs": .integer(row.pairs),
      "informationCoefficient": .number(row.informationCoefficient),
      "hitRate": .number(row.hitRate), "hitInterval": .interval(row.hitInterval),
      "r2": .number(row.r2), "meanAbsoluteAlpha": .number(row.meanAbsoluteAlpha),
      "skill": row.skill.map(value(of:)) ?? .null,
    ])
  }

  static func gate(_ row: BacktestReport.GateRow) -> JSONValue {
    .object([
      "timeframe": .string(row.timeframe.name), "from": time(row.from),
      "calibration": value(of: row.calibration), "note": .string(row.note),
      "isServing": .bool(row.isServing),
    ])
  }

  static func value(of calibration: Calibration) -> JSONValue {
    .object([
      "verdict": .string(calibration.verdict.rawValue), "weight": .number(calibration.weight),
      "slope": .number(calibration.slope), "t": .number(calibration.t),
      "pairs": .integer(calibration.pairs),
      "effectivePairs": .number(calibration.effectivePairs),
      "times": .integer(calibration.times),
      "barsUntilProof": calibration.barsUntilProof.map { JSONValue.integer(Int64($0)) } ?? .null,
    ])
  }

  static func weights(_ report: BacktestReport, points: Int?) -> JSONValue {
    let rows =
      points == nil
      ? report.weights : WeightChart.thinned(report.weights, limit: WeightChart.rowLimit)
    let shown = points == nil ? { $0 } : drawn
    return .object([
      "symbols": .array(report.symbols.map { .string($0.name) }),
      "times": times(rows.map(\.time)),
      "weights": .array(rows.map { .numbers($0.weights.map(shown)) }),
    ])
  }

  static func fill(_ fill: Fill) -> JSONValue {
    .object([
      "time": time(fill.time), "symbol": .string(fill.symbol.name),
      "quantity": .number(fill.quantity), "price": .number(fill.price), "fee": .number(fill.fee),
      "slippage": .number(fill.slippage), "spread": .number(fill.spread),
      "impact": .number(fill.impact), "writeOff": .number(fill.writeOff),
      "reason": .string(fill.reason), "decidedAt": fill.decidedAt.map(time) ?? .null,
      "intrabar": .bool(fill.isIntrabar),
    ])
  }
}
