import Market
import Research
import Signals
import Statistics
import Trading

/// Reports for programs.
///
/// The text is stable: keys are sorted, numbers are the shortest text that reads back as the same
/// value, and what does not exist is null (JSON has no NaN). Instants are ISO 8601 in UTC
/// (`2018-04-01T13:30Z`), apart from the arrays `times`, which hold milliseconds since 1970.
/// Fractions are fractions: `0.062` is 6.2 %. `interval` is `[low, high]` at 95 %.
///
/// A backtest (`"kind": "backtest"`):
/// - `runHash`; `schema`, which rises when a key changes its meaning;
/// - `portfolio`: `name profile market symbols timeframes[{timeframe weight}] primary
///   allocationMode`;
/// - `period`: `start end outOfSample`; `capital`: `start currency`; `annualisation`:
///   `stepsPerYear step`;
/// - `verdict`: `answer headline remarks comparisons[{baseline advantage interval standing}]`, the answer
///   as `Verdict.Answer`;
/// - `curves`, the portfolio first: `name role times equity drawdown performance{...}
///   sharpeInterval sharpeAdvantage sharpeAdvantageInterval orders turnoverPerYear costPerYear
///   exposure`;
/// - `trials deflatedSharpe`, trials as `BacktestReport.trials`;
/// - `evidence`, or null: `steps standardError standardErrorOfNormalReturns meanBlockLength
///   fittedBlockLength skewness kurtosis probabilisticSharpe t trials
///   comparedTrials isSpreadAssumed expectedBest deflatedSharpe minimumTrackRecord`, the last in steps,
///   what tells how far trials differ as in `SharpeEvidence`;
/// - `overfitting`, or null: `names variants given effectiveVariants blocks combinations probability
///   meanLogit probabilityOfLoss slope intercept`, equal variants once, all of them in `given`;
/// - `ablation`, or null: `[{name runHash curve}]`, the whole first;
/// - `crossValidation`, or null: `groups testGroups splits purge embargo caution sharpe{mean deviation
///   least median greatest} pathsAboveZero paths[{runHash curve}] baselines[{name sharpe pathsAbove}]`;
/// - `calendar`, or null: `[{year total months[12]}]`; `contributions[{symbol profit unrealised costs
///   fills traded meanWeight}]`; `listings[{symbol firstBar lastBar hasEnded}]`, the first bar's open and
///   the last one's close; `riskBenchmark riskFigures[{name ...}]`, the portfolio's first;
///   `drawdowns[{peak valley recovery depth steps days isOngoing}]`; `timeframeSkills[...]`; `trades[{symbol count gains
///   losses winRate winInterval profitFactor ...}]`, all symbols first; `costDrag`, or null: `gross{...}
///   growth sharpe costs`; `statistics[{name value}]`, a user's own; `crossRegimes` as in an allocation, or
///   null;
/// - `regimes`: `timeframe names spans[{symbol label from to}] rows[...]`;
/// - `variance`, or null: `finding rows[{timeframe serves{blend har ewma} score{pairs times qlikeGain t
///   level levelEWMA coverage coverageEWMA unsteadiness unsteadinessEWMA}}] fallbacks[...]
///   sizings[{variance isOwn volatility unsteadiness turnoverPerYear costPerYear sharpe}] sizingNote`;
/// - `placebo`, or null: `decisions overlays[...] isThrottled own{sharpe cagr maximumDrawdown exposure}
///   shifts[{decisions sharpe cagr maximumDrawdown exposure}]`, empty without an overlay, `standing{sharpe
///   cagr maximumDrawdown}`, each `{own median low high below count pValue pValueOfHarm}` or null,
///   `finding`; overlays are the keys of the portfolio file whose sizes change;
/// - `maxTest`, or null: `benchmark measure alternative steps draws bestPValue rows[{name difference
///   standardError statistic pValue adjustedPValue}] finding`;
/// - `attribution[...]`, `gates[...]`, `weights{symbols times weights}`, `reasons[{name value}]`,
///   `decisions{count symbols outcomes[{name counts}]}`: one outcome a symbol and decision,
///   `distinctTargets[{symbol count}]`, `fills[...] fillCount openOrders`, the last those of the last close,
///   which nothing filled, `costs{fees slippage spread impact writeOffs borrow funding interest total}`, the
///   total without the interest;
/// - `lastDecision` as in an allocation, or null, with `lastDecisionModels{decidedAt trainedTo
///   servingTrainedTo}`; `inputs[{name value detail}]`, a detail where there is one; `warnings`.
public enum JSONReport {
  /// Rises when a key changes its meaning or goes.
  public static let schema: Int64 = 2

  /// Returns a backtest as JSON, with every point and every fill.
  public static func backtest(_ report: BacktestReport) -> String {
    value(of: report).text
  }

  /// Returns what a database keeps of a backtest beside equity, fills and allocations, on one line:
  /// `{"costs":{...}}`, as in the report.
  public static func summary(_ report: BacktestReport) -> String {
    JSONValue.object(["costs": value(of: report.costs)]).embedded
  }

  /// The JSON of a backtest.
  ///
  /// - Parameters:
  ///   - points: The most points of a curve to keep; extremes stay. Nil keeps all.
  ///   - fills: The last fills to keep; nil keeps all.
  static func value(of report: BacktestReport, points: Int? = nil, fills: Int? = nil) -> JSONValue {
    let verdict = Verdict(report, format: .terminal)
    let curves =
      [curve(report.portfolio, role: "portfolio", points: points)]
      + report.baselines.map { curve($0, role: "baseline", points: points) }
    let parts: [String: JSONValue] = [
      "kind": .string("backtest"),
      "schema": .integer(schema),
      "runHash": .string(report.runHash),
      "portfolio": .object([
        "name": .string(report.portfolioName),
        "profile": .string(report.profile),
        "market": .string(report.market),
        "symbols": .array(report.symbols.map { .string($0.name) }),
        "timeframes": .array(
          report.timeframes.map {
            .object(["timeframe": .string($0.timeframe.name), "weight": .number($0.weight)])
          }),
        "primary": .string(report.primary.name),
        "allocationMode": .string(report.allocationMode),
      ]),
      "period": .object([
        "start": time(report.start), "end": time(report.end),
        "outOfSample": .bool(report.isOutOfSample),
      ]),
      "capital": .object([
        "start": .number(report.startCapital), "currency": .string(report.currency),
      ]),
      "annualisation": .object([
        "stepsPerYear": .number(report.stepsPerYear), "step": .string(report.stepName),
      ]),
      "verdict": value(of: verdict),
      "curves": .array(curves),
      "trials": .integer(report.trials),
      "deflatedSharpe": .number(report.deflatedSharpe),
      "regimes": regimes(report, columns: points),
      "variance": report.variance.map(value(of:)) ?? .null,
      "placebo": report.placebo.map(value(of:)) ?? .null,
      "maxTest": report.maxTest.map(value(of:)) ?? .null,
      "attribution": .array(report.attribution.map(attribution)),
      "gates": .array(report.gates.map(gate)),
      "weights": weights(report, points: points),
      "reasons": entries(report.reasons),
      "decisions": value(of: report.decisionCounts),
      "distinctTargets": .array(
        report.distinctTargets.map {
          .object(["symbol": .string($0.symbol.name), "count": .integer($0.count)])
        }),
      "fills": .array(report.fills.suffix(fills ?? report.fills.count).map(fill)),
      "fillCount": .integer(report.fills.count),
      "openOrders": .integer(report.openOrders),
      "costs": value(of: report.costs),
      "lastDecision": report.lastDecision.map(value(of:)) ?? .null,
      "lastDecisionModels": report.lastDecisionModels.map(value(of:)) ?? .null,
      "inputs": entries(report.inputs),
      "warnings": .array(report.warnings.map { .string($0) }),
    ]
    return .object(parts.merging(breakdown(report, points: points)) { own, _ in own })
  }

  static func time(_ time: Timestamp) -> JSONValue { .string(time.description) }

  static func times(_ times: [Timestamp]) -> JSONValue {
    .array(times.map { .integer($0.milliseconds) })
  }

  static func entries(_ entries: [BacktestReport.Entry]) -> JSONValue {
    .array(
      entries.map { entry -> JSONValue in
        var members: [String: JSONValue] = [
          "name": .string(entry.name), "value": .string(entry.value),
        ]
        if !entry.detail.isEmpty { members["detail"] = .string(entry.detail) }
        return .object(members)
      })
  }

  static func value(of verdict: Verdict) -> JSONValue {
    .object([
      "answer": .string(verdict.answer.rawValue),
      "headline": .string(verdict.headline),
      "remarks": .array(verdict.remarks.map { .string($0) }),
      "comparisons": .array(
        verdict.comparisons.map {
          .object([
            "baseline": .string($0.baseline), "advantage": .number($0.advantage),
            "interval": .interval($0.interval), "standing": .string($0.standing.rawValue),
          ])
        }),
    ])
  }
}
