import Allocation
import Engine
import Market
import Models
import SignalGraph
import Signals
import Statistics
import Trading

extension Backtest {
  /// Sums up an outcome.
  /// - Parameters:
  ///   - trialSharpes: Sharpe ratios per step of the portfolio's other runs that the store counted,
  ///     nil for one that has none because it never traded.
  ///   - inputs: settings and digests that the run depends on, for the record.
  public func report(
    _ outcome: Outcome, trialSharpes: [Double?], inputs: [BacktestReport.Entry],
    warnings: [String]
  ) throws -> BacktestReport {
    let stepFrame = max(portfolio.primary, .d1)
    let perYear = history.calendar.barsPerYear(stepFrame)
    let curve = EquityCurve(outcome.run, primary: portfolio.primary)
    // All curves have the same steps: with the same resamples, what they have in common cancels.
    let resamples = StationaryBootstrap().resamples(of: curve.returns.count)
    let own = try RunCurve(
      name: portfolio.name, run: outcome.run, curve: curve, stepsPerYear: perYear,
      resamples: resamples)
    let baselines = try outcome.baselines.map { baseline, run in
      try beside(
        curve, name: baseline.rawValue, run, EquityCurve(run, primary: portfolio.primary), perYear,
        resamples)
    }
    let benchmark = try outcome.benchmark.map { benchmark in
      try beside(
        curve, name: benchmark.name, benchmark.run,
        EquityCurve(benchmark.run, at: curve.times), perYear, resamples)
    }
    let evidence = try SharpeEvidence(
      returns: curve.returns, others: trialSharpes, stepsPerYear: perYear)
    let trades = ClosedTrade.all(outcome.run.fills)
    let regimes = RegimeSummary(outcome, curve: curve, portfolio: portfolio, names: regimeNames)
    var report = BacktestReport(
      portfolioName: portfolio.name, profile: portfolio.profile.rawValue,
      market: portfolio.market.rawValue, symbols: history.symbols,
      timeframes: portfolio.timeframes, primary: portfolio.primary,
      allocationMode: portfolio.allocation.mode.rawValue, start: curve.times[0],
      end: curve.times[curve.times.count - 1], isOutOfSample: leaks.isEmpty,
      startCapital: portfolio.capital.cash, currency: portfolio.capital.currency,
      stepsPerYear: perYear, stepName: stepFrame == .d1 ? "day" : "bar of \(stepFrame)",
      portfolio: own, baselines: baselines + [benchmark].compactMap { $0 },
      trials: trialSharpes.count + 1,
      deflatedSharpe: evidence?.deflated,
      regimeTimeframe: regimes.timeframe, regimeNames: regimeNames, regimeSpans: regimes.spans,
      regimeRows: regimes.rows(perYear: perYear), attribution: try attribution(outcome),
      gates: gates, weights: weights(outcome, curve), reasons: reasonCounts(outcome),
      fills: outcome.run.fills, costs: RunCosts(outcome.run.book),
      distinctTargets: distinctTargets(outcome),
      lastDecision: outcome.decisions.last { $0.allocation != nil }?.allocation, inputs: inputs,
      warnings: leaks + warnings + models.regimeWarnings + models.regimeStateNotes
        + outcome.decisions.unreachedLimits,
      runHash: outcome.run.hash)
    report.decisionCounts = DecisionCounts(outcome.decisions, symbols: history.symbols)
    report.evidence = evidence
    report.calendar = try CalendarReturns(curve)
    let reference = reference(outcome, curve, report.baselines, perYear)
    report.riskBenchmark = reference.name
    report.riskFigures = try RiskFigures.all(
      [own] + report.baselines, against: reference.curve, named: reference.name)
    report.drawdowns = DrawdownEpisode.deepest(5, times: curve.times, equity: curve.equity)
    report.crossRegimes = CrossRegimes(
      moments: outcome.run.knownAt, signals: outcome.signals.map(\.signals),
      grid: history.grid(portfolio.riskTimeframe), names: regimeNames,
      weights: report.lastDecision?.lines.map { abs($0.target) }
        ?? history.symbols.map { _ in 0 })
    report.contributions = SymbolContribution.all(outcome.run)
    report.timeframeSkills = try timeframeSkills(report.attribution)
    report.closedTrades = trades
    report.tradeSummaries = try TradeSummary.rows(trades, symbols: history.symbols)
    report.costDrag = try CostDrag(outcome.run, curve: curve, stepsPerYear: perYear)
    return report
  }

  /// Names of the states that size, in their order; numbers where the test windows or the symbols
  /// have different numbers of states.
  var regimeNames: [String] {
    let sizing = portfolio.regime.sizingWeights(over: portfolio.timeframes.map(\.timeframe))
    return models.regimeNames(sizing[sizing.count - 1].timeframe)
  }

  /// A curve that stands beside the portfolio's, with the paired difference of Sharpe ratios.
  ///
  /// Where the other one does not vary, as cash, the difference is the Sharpe ratio of the portfolio's
  /// returns above it.
  private func beside(
    _ own: EquityCurve, name: String, _ run: EngineRun, _ other: EquityCurve, _ perYear: Double,
    _ resamples: BootstrapResamples
  ) throws -> RunCurve {
    var summary = try RunCurve(
      name: name, run: run, curve: other, stepsPerYear: perYear, resamples: resamples)
    let advantage =
      summary.performance.sharpe == nil
      ? try resamples.sharpe(
        returns: zip(own.returns, other.returns).map { $0 - $1 }, barsPerYear: perYear)
      : try resamples.sharpeDifference(
        own.returns, minus: other.returns, barsPerYear: perYear)
    summary.sharpeAdvantage = advantage?.estimate
    summary.sharpeAdvantageInterval = advantage.map { $0.lower...$0.upper }
    return summary
  }

  /// What curves are compared with: the portfolio's benchmark, else buy and hold.
  private func reference(
    _ outcome: Outcome, _ own: EquityCurve, _ baselines: [RunCurve], _ perYear: Double
  ) -> (name: String, curve: BenchmarkCurve?) {
    if let benchmark = outcome.benchmark {
      let closes = benchmark.calendar.barsPerYear(max(portfolio.primary, .d1))
      return (
        benchmark.name,
        BenchmarkCurve(
          EquityCurve(benchmark.run, at: own.times), closesPerYear: min(perYear, closes))
      )
    }
    let name = Baseline.buyAndHold.rawValue
    let held = baselines.first { $0.name == name }
    return (name, held.map { BenchmarkCurve(equity: $0.equity, stepsPerYear: perYear) })
  }

  /// The pairs of forecast and outcome of a timeframe in the test windows.
  private func testedPairs(_ timeframe: Timeframe) -> [SkillRecord.Pair] {
    let start = plan.folds.outer[0].testFrom
    return (skill.records[timeframe]?.pairs ?? []).filter { $0.knownAt > start }
  }

  /// Skill of each node over the test windows, and what it added to the tilt.
  private func attribution(_ outcome: Outcome) throws -> [BacktestReport.AttributionRow] {
    let tested = portfolio.timeframes.map { testedPairs($0.timeframe) }
    return try outcome.signals.flatMap { symbol, signals in
      try portfolio.timeframes.enumerated().map { index, weight in
        let pairs = tested[index].filter { $0.symbol == symbol }
        let record =
          pairs.count > 2
          ? try ForecastSkill(
            forecasts: pairs.map(\.forecast), outcomes: pairs.map(\.outcome)) : nil
        var alpha = 0.0
        for signal in signals { alpha += abs(signal.parts[index].alpha) }
        var row = BacktestReport.AttributionRow(
          symbol: symbol, timeframe: weight.timeframe, pairs: pairs.count,
          informationCoefficient: record?.informationCoefficient,
          hitRate: record?.hitRate?.estimate,
          hitInterval: record?.hitRate.map { $0.lower...$0.upper }, r2: record?.r2AgainstZero,
          meanAbsoluteAlpha: alpha / Double(max(1, signals.count)))
        row.skill = record
        return row
      }
    }
  }

  private func timeframeSkills(_ nodes: [BacktestReport.AttributionRow]) throws
    -> [TimeframeSkill]
  {
    try portfolio.timeframes.map { weight in
      let own = nodes.filter { $0.timeframe == weight.timeframe }
      let alpha = own.reduce(0) { $0 + $1.meanAbsoluteAlpha }
      return try TimeframeSkill(
        weight.timeframe, pairs: testedPairs(weight.timeframe),
        meanAbsoluteAlpha: alpha / Double(max(1, own.count)))
    }
  }

  private var gates: [BacktestReport.GateRow] {
    portfolio.timeframes.flatMap { weight in
      (plan.folds.outer + [plan.folds.serving]).map { fold in
        let notes = plan.notes.filter { $0.timeframe == weight.timeframe && $0.fold == fold }
        return BacktestReport.GateRow(
          timeframe: weight.timeframe, from: fold.testFrom,
          calibration: skill.calibration(weight.timeframe, of: fold),
          note: notes.isEmpty ? nil : notes.map(\.text).joined(separator: "; "))
      }
    }
  }

  private func weights(_ outcome: Outcome, _ curve: EquityCurve) -> [BacktestReport.WeightRow] {
    let count = history.symbols.count
    return zip(curve.times, curve.steps).map { time, step in
      BacktestReport.WeightRow(
        time: time, weights: Array(outcome.run.weights[step * count..<(step + 1) * count]))
    }
  }

  /// How often each kind of reason ended a symbol's line, most frequent first.
  private func reasonCounts(_ outcome: Outcome) -> [BacktestReport.Entry] {
    var counts: [String: Int] = [:]
    for decision in outcome.decisions {
      guard let allocation = decision.allocation else {
        for (target, reason) in zip(decision.targets, decision.reasons) where target != nil {
          counts[reason, default: 0] += 1
        }
        continue
      }
      for line in allocation.lines {
        for reason in line.reasons where !reason.isTrade {
          counts[reason.kind, default: 0] += 1
        }
      }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      BacktestReport.Entry($0.key, String($0.value))
    }
  }

  private func distinctTargets(_ outcome: Outcome) -> [(symbol: Symbol, count: Int)] {
    history.symbols.enumerated().map { index, symbol in
      let targets = outcome.decisions.compactMap { $0.allocation?.lines[index].limited }
      return (symbol, Set(targets).count)
    }
  }
}

extension CalendarReturns {
  /// Of a curve's steps, by the day on which each of them closed.
  fileprivate init(_ curve: EquityCurve) throws(StatisticsError) {
    try self.init(
      returns: curve.returns,
      months: curve.times.dropFirst().map { time in
        // A day that ends at midnight is the day before.
        let date = (time - 1).civil
        return (date.year, date.month)
      })
  }
}

extension AllocationReason {
  /// Whether it says that there was a trade, not what kept or changed a weight.
  fileprivate var isTrade: Bool {
    switch self {
    case .outsideBand, .entry: true
    default: false
    }
  }

  /// The reason without its numbers, for counting.
  fileprivate var kind: String {
    switch self {
    case .ineligible(.insufficientHistory): "not eligible: too little history"
    case .ineligible(let reason): "not eligible: \(reason)"
    case .notEntered: "no entry"
    case .noConviction: "no conviction"
    case .exit(let rule): "exit: \(rule)"
    case .partlyClosed(let rule, _): "partly closed: \(rule)"
    case .stopped(let rule): "stopped: \(rule)"
    case .volatilityTarget: "scaled by the volatility target"
    case .drawdownThrottle: "scaled by the drawdown throttle"
    case .regimeSize: "scaled by the regime"
    case .trend: "scaled by the trend"
    case .tilt: "tilted by a forecast"
    case .gross: "cut to the gross limit"
    case .capPerSymbol: "cut to the symbol's cap"
    case .correlated(_, _, let scale):
      scale == 0 ? "not held: correlated with a larger one" : "scaled: correlated with a larger one"
    case .positions: "not held: not among the largest positions"
    case .sum(.gross, _): "cut to the gross limit"
    case .sum(.net, _): "cut to the net limit"
    case .sum(.group(let name), _): "cut to the limit of group \(name)"
    case .sum(.cluster, _): "cut to the limit on a cluster"
    case .sum(.leverage, _): "cut to the leverage limit"
    case .diversification: "cut to spread risk"
    case .volatility: "scaled to the volatility limit"
    case .liquidity: "trade slowed by the market's volume"
    case .waiting: "purchase waits for a sale"
    case .lot: "rounded to whole lots"
    case .minimumNotional: "trade too small, or enlarged to the smallest"
    case .turnover: "trade slowed by the turnover limit"
    case .insideBand: "inside the no-trade band: held"
    case .limitBreached: "band ignored: a limit was broken"
    case .outsideBand: "outside the band: traded"
    case .entry: "position opened"
    }
  }
}
