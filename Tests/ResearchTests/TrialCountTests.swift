import Models
import Research
import Testing

struct TrialCountTests {
  @Test func `a trial that never traded counts, though it has no Sharpe ratio`() async throws {
    let trial = try await Laboratory.unskilled.value
    func report(_ others: [Double?]) throws -> BacktestReport {
      try trial.backtest.report(trial.outcome, trialSharpes: others, inputs: [], warnings: [])
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
