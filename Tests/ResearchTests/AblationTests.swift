import Allocation
import Engine
import Market
import Research
import SignalGraph
import Statistics
import Testing

@Suite struct AblationTests {
  @Test func `what a portfolio can do without`() {
    let all = Ablation.all(of: .small())
    #expect(
      all == [
        .onlyForecasts(.h1), .onlyForecasts(.h4), .onlyForecasts(.d1), .withoutRegimes,
        .withoutForecasts, .withoutLimits, .priorAlone,
      ])
    #expect(Set(all.map(\.name)).count == all.count)
    var one = Portfolio.small()
    one.timeframes[1].weight = 0
    one.timeframes[2].weight = 0
    one.allocation.mode = .inOut
    #expect(
      Ablation.all(of: one) == [.withoutRegimes, .withoutForecasts, .withoutLimits])
  }

  @Test func `a part that does nothing changes nothing, the others do`() async throws {
    let trial = try await Laboratory.base.value
    func hash(_ ablation: Ablation) async throws -> String {
      try await trial.backtest.without(ablation).run(withBaselines: false).run.hash
    }
    let whole = trial.outcome.run.hash
    // The portfolio has no limits but the gross one.
    #expect(try await hash(.withoutLimits) == whole)
    // Regimes have sizes 1, .75 and .5, and the hourly gate is open.
    let regimes = try await hash(.withoutRegimes)
    let forecasts = try await hash(.withoutForecasts)
    let prior = try await hash(.priorAlone)
    #expect(Set([whole, regimes, forecasts, prior]).count == 4)
    // Days have no forecast: with their weight alone nothing tilts, as with the gates shut.
    #expect(try await hash(.onlyForecasts(.d1)) == forecasts)
    #expect(try await hash(.onlyForecasts(.h1)) != forecasts)
  }

  @Test func `gates shut, the weights are the prior's to the bit`() async throws {
    let trial = try await Laboratory.base.value
    let outcome = try await trial.backtest.without(.withoutForecasts).run(withBaselines: false)
    var lines = 0
    for decision in outcome.decisions {
      for line in decision.allocation?.lines ?? [] {
        #expect(line.tiltMultiplier == 1 && line.tilted == line.afterRegime)
        lines += 1
      }
    }
    #expect(lines > 100)
  }

  @Test func `rows stand beside the whole, paired`() async throws {
    let trial = try await Laboratory.base.value
    let backtest = trial.backtest.without(.withoutRegimes)
    let outcome = try await backtest.run(withBaselines: false)
    let whole = try trial.backtest.ablationRow(trial.outcome, name: "whole", whole: nil)
    let row = try backtest.ablationRow(outcome, name: "part", whole: trial.outcome)
    #expect(whole.curve.sharpeAdvantage == nil && whole.runHash == trial.outcome.run.hash)
    let difference =
      try #require(whole.curve.performance.sharpe)
      - #require(row.curve.performance.sharpe)
    #expect(abs(try #require(row.curve.sharpeAdvantage) - difference) < 1e-9)
    let report = AblationReport(rows: [whole, row])
    #expect(report.variants.map(\.returns.count) == [whole.curve.equity.count - 1].cycled(2))
    let overfitting = try #require(try OverfittingReport(report.variants))
    #expect(overfitting.test.variants == 2 && overfitting.test.combinations == 12_870)
    #expect(try #require(overfitting.effective) < 2)
    // The same run twice is no third variant.
    #expect(
      try OverfittingReport(AblationReport(rows: [whole, row, whole]).variants) == overfitting)
  }
}

extension [Int] {
  fileprivate func cycled(_ times: Int) -> [Int] { (0..<times).flatMap { _ in self } }
}
