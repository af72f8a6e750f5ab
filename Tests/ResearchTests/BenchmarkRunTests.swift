import Engine
import Market
import Research
import SignalGraph
import Testing
import Trading

@Suite struct BenchmarkRunTests {
  @Test func `a symbol of the portfolio's own is bought at the first open and held`() async throws {
    let trial = try await Laboratory.base.value
    var backtest = trial.backtest
    let symbol = trial.history.symbols[0]
    let bars = trial.history.series(NodeKey(symbol, trial.portfolio.primary))
    backtest.benchmark = bars
    let outcome = try await backtest.run()
    let held = try #require(outcome.benchmark)
    #expect(held.symbol == symbol && held.run.fills.count == 1)
    let fill = held.run.fills[0]
    let first = try #require(outcome.run.times.first)
    #expect(fill.time > first)
    let opening = try #require(bars.times.firstIndex(of: fill.time))
    let slippage = trial.portfolio.costs.slippage
    #expect(abs(fill.price / (bars.opens[opening] * (1 + slippage)) - 1) < 1e-12)
    // Equity at the portfolio's last close is what the units are worth, and the cash left.
    let report = try backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let curve = try #require(report.baselines.last)
    #expect(curve.name == "benchmark \(symbol)")
    #expect(curve.times == report.portfolio.times)
    let value =
      held.run.cash.last! + fill.quantity * bars.closes[bars.countKnown(at: report.end) - 1]
    #expect(abs(curve.equity.last! - value) < 1e-9 * value)
    #expect(curve.sharpeAdvantageInterval != nil)
    // It changes nothing about the run itself.
    #expect(outcome.run.hash == trial.outcome.run.hash)
  }

  @Test func `daily bars beside hourly steps are read at their closes`() async throws {
    let trial = try await Laboratory.base.value
    var backtest = trial.backtest
    let symbol = trial.history.symbols[0]
    let days = trial.history.series(NodeKey(symbol, .d1))
    backtest.benchmark = days
    let outcome = try await backtest.run()
    let report = try backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let curve = try #require(report.baselines.last)
    let units = try #require(outcome.benchmark).run.fills[0].quantity
    let cash = try #require(outcome.benchmark?.run.cash.last)
    for (time, equity) in zip(curve.times, curve.equity).dropFirst(3) {
      let known = days.countKnown(at: time)
      #expect(abs(equity - cash - units * days.closes[known - 1]) < 1e-7 * equity)
    }
  }

  @Test func `bars that end before the run are no benchmark`() async throws {
    let trial = try await Laboratory.base.value
    var backtest = trial.backtest
    let bars = trial.history.series(NodeKey(trial.history.symbols[0], .h1))
    backtest.benchmark = bars.prefix(10)
    await #expect(throws: ResearchError.noBars(bars.symbol, .h1)) {
      try await backtest.run()
    }
  }
}
