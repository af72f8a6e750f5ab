import Market
import Models
import Research
import Testing

/// Whose decision the last one is.
@Suite struct DecisionModelsTests {
  @Test func `the last decision is told by the models of its own window`() async throws {
    // Hours alone and no forecasts. Windows from days 100, 161 and 222 on; of the days from 212 on the
    // weekly decisions, on Thursdays, have 213 and 220.
    var portfolio = Portfolio.hasty(symbols: ["BTC", "ETH"])
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe == .h1 }
    portfolio.forecast.minimumBars = 100_000
    portfolio.variance.method = .ewma
    portfolio.decisionEvery = 7 * Timestamp.millisecondsPerDay
    portfolio.split.innerFolds = 0
    portfolio.split.start = GeneratedMarket.time(day: 100)
    portfolio.split.every = 61 * Timestamp.millisecondsPerDay
    let trial = try await Trial(training: portfolio, on: Laboratory.noise)
    let folds = trial.plan.folds.outer
    #expect(folds.map(\.testFrom) == [100, 161, 222].map { GeneratedMarket.time(day: $0) })
    let report = try trial.backtest.report(
      trial.outcome, trialSharpes: [], inputs: [], warnings: [])
    let models = try #require(report.lastDecisionModels)
    #expect(models.decidedAt == GeneratedMarket.time(day: 220))
    let own = trial.models.nodes(of: folds[1]).compactMap { $0.bundle.trainedTo }.max()
    let trainedTo = try #require(models.trainedTo)
    #expect(trainedTo == own && trainedTo <= models.decidedAt)
  }
}
