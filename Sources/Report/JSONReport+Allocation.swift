import Allocation
import Kernels
import Market
import Research
import Signals

extension JSONReport {
  /// Returns an allocation as JSON (`"kind": "allocation"`):
  /// `runHash schema portfolio{name profile allocationMode primary} asOf equity currency heldFrom
  /// isCarriedOut rows[{symbol line price heldQuantity tradeQuantity path refusal views[...]}]
  /// expectedCost decision diversification limits[{limit of value bound isMinimum slack price hasBound
  /// isUnreached}] changes[{symbol before now parts}] previousAsOf trainedTo correlation{symbols matrix
  /// sampleMatrix shrinkage clusterOrder} crossRegimes inputs[{name value detail}] notes`;
  /// `crossRegimes` is null without models, `sampleMatrix` where nothing is shrunk. `changes` are by
  /// models that have seen bars up to `trainedTo`, which may be after `previousAsOf`.
  ///
  /// `line` is a symbol's way from prior to target with `reasons` in words; `decision` holds the
  /// portfolio's exposure, throttle, volatilities, gross, net, cash and the limits that bound.
  public static func allocation(_ report: AllocationReport) -> String {
    value(of: report).text
  }

  static func value(of report: AllocationReport) -> JSONValue {
    let symbols: [JSONValue] = report.rows.map { .string($0.symbol.name) }
    let parts: [String: JSONValue] = [
      "kind": .string("allocation"),
      "schema": .integer(schema),
      "runHash": .string(report.runHash),
      "portfolio": .object([
        "name": .string(report.portfolioName), "profile": .string(report.profile),
        "allocationMode": .string(report.allocationMode),
        "primary": .string(report.primary.name),
      ]),
      "asOf": time(report.asOf),
      "equity": .number(report.equity),
      "currency": .string(report.currency),
      "heldFrom": .string(report.heldFrom),
      "isCarriedOut": .bool(report.isCarriedOut),
      "rows": .array(report.rows.map { row(of: $0, mode: report.allocationMode) }),
      "decision": value(of: report.decision),
      "diversification": .object([
        "ratio": .number(report.spread.ratio),
        "effectiveBets": .number(report.spread.effectiveBets),
        "effectivePositions": .number(report.spread.effectivePositions),
        "averageCorrelation": .number(report.spread.averageCorrelation),
      ]),
      "limits": .array(report.standings.map(value(of:))),
      "changes": .array(report.changes.map(value(of:))),
      "previousAsOf": report.previous.map { time($0.asOf) } ?? .null,
      "correlation": .object([
        "symbols": .array(symbols), "matrix": rows(of: report.correlation),
        "sampleMatrix": report.sampleCorrelation.map(rows(of:)) ?? .null,
        "shrinkage": .number(report.shrinkage),
        "clusterOrder": .array(report.order.map { .string(report.rows[$0].symbol.name) }),
      ]),
      "crossRegimes": report.regimes.map(value(of:)) ?? .null,
      "expectedCost": .number(report.expectedCost),
      "trainedTo": report.trainedTo.map(time) ?? .null,
      "inputs": entries(report.inputs),
      "notes": .array(report.notes.map { .string($0) }),
    ]
    return .object(parts)
  }

  private static func rows(of matrix: Matrix) -> JSONValue {
    .array((0..<matrix.rows).map { .numbers(matrix.row($0)) })
  }

  private static func value(of standing: LimitStanding) -> JSONValue {
    .object([
      "limit": .string(standing.limit.rawValue), "of": .string(standing.of),
      "value": .number(standing.value), "bound": .number(standing.bound),
      "isMinimum": .bool(standing.isMinimum), "slack": .number(standing.slack),
      "price": .number(standing.price), "hasBound": .bool(standing.hasBound),
      "isUnreached": .bool(standing.isUnreached),
    ])
  }

  private static func value(of change: AllocationChange) -> JSONValue {
    .object([
      "symbol": .string(change.symbol.name), "before": .number(change.before),
      "now": .number(change.now),
      "parts": .array(
        change.parts.map { part in
          .object(["stage": .string(part.stage), "change": .number(part.change)])
        }),
      "newReasons": .array(change.newReasons.map { .string($0.description) }),
    ])
  }

  private static func row(of row: AllocationReport.Row, mode: String) -> JSONValue {
    let tilt = GateWording.tilt(row.views, .terminal)
    let path = AllocationPath(row.line, mode: mode, tilt: tilt, .terminal)
    return .object([
      "symbol": .string(row.symbol.name), "line": value(of: row.line),
      "price": .number(row.price), "heldQuantity": .number(row.heldQuantity),
      "tradeQuantity": .number(row.tradeQuantity), "path": .string(path.text),
      "refusal": .string(row.refusal),
      "views": .array(row.views.map(value(of:))),
    ])
  }

  private static func value(of view: AllocationReport.View) -> JSONValue {
    var signal = JSONValue.null
    if let node = view.signal {
      signal = .object([
        "knownAt": time(node.knownAt), "forecast": .number(node.forecast),
        "variance": .number(node.variance), "mu": .number(node.mu),
        "gateWeight": .number(node.gateWeight), "posterior": .numbers(node.posterior),
        "nextPosterior": .numbers(node.nextPosterior), "label": .integer(node.label),
        "confidence": .number(node.confidence), "entropy": .number(node.entropy),
      ])
    }
    return .object([
      "timeframe": .string(view.timeframe.name), "alpha": .number(view.alpha),
      "calibration": value(of: view.calibration), "regime": .string(view.regimeName),
      "signal": signal,
    ])
  }

  static func value(of models: DecisionModels) -> JSONValue {
    .object([
      "decidedAt": time(models.decidedAt),
      "trainedTo": models.trainedTo.map(time) ?? .null,
      "servingTrainedTo": models.servingTrainedTo.map(time) ?? .null,
    ])
  }

  static func value(of decision: AllocationDecision) -> JSONValue {
    .object([
      "lines": .array(decision.lines.map(value(of:))),
      "exposure": .number(decision.exposure), "throttle": .number(decision.throttle),
      "grossScale": .number(decision.grossScale),
      "priorVolatility": .number(decision.priorVolatility),
      "portfolioVolatility": .number(decision.portfolioVolatility),
      "gross": .number(decision.gross), "net": .number(decision.net),
      "cash": .number(decision.cash),
      "limitsThatBound": .array(decision.boundLimits(.terminal).map { .string($0) }),
      "allCash": .string(AllocationWording.allCash(decision)),
    ])
  }

  static func value(of line: AllocationLine) -> JSONValue {
    .object([
      "symbol": .string(line.symbol.name), "held": .number(line.held),
      "prior": .number(line.prior), "conviction": .number(line.conviction),
      "budget": .number(line.budget), "scaled": .number(line.scaled),
      "regimeMultiplier": .number(line.regimeMultiplier),
      "afterRegime": .number(line.afterRegime), "tiltMultiplier": .number(line.tiltMultiplier),
      "tilted": .number(line.tilted), "limited": .number(line.limited),
      "target": .number(line.target), "riskContribution": .number(line.riskContribution),
      "reasons": .array(line.reasons.map { .string($0.description) }),
    ])
  }
}
