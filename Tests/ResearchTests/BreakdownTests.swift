import Engine
import Kernels
import Market
import Research
import SignalGraph
import Signals
import Statistics
import Testing
import Trading

/// What a report says of where its result came from, against the run itself.
@Suite struct BreakdownTests {
  private func report(_ trial: Trial, trialSharpes: [Double?] = []) throws -> BacktestReport {
    try trial.backtest.report(
      trial.outcome, trialSharpes: trialSharpes, inputs: [], warnings: [])
  }

  @Test func `symbols add up to the gain, months to the growth`() async throws {
    let trial = try await Laboratory.base.value
    let report = try report(trial)
    let run = trial.outcome.run
    let last = try #require(run.equity.last)
    let gain = last - run.startCapital
    // Interest is 0 in this portfolio: nothing else moves the account.
    #expect(abs(report.contributions.reduce(0) { $0 + $1.profit } - gain) < 1e-7 * last)
    #expect(report.contributions.map(\.symbol) == run.symbols)
    #expect(report.contributions.reduce(0) { $0 + $1.fills } == run.fills.count)
    let calendar = try #require(report.calendar)
    let growth = calendar.years.reduce(1) { $0 * (1 + $1.total) }
    #expect(abs(growth - last / run.equity[0]) < 1e-12 * growth)
    for year in calendar.years {
      let months = year.months.compactMap { $0 }.reduce(1) { $0 * (1 + $1) }
      #expect(abs(months - 1 - year.total) < 1e-12)
    }
  }

  @Test func `costs are what the book paid, and growth before them is higher`() async throws {
    let trial = try await Laboratory.base.value
    let report = try report(trial)
    let drag = try #require(report.costDrag)
    let book = trial.outcome.run.book
    #expect(abs(drag.costs - book.fees - book.slippage) < 1e-9 * drag.costs)
    #expect(abs(report.contributions.reduce(0) { $0 + $1.costs } - drag.costs) < 1e-9 * drag.costs)
    #expect(try #require(drag.growth) > 0)
    #expect(drag.net == report.portfolio.performance)
    // Per unit of growth, costs took about what they were of equity.
    let gross = try #require(drag.gross.compoundAnnualGrowthRate)
    let net = try #require(drag.net.compoundAnnualGrowthRate)
    let taken = Elementary.log((1 + gross) / (1 + net))
    #expect(abs(taken / report.portfolio.costPerYear - 1) < 0.1)
  }

  @Test func `without costs nothing is added back`() async throws {
    let trial = try await Laboratory.base.value
    var free = trial.portfolio
    free.costs = CostSettings(commission: 0, slippage: 0)
    let backtest = Backtest(
      free, history: trial.history, plan: trial.plan, models: trial.models, skill: trial.skill,
      workers: 2)
    let outcome = try await backtest.run(withBaselines: false)
    let report = try backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let drag = try #require(report.costDrag)
    #expect(drag.costs == 0 && drag.growth.map { abs($0) < 1e-12 } == true)
    #expect(report.baselines.isEmpty)
  }

  @Test func `what holding costs is a cost`() async throws {
    let trial = try await Laboratory.base.value
    var funded = trial.portfolio
    funded.costs = CostSettings(commission: 0, slippage: 0)
    funded.costs.funding = 0.1
    let backtest = Backtest(
      funded, history: trial.history, plan: trial.plan, models: trial.models, skill: trial.skill,
      workers: 2)
    let outcome = try await backtest.run(withBaselines: false)
    let report = try backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let funding = outcome.run.book.funding
    #expect(funding > 0)
    let drag = try #require(report.costDrag)
    #expect(abs(drag.costs - funding) < 1e-9 * funding)
    #expect(report.costs.total == funding)
    #expect(report.costs.parts.map(\.name) == ["commission", "slippage", "funding"])
    // A tenth a year of what is held, which is the mean exposure.
    #expect(abs(report.portfolio.costPerYear / (0.1 * report.portfolio.exposure) - 1) < 0.02)
  }

  @Test func `closed trades and open positions make the contributions`() async throws {
    let trial = try await Laboratory.base.value
    let report = try report(trial)
    let book = trial.outcome.run.book
    for (index, row) in report.contributions.enumerated() {
      let closed = report.closedTrades.filter { $0.symbol == row.symbol }
        .reduce(0) { $0 + $1.profit }
      // The commission on what is still held is in no trade yet.
      let feesOfTrades = report.closedTrades.filter { $0.symbol == row.symbol }
        .reduce(0) { $0 + $1.fees }
      let fees = trial.outcome.run.fills.filter { $0.symbol == row.symbol }.reduce(0) {
        $0 + $1.fee
      }
      let open = book.quantities[index] == 0 ? 0 : row.unrealised
      #expect(abs(closed + open - (fees - feesOfTrades) - row.profit) < 1e-6)
    }
    #expect(report.tradeSummaries.first?.count == report.closedTrades.count)
    #expect(report.closedTrades.count > 10)
  }

  @Test func `nodes and timeframes are judged on the test windows alone`() async throws {
    let trial = try await Laboratory.base.value
    let report = try report(trial)
    let start = trial.plan.folds.outer[0].testFrom
    for skill in report.timeframeSkills {
      let pairs = (trial.skill.records[skill.timeframe]?.pairs ?? []).filter { $0.knownAt > start }
      #expect(skill.pairs == pairs.count)
      #expect(skill.times == Set(pairs.map(\.knownAt)).count)
      let nodes = report.attribution.filter { $0.timeframe == skill.timeframe }
      #expect(nodes.reduce(0) { $0 + $1.pairs } == pairs.count)
      for node in nodes {
        let own = pairs.filter { $0.symbol == node.symbol }
        guard own.count > 2 else { continue }
        let expected = try ForecastSkill(
          forecasts: own.map(\.forecast), outcomes: own.map(\.outcome))
        #expect(node.skill == expected && node.hitRate == expected.hitRate?.estimate)
      }
    }
    // The market is made so that hourly returns can be forecast.
    let hourly = try #require(report.timeframeSkills.first { $0.timeframe == .h1 })
    #expect(try #require(hourly.againstZero).pValue < 0.01)
    #expect(try #require(hourly.againstZero).statistic < 0)
    // What was seen is not there to be seen on noise.
    let noise = try self.report(try await Laboratory.unskilled.value)
    let blind = try #require(noise.timeframeSkills.first { $0.timeframe == .h1 })
    #expect(blind.againstZero.map { $0.statistic > -1.96 } ?? true)
  }

  @Test func `the honesty figures are those of the returns and of all trials`() async throws {
    let trial = try await Laboratory.base.value
    let alone = try #require(try report(trial).evidence)
    #expect(alone.trials == 1 && alone.deflated == nil && alone.expectedBest == nil)
    let report = try report(trial, trialSharpes: [0.01, -0.02, nil, 0.05])
    let evidence = try #require(report.evidence)
    #expect(evidence.trials == 5 && report.trials == 5)
    #expect(report.deflatedSharpe == evidence.deflated)
    let returns = simpleReturns(report.portfolio.equity)
    let test = try #require(try SharpeSignificance(returns: returns))
    #expect(evidence.probability == test.probability())
    let deviation = try #require(
      Moments([0.01, -0.02, 0.05, test.sharpe]).standardDeviation)
    #expect(evidence.deflated == test.deflated(trials: 5, deviationOfTrials: deviation))
    #expect(evidence.stepsNeeded == test.barsNeeded())
  }

  @Test func `risk figures stand beside buy and hold, drawdowns have their dates`() async throws {
    let report = try report(try await Laboratory.base.value)
    #expect(report.riskBenchmark == "buy and hold")
    #expect(report.riskFigures.map(\.name) == ["small"] + report.baselines.map(\.name))
    #expect(report.riskFigures[1].comparison == nil)
    let held = try #require(report.baselines.first)
    let expected = try BenchmarkComparison(
      returns: simpleReturns(report.portfolio.equity), benchmark: simpleReturns(held.equity),
      barsPerYear: report.stepsPerYear)
    #expect(report.riskFigures[0].comparison == expected)
    let deepest = try #require(report.drawdowns.first)
    #expect(deepest.depth == report.portfolio.performance.maximumDrawdown?.depth)
    #expect(deepest.peak < deepest.valley && report.drawdowns.count <= 5)
    for (a, b) in zip(report.drawdowns, report.drawdowns.dropFirst()) {
      #expect(a.depth <= b.depth)
    }
  }

  @Test func `a regime of one day has no growth a year`() async throws {
    let trial = try await Laboratory.base.value
    var outcome = trial.outcome
    for step in outcome.signals[0].signals.indices {
      outcome.signals[0].signals[step].regimeLabel = step == 0 ? 2 : 0
    }
    let report = try trial.backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let rows = report.regimeRows.filter { $0.symbol == outcome.signals[0].symbol }
    #expect(rows.count == 3 && rows[0].days > 1 && rows[1].days == 0 && rows[2].days == 1)
    #expect(rows[0].annualisedReturn != nil && rows[0].annualisedVolatility != nil)
    for row in rows.dropFirst() {
      #expect(row.annualisedReturn == nil && row.annualisedVolatility == nil)
      #expect(row.standardError == nil)
    }
  }

  @Test func `cash is beaten by the returns above it`() async throws {
    let trial = try await Laboratory.base.value
    let report = try report(trial)
    let cash = try #require(report.baselines.first { $0.name == "cash" })
    #expect(cash.performance.sharpe == nil && cash.orders == 0)
    // Cash earns nothing here, so it is the portfolio's own ratio.
    let own = try #require(report.portfolio.performance.sharpe)
    #expect(abs(try #require(cash.sharpeAdvantage) - own) < 1e-9)
    #expect(cash.sharpeAdvantageInterval != nil)
  }
}

extension Trial {
  /// The backtest that this is the outcome of.
  var backtest: Backtest {
    Backtest(
      portfolio, history: history, plan: plan, models: models, skill: skill, workers: 2)
  }
}
