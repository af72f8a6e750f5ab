import Allocation
import Engine
import Foundation
import Kernels
import Market
import Research
import SignalGraph
import Statistics
import Testing
import Trading

/// The portfolios without models that every run stands beside.
@Suite struct BaselinesTests {
  @Test func `all six run over the portfolio's steps at its costs`() async throws {
    let trial = try await Laboratory.base.value
    let baselines = trial.outcome.baselines
    #expect(
      baselines.map(\.baseline.rawValue) == [
        "buy and hold", "equal weight, weekly", "inverse volatility, weekly", "HRP, weekly",
        "ERC, weekly", "cash",
      ])
    #expect(Set(baselines.map(\.run.hash)).count == 6)
    for (_, run) in baselines {
      #expect(run.times == trial.outcome.run.times)
      #expect(run.startCapital == trial.portfolio.capital.cash)
      for fill in run.fills {
        let cost = trial.portfolio.costs.commission * abs(fill.quantity * fill.price)
        #expect(abs(fill.fee - cost) <= 1e-12 * cost)
      }
    }
  }

  @Test func `buying and holding trades once`() async throws {
    let run = try await run(.buyAndHold)
    #expect(run.fills.count == 3 && Set(run.fills.map(\.time)).count == 1)
  }

  @Test func `cash is left alone`() async throws {
    let run = try await run(.cash)
    #expect(run.orders.isEmpty && Set(run.equity) == [run.startCapital])
  }

  @Test func `interest is no advantage over cash, nor over the market`() async throws {
    let trial = try await Laboratory.base.value
    var portfolio = trial.portfolio
    portfolio.capital.cashRate = 0.03
    let backtest = Backtest(
      portfolio, history: trial.history, plan: trial.plan, models: trial.models,
      skill: trial.skill, workers: 2)
    let outcome = try await backtest.run()
    let report = try backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let (own, root) = (report.portfolio, 365.0.squareRoot())
    let cash = try #require(report.baselines.first { $0.name == "cash" })
    #expect(cash.performance.totalReturn > 0 && cash.orders == 0)
    #expect(cash.performance.sharpe == nil && cash.performance.sortino == nil)
    #expect(cash.sharpeInterval == nil)
    // Above cash is what a Sharpe ratio says: the advantage is the portfolio's own.
    let sharpe = try #require(own.performance.sharpe)
    #expect(abs(try #require(cash.sharpeAdvantage) - sharpe) < 1e-9)
    #expect(cash.sharpeAdvantageInterval == own.sharpeInterval && own.sharpeInterval != nil)
    // What cash earned, by the account that held nothing else.
    let earned = simpleReturns(cash.equity)
    let excess = zip(simpleReturns(own.equity), earned).map { $0 - $1 }
    let deviation = try #require(Moments(excess).standardDeviation)
    #expect(abs(sharpe - Moments(excess).mean / deviation * root) < 1e-9)
    let plain = try PerformanceSummary(equity: own.equity, barsPerYear: 365)
    #expect(try #require(plain.sharpe) > sharpe)
    #expect(abs(try #require(try backtest.sharpePerStep(outcome)) * root - sharpe) < 1e-9)
    let evidence = try #require(report.evidence)
    let test = try #require(try SharpeSignificance(returns: excess))
    #expect(abs(evidence.probability - test.probability()) < 1e-9)
    #expect(report.costDrag?.net == own.performance)
    let row = try backtest.ablationRow(outcome, name: "whole", whole: nil)
    #expect(row.curve.sharpeInterval == own.sharpeInterval)
    // Beta times the market's excess is what alpha is above.
    let held = try #require(report.baselines.first { $0.name == "buy and hold" })
    let market = zip(simpleReturns(held.equity), earned).map { $0 - $1 }
    let pair = try #require(report.riskFigures.first?.comparison)
    let expected =
      (Moments(excess).mean - (try #require(pair.beta)) * Moments(market).mean) * 365
    #expect(abs(try #require(pair.alpha) - expected) < 1e-6)
  }

  @Test func `an account that lost everything has no figures that need returns`() async throws {
    let trial = try await Laboratory.base.value
    var outcome = trial.outcome
    // The same run, of which nothing is left from its middle on.
    var equity = outcome.run.equity
    for step in equity.count / 2..<equity.count { equity[step] = 0 }
    var text = String(decoding: try JSONEncoder().encode(outcome.run), as: UTF8.self)
    let start = try #require(text.range(of: "\"equity\":[")).upperBound
    let end = try #require(text[start...].firstIndex(of: "]"))
    text.replaceSubrange(start..<end, with: equity.map(\.description).joined(separator: ","))
    outcome.run = try JSONDecoder().decode(EngineRun.self, from: Data(text.utf8))
    let report = try trial.backtest.report(
      outcome, trialSharpes: [0.01, 0.02], inputs: [], warnings: [])
    let own = report.portfolio
    #expect(own.performance.ruinedAt != nil && own.sharpeInterval == nil)
    #expect(own.excessReturns == nil)
    #expect(report.evidence == nil && report.deflatedSharpe == nil)
    #expect(report.calendar == nil && report.costDrag == nil)
    let risk = try #require(report.riskFigures.first)
    #expect(risk.tail == nil && risk.omega == nil && risk.comparison == nil)
    for curve in report.baselines {
      #expect(curve.sharpeAdvantage == nil && curve.sharpeAdvantageInterval == nil)
      #expect(curve.name == "cash" || curve.sharpeInterval != nil)
    }
    #expect([own.turnoverPerYear, own.costPerYear, own.exposure].allSatisfy { $0.isFinite })
    #expect(report.regimeRows.allSatisfy { ($0.annualisedReturn ?? 0).isFinite })
    let last = try #require(report.weights.last)
    #expect(last.time < report.end && last.weights.allSatisfy(\.isFinite))
  }

  @Test(arguments: [
    Baseline.inverseVolatility, .hierarchicalRiskParity, .equalRiskContribution,
  ])
  func `the weights by risk are those of the week's first estimate`(baseline: Baseline) async throws
  {
    let trial = try await Laboratory.base.value
    let run = try await run(baseline)
    let grid = trial.history.grid(.d1)
    var week: Timestamp?
    var checked = 0
    for (step, now) in run.knownAt.enumerated() {
      let this = Timeframe.w1.slot(containing: now)
      guard this != week else {
        #expect(!run.orders.contains { $0.decidedAt == now })
        continue
      }
      week = this
      let estimate = try TwoSpeedCovariance.estimate(
        symbols: grid.symbols, returns: returns(grid, until: now), minimumObservations: 20)
      let weights: [Double] =
        switch baseline {
        case .inverseVolatility: inverseVolatilityWeights(estimate.volatilities)
        case .equalRiskContribution: try riskParity(covariance: estimate.covariance)
        default: hierarchicalRiskParity(covariance: estimate.covariance)
        }
      for order in run.orders where order.decidedAt == now {
        let symbol = try #require(run.symbols.firstIndex(of: order.symbol))
        let row = try #require(estimate.index(of: order.symbol))
        let mark = try #require(
          trial.outcome.grid.lastClose(
            symbol, at: trial.outcome.steps.lowerBound + step))
        let held = run.weights[step * run.symbols.count + symbol] * run.equity[step]
        let wanted = held + order.quantity * mark
        // What is left is the rounding of the way to units and back.
        #expect(abs(wanted / run.equity[step] - weights[row]) < 1e-9)
        checked += 1
      }
    }
    #expect(checked > 40)
  }

  private func run(_ baseline: Baseline) async throws -> EngineRun {
    let outcome = try await Laboratory.base.value.outcome
    return try #require(outcome.baselines.first { $0.baseline == baseline }).run
  }

  /// Daily returns known at a time, by bar of the grid; nil where a symbol has none.
  private func returns(_ grid: BarGrid, until now: Timestamp) -> [[Double?]] {
    var last: [Double?] = grid.symbols.map { _ in nil }
    return grid.times.indices.filter { grid.knownAt($0) <= now }.map { step in
      grid.symbols.indices.map { symbol in
        guard let bar = grid.bar(symbol, at: step) else { return nil }
        let close = grid.series[symbol].closes[bar]
        defer { last[symbol] = close }
        return last[symbol].map { close / $0 - 1 }
      }
    }
  }

  @Test(arguments: Baseline.allCases.filter { $0 != .cash && $0 != .buyAndHold })
  func `the share of a symbol that ended does not lie idle`(baseline: Baseline) async throws {
    let grid = grid(["A", "B", "C"])
    var capital = CapitalSettings()
    capital.delistAfter = 10 * Timestamp.millisecondsPerDay
    let run = try await StepLoop(
      grid: grid, costs: CostSettings(commission: 0, slippage: 0), capital: capital
    ).run(40..<120, try baseline.decisionMaker(riskGrid: grid))
    #expect(run.weights[10 * 3] > 0.1)
    // A fortnight after its last bar, and a week for the next decision.
    for step in 43..<80 {
      #expect(run.weights[step * 3] == 0)
      #expect(abs(run.exposure[step] - 1) < 1e-9, "\(baseline.rawValue) at \(step)")
    }
  }

  /// Daily bars that open at the last close. A ends after sixty days, B rises.
  private func grid(_ symbols: [Symbol]) -> BarGrid {
    BarGrid(
      symbols.map { symbol in
        var random = CounterRandom(seed: 6, path: [symbol.name])
        var series = BarSeries(symbol: symbol, timeframe: .d1, calendar: .continuous)
        var close = 100.0
        for day in 0..<(symbol == "A" ? 60 : 120) {
          let open = close
          close *= Elementary.exp((symbol == "B" ? 0.004 : 0) + 0.01 * random.normal())
          series.append(
            Bar(
              time: GeneratedMarket.start + Int64(day) * Timestamp.millisecondsPerDay, open: open,
              high: max(open, close), low: min(open, close), close: close, volume: 1))
        }
        return series
      })
  }

  @Test(
    arguments: Baseline.allCases.filter { $0 != .cash && $0 != .buyAndHold }, [1.0, 2.0])
  func `a position that nobody quotes leaves the others their proportions, and no debt`(
    baseline: Baseline, leverage: Double
  ) async throws {
    func run(_ symbols: [Symbol]) async throws -> EngineRun {
      let grid = grid(symbols)
      var capital = CapitalSettings()
      capital.leverage = leverage
      return try await StepLoop(
        grid: grid, costs: CostSettings(commission: 0, slippage: 0), capital: capital
      ).run(40..<120, try baseline.decisionMaker(riskGrid: grid))
    }
    let stuck = try await run(["A", "B", "C"])
    let free = try await run(["B", "C"])
    // A fortnight after A's last bar, and a week for the next decision.
    for step in 43..<80 {
      let held = Array(stuck.weights[step * 3..<step * 3 + 3])
      #expect(held[0] > 0.1)
      // No cash lies idle, and none is owed.
      #expect(abs(stuck.exposure[step] - 1) < 1e-9)
      #expect(abs(stuck.cash[step]) < 1e-9 * stuck.equity[step])
      let ratio = free.weights[step * 2] / free.weights[step * 2 + 1]
      #expect(abs(held[1] / held[2] / ratio - 1) < 1e-6, "\(baseline.rawValue) at \(step)")
    }
  }

  @Test func `credit is the portfolio's, not the baselines' nor the benchmark's`() async throws {
    let trial = try await Laboratory.base.value
    var portfolio = trial.portfolio
    portfolio.capital.leverage = 2
    var backtest = Backtest(
      portfolio, history: trial.history, plan: trial.plan, models: trial.models,
      skill: trial.skill, workers: 2)
    backtest.benchmark = trial.history.series(NodeKey(trial.history.symbols[0], .h1))
    let outcome = try await backtest.run()
    for (own, other) in zip(outcome.baselines, trial.outcome.baselines) {
      #expect(own.run.hash == other.run.hash, "\(own.baseline.rawValue)")
      #expect(own.run.cash.allSatisfy { $0 >= 0 })
    }
    let held = try #require(outcome.benchmark).run
    #expect(held.fills.count == 1 && held.cash.allSatisfy { $0 >= 0 })
  }
}
