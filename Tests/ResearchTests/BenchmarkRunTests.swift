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

  @Test func `bars of a part of the run are no benchmark`() async throws {
    let trial = try await Laboratory.base.value
    var backtest = trial.backtest
    let bars = trial.history.series(NodeKey(trial.history.symbols[0], .h1))
    let times = trial.outcome.run.knownAt
    let (start, end) = (try #require(times.first), try #require(times.last))
    let middle = start + (end - start) / 2
    func part(_ isTaken: (Bar) -> Bool) -> BarSeries {
      BarSeries(
        symbol: bars.symbol, timeframe: .h1, calendar: bars.calendar, bars: bars.filter(isTaken))
    }
    // Those before the run alone, those of its first half, those of its second half.
    for short in [
      bars.prefix(10), part { $0.time < middle }, part { $0.time >= middle },
    ] {
      backtest.benchmark = short
      await #expect(
        throws: ResearchError.benchmarkTooShort(
          bars.symbol, first: short.times[0], last: short.knownAt(short.count - 1), start: start,
          end: end)
      ) {
        try await backtest.run()
      }
    }
    // Six days at either end may be holidays.
    let day = Timestamp.millisecondsPerDay
    backtest.benchmark = part { $0.time >= start + 6 * day && $0.time < end - 6 * day }
    #expect(try await backtest.run().benchmark != nil)
  }

  @Test func `a benchmark that is too short is named with its days, as a report counts them`() {
    let error = ResearchError.benchmarkTooShort(
      "LATE", first: Timestamp(year: 2017, month: 11, day: 16),
      last: Timestamp(year: 2018, month: 6, day: 15),
      start: Timestamp(year: 2016, month: 5, day: 19),
      end: Timestamp(year: 2018, month: 6, day: 15))
    #expect(
      error.description.hasPrefix(
        "the benchmark LATE has bars from 2017-11-16 to 2018-06-14, the run goes from 2016-05-19 to "
          + "2018-06-14: "))
  }
}
