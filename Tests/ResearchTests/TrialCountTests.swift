import Models
import Research
import Testing

struct TrialCountTests {
  @Test func `a trial that never traded counts, though it has no Sharpe ratio`() async throws {
    var portfolio = Portfolio.small()
    portfolio.forecast.epochs = 1
    let trial = try await Trial(training: portfolio, on: Laboratory.market)
    func report(_ others: [Double?]) throws -> BacktestReport {
      try Backtest(
        trial.portfolio, history: trial.history, plan: trial.plan, models: trial.models,
        skill: trial.skill, workers: 2
      ).report(trial.outcome, trialSharpes: others, inputs: [], warnings: [])
    }
    #expect(try report([nil]).trials == 2)
    let alone = try report([nil])
    #expect(alone.deflatedSharpe != nil && alone.evidence?.comparedTrials == 0)
    // Chance had one more try.
    let two = try report([0.01])
    let three = try report([0.01, nil])
    #expect(two.trials == 2 && three.trials == 3)
    #expect(try #require(three.deflatedSharpe) < #require(two.deflatedSharpe))
  }
}
