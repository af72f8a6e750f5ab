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
  ///   - trialSharpes: Sharpe ratios per step of the other runs that this one was chosen among, nil for
  ///     one that has none because it never traded, or ran over other dates.
  ///   - inputs: settings and digests that the run depends on, for the record.
  public func report(
    _ outcome: Outcome, trialSharpes: [Double?], inputs: [BacktestReport.Entry],
    warnings: [String]
  ) throws -> BacktestReport {
    let stepFrame = max(portfolio.primary, .d1)
    let perYear = history.calendar.barsPerYear(stepFrame)
    let curves = try BacktestCurves(outcome, portfolio, stepsPerYear: perYear)
    let curve = curves.equity
    // What is lost entirely has no returns any more.
    let evidence =
      curve.isRuined
      ? nil
      : try SharpeEvidence(
        returns: curve.excess, others: trialSharpes, stepsPerYear: perYear)
    let regimes = RegimeSummary(outcome, curve: curve, portfolio: portfolio, names: regimeNames)
    let late = try history.lateListingNotes(portfolio)
    var report = BacktestReport(
      portfolioName: portfolio.name, profile: portfolio.profile.rawValue,
      market: portfolio.market.rawValue, symbols: history.symbols,
      timeframes: portfolio.timeframes, primary: portfolio.primary,
      allocationMode: portfolio.allocation.mode.rawValue, start: curve.times[0],
      end: curve.times[curve.times.count - 1], isOutOfSample: leaks.isEmpty,
      startCapital: portfolio.capital.cash, currency: portfolio.capital.currency,
      stepsPerYear: perYear, stepName: stepFrame == .d1 ? "day" : "bar of \(stepFrame)",
      portfolio: curves.own, baselines: curves.others,
      trials: trialSharpes.count + 1,
      deflatedSharpe: evidence?.deflated,
      regimeTimeframe: regimes.timeframe, regimeNames: regimeNames, regimeSpans: regimes.spans,
      regimeRows: regimes.rows(perYear: perYear), attribution: try attribution(outcome),
      gates: gates, weights: weights(outcome, curve), reasons: reasonCounts(outcome),
      fills: outcome.run.fills, costs: RunCosts(outcome.run.book),
      distinctTargets: distinctTargets(outcome),
      lastDecision: outcome.decisions.last { $0.allocation != nil }?.allocation, inputs: inputs,
      warnings: leaks + warnings + late + lateStart + models.regimeWarnings
        + models.regimeStateNotes + outcome.decisions.unreachedLimits + brokenWhileWaiting(outcome),
      runHash: outcome.run.hash)
    report.testWindows = plan.folds.outer.count
    report.testWindowDays = portfolio.split.every.map { Int($0 / Timestamp.millisecondsPerDay) }
    report.evidence = evidence
    try addReturns(outcome, curves, to: &report)
    addDecisions(outcome, to: &report)
    try addSymbols(outcome, to: &report)
    report.warnings += report.dominantReturnNotes
    return report
  }

  /// How the returns are spread over time, and what they are beside others.
  private func addReturns(
    _ outcome: Outcome, _ curves: BacktestCurves, to report: inout BacktestReport
  ) throws {
    let curve = curves.equity
    report.riskBenchmark = curves.benchmarkName
    report.riskFigures = try RiskFigures.all(
      [curves.own] + curves.others, against: curves.benchmark, named: curves.benchmarkName)
    report.drawdowns = DrawdownEpisode.deepest(5, times: curve.times, equity: curve.equity)
    guard !curve.isRuined else { return }
    report.calendar = try CalendarReturns(curve)
    report.costDrag = try CostDrag(outcome.run, curve: curve, stepsPerYear: report.stepsPerYear)
  }

  /// What was decided, and what became of it.
  private func addDecisions(_ outcome: Outcome, to report: inout BacktestReport) {
    report.lastDecisionModels = lastDecisionModels(outcome)
    report.decisionCounts = DecisionCounts(
      outcome.decisions, symbols: history.symbols, orders: outcome.run.orders)
    report.openOrders = outcome.run.orders.count { $0.decidedAt == outcome.run.knownAt.last }
    report.warnings += outcome.decisions.stuckRisks
    report.crossRegimes = CrossRegimes(
      moments: outcome.run.knownAt, signals: outcome.signals.map(\.signals),
      grid: history.grid(portfolio.riskTimeframe), names: regimeNames,
      weights: report.lastDecision?.lines.map { abs($0.target) }
        ?? history.symbols.map { _ in 0 })
  }

  /// What each symbol and timeframe gave, and what is odd about their bars.
  private func addSymbols(_ outcome: Outcome, to report: inout BacktestReport) throws {
    report.contributions = SymbolContribution.all(outcome.run)
    report.listings = history.listings(
      at: outcome.run.knownAt.last ?? report.end, staleAfter: portfolio.staleAfter)
    report.warnings += stalePositions(outcome, report.listings)
    report.warnings += suspectMoves(from: report.start, to: report.end)
    report.timeframeSkills = try timeframeSkills(report.attribution)
    report.closedTrades = ClosedTrade.all(outcome.run.fills)
    report.tradeSummaries = try TradeSummary.rows(report.closedTrades, symbols: history.symbols)
  }

  /// What to warn of where a position is held at the end whose symbol had ended, in words.
  private func stalePositions(_ outcome: Outcome, _ listings: [SymbolListing]) -> [String] {
    let book = outcome.run.book
    return zip(book.symbols, book.weights).compactMap { symbol, weight in
      guard weight != 0, let own = listings.first(where: { $0.symbol == symbol }), own.hasEnded
      else { return nil }
      let position = StalePosition(symbol: symbol, since: own.last, weight: weight)
      return "\(position); capital.delist_after closes such a position"
    }
  }

  /// Names of the states that size, in their order; numbers where the test windows or the symbols
  /// have different numbers of states.
  var regimeNames: [String] {
    let sizing = portfolio.regime.sizingWeights(over: portfolio.timeframes.map(\.timeframe))
    return models.regimeNames(sizing[sizing.count - 1].timeframe)
  }

  private var gates: [BacktestReport.GateRow] {
    portfolio.timeframes.flatMap { weight in
      (plan.folds.outer + [plan.folds.serving]).map { fold in
        let notes = plan.notes.filter { $0.timeframe == weight.timeframe && $0.fold == fold }
        var row = BacktestReport.GateRow(
          timeframe: weight.timeframe, from: fold.testFrom,
          calibration: skill.calibration(weight.timeframe, of: fold),
          note: notes.isEmpty ? nil : notes.map(\.text).joined(separator: "; "))
        row.isServing = fold == plan.folds.serving
        return row
      }
    }
  }

  private func weights(_ outcome: Outcome, _ curve: EquityCurve) -> [BacktestReport.WeightRow] {
    let count = history.symbols.count
    // Weights are shares of equity: without any there are none.
    return curve.steps.indices.filter { curve.equity[$0] > 0 }.map { place in
      let step = curve.steps[place]
      return BacktestReport.WeightRow(
        time: curve.times[place],
        weights: Array(outcome.run.weights[step * count..<(step + 1) * count]))
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
