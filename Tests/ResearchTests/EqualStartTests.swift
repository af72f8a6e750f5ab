import Allocation
import Engine
import Market
import Models
import Research
import SignalGraph
import Testing
import Trading

/// A portfolio and its baselines are compared from the day on from which either can hold something.
@Suite struct EqualStartTests {
  /// Hours alone, whose first models are fitted to forty days; a weight needs the closes of 61.
  private var early: Portfolio {
    var portfolio = Portfolio.small(symbols: ["BTC", "ETH"])
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe == .h1 }
    portfolio.allocation.minimumObservations = 60
    portfolio.split.start = GeneratedMarket.time(day: 40)
    portfolio.split.innerFolds = 0
    return portfolio
  }

  @Test func `a run begins when weights can be decided, and says so with both dates`()
    async throws
  {
    let trial = try await Trial(training: early, on: Laboratory.market)
    let outcome = trial.outcome
    #expect(trial.plan.folds.outer[0].testFrom == GeneratedMarket.time(day: 40))
    #expect(outcome.run.knownAt[0] == GeneratedMarket.time(day: 61))
    let equal = try #require(outcome.baselines.first { $0.baseline == .equalWeight }).run
    let own = try #require(outcome.run.fills.first).time
    let theirs = try #require(equal.fills.first).time
    #expect(own - theirs <= trial.portfolio.decisionEvery)
    for (_, run) in outcome.baselines { #expect(run.knownAt == outcome.run.knownAt) }
    let report = try trial.backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let told = report.warnings.filter { $0.contains("allocation.min_observations") }
    #expect(told.count == 1)
    #expect(told[0].contains("2018-02-10") && told[0].contains("2018-03-03"))
    #expect(told[0].contains("only then have all symbols 60 returns"))
  }

  @Test func `a setting below the returns that baselines need is not what the run waits for`()
    async throws
  {
    var portfolio = early
    portfolio.allocation.minimumObservations = 5
    portfolio.split.start = GeneratedMarket.time(day: 12)
    portfolio.forecast.minimumBars = 100_000
    portfolio.variance.method = .ewma
    let trial = try await Trial(training: portfolio, on: Laboratory.market)
    #expect(trial.outcome.run.knownAt[0] == GeneratedMarket.time(day: 21))
    portfolio.onMissing = .exclude
    let excluding = try await Trial(
      portfolio, on: Laboratory.market, plan: trial.plan, models: trial.models)
    for (own, words) in [(trial, "have all symbols"), (excluding, "has any symbol")] {
      let report = try own.backtest.report(
        own.outcome, trialSharpes: [], inputs: [], warnings: [])
      let told = report.warnings.filter { $0.contains("only then \(words) 20 returns of 1d") }
      #expect(told.count == 1 && told[0].contains("a baseline that sizes by risk"))
      #expect(!report.warnings.contains { $0.contains("allocation.min_observations") })
    }
    // Nor is it what would make room for cross-validation.
    func advice(_ observations: Int) -> String {
      ResearchError.tooFewDays(days: 5, groups: 6, observations: observations).description
    }
    #expect(advice(21).contains("split.cpcv_groups or allocation.min_observations lower"))
    #expect(advice(20).contains("set split.cpcv_groups lower"))
  }

  @Test func `a first window that is late enough is where the run begins, without a word`()
    async throws
  {
    let trial = try await Laboratory.base.value
    let first = trial.plan.folds.outer[0].testFrom
    #expect(trial.outcome.run.knownAt[0] == first)
    let report = try trial.backtest.report(
      trial.outcome, trialSharpes: [], inputs: [], warnings: [])
    #expect(!report.warnings.contains { $0.contains("allocation.min_observations") })
    #expect(report.testWindows == 2 && report.testWindowDays == nil)
  }

  @Test func `baselines that size by risk have their twenty returns, whatever the portfolio needs`()
    throws
  {
    var portfolio = early
    portfolio.allocation.minimumObservations = 5
    let history = try Laboratory.market.history(portfolio)
    let (from, end) = (GeneratedMarket.time(day: 12), GeneratedMarket.time(day: 225))
    #expect(
      history.measured(for: portfolio, from: from, until: end) == GeneratedMarket.time(day: 21))
    // One that comes later than the end is none.
    #expect(
      history.measured(for: portfolio, from: from, until: GeneratedMarket.time(day: 21)) == nil)
  }
}
