import Allocation
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
    #expect(evidence.stepsNeeded == test.barsNeeded(confidence: 0.975))
    let normal = test.standardErrorOfNormalReturns * report.stepsPerYear.squareRoot()
    #expect(abs(evidence.standardErrorOfNormalReturns - normal) < 1e-12 * normal)
    // What the intervals are resampled by, and what these returns ask for.
    let bootstrap = try #require(StationaryBootstrap.ofReport(steps: returns.count))
    #expect(evidence.meanBlockLength == bootstrap.meanBlockLength)
    #expect(evidence.fittedBlockLength == (try optimalBlockLength(returns)))
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
    let curve = report.portfolio
    let growth = try #require(curve.equity.last) / curve.equity[0]
    let days = Double(curve.times[curve.times.count - 1] - curve.times[0]) / 86_400_000
    #expect(report.riskFigures[0].calendarGrowthRate == calendarGrowth(growth, days: days))
    for (a, b) in zip(report.drawdowns, report.drawdowns.dropFirst()) {
      #expect(a.depth <= b.depth)
    }
  }

  @Test(arguments: [1, 29, 30])
  func `of a regime of fewer than thirty days nothing is stated a year`(days: Int) async throws {
    let trial = try await Laboratory.base.value
    var outcome = trial.outcome
    // The label at a day's start is that of the whole day.
    let end = try self.report(trial).portfolio.times[days]
    for (step, now) in outcome.run.knownAt.enumerated() {
      outcome.signals[0].signals[step].regimeLabel = now < end ? 2 : 0
    }
    let report = try trial.backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let rows = report.regimeRows.filter { $0.symbol == outcome.signals[0].symbol }
    #expect(rows.count == 3 && rows[0].days > 30 && rows[1].days == 0 && rows[2].days == days)
    #expect(rows[0].annualisedReturn != nil && rows[0].annualisedVolatility != nil)
    for row in rows.dropFirst() {
      let isStated = row.days >= 30
      #expect((row.annualisedReturn != nil) == isStated)
      #expect((row.annualisedVolatility != nil) == isStated)
      #expect((row.standardError != nil) == isStated)
    }
  }

  @Test func `days by spans are days by rows, over a hole in the signals too`() async throws {
    let trial = try await Laboratory.base.value
    var outcome = trial.outcome
    let times = try self.report(trial).portfolio.times
    // One regime before the hole and after it, another in the last days.
    let (hole, last) = (times[40]..<times[51], times[times.count - 10])
    for (step, now) in outcome.run.knownAt.enumerated() {
      let label: Int? = hole.contains(now) ? nil : now < last ? 1 : 2
      outcome.signals[0].signals[step].regimeLabel = label
    }
    let report = try trial.backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let spans = report.regimeSpans[0].spans
    #expect(spans.map(\.label) == [1, 1, 2])
    #expect(spans.map(\.to) == [hole.lowerBound, last, times[times.count - 1]])
    let starts = times.dropLast()
    let rows = report.regimeRows.filter { $0.symbol == report.regimeSpans[0].symbol }
    #expect(rows.map(\.regime) == report.regimeNames + ["no signal"] && rows[3].days == 11)
    for (label, row) in rows.enumerated().prefix(3) {
      let own = spans.filter { $0.label == label }
      #expect(row.days == starts.count { day in own.contains { $0.from <= day && day < $0.to } })
    }
    for symbol in [nil] + trial.portfolio.symbols.map(Optional.some) {
      let own = report.regimeRows.filter { $0.symbol == symbol }
      #expect(own.reduce(0) { $0 + $1.days } == starts.count, "\(symbol?.name ?? "portfolio")")
    }
  }

  @Test func `orders that no open followed are open, gates of the serving models are marked`()
    async throws
  {
    let trial = try await Laboratory.base.value
    // Every decision trades, that of the last close too.
    var portfolio = trial.portfolio
    portfolio.allocation.band = 0
    portfolio.decisionEvery = GeneratedMarket.hour
    let backtest = Backtest(
      portfolio, history: trial.history, plan: trial.plan, models: trial.models,
      skill: trial.skill, workers: 2)
    let outcome = try await backtest.run(withBaselines: false)
    let report = try backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let last = try #require(outcome.run.times.last)
    #expect(report.openOrders == outcome.run.orders.count { $0.decidedAt > last })
    #expect(report.openOrders > 0)
    let serving = trial.plan.folds.serving.testFrom
    for gate in report.gates { #expect(gate.isServing == (gate.from == serving)) }
    #expect(report.gates.filter(\.isServing).map(\.timeframe) == [.h1, .h4, .d1])
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
