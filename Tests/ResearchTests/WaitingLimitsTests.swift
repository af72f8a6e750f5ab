import Allocation
import Engine
import Research
import Testing
import Trading

@Suite struct WaitingLimitsTests {
  /// One position at most, of the calmest symbol, which changes.
  /// - Parameter participation: 0.5 fills some three units a bar of a position of hundreds.
  private func report(participation: Double?) async throws -> (
    outcome: Backtest.Outcome, warnings: [String]
  ) {
    let base = try await Laboratory.unskilled.value
    var portfolio = base.portfolio
    portfolio.allocation.prior = .inverseVolatility
    portfolio.limits.positions = 1
    portfolio.costs.participation = participation
    let backtest = Backtest(
      portfolio, history: base.history, plan: base.plan, models: base.models, skill: base.skill,
      workers: 2)
    let outcome = try await backtest.run()
    let report = try backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    return (outcome, report.warnings.filter { $0.contains("while orders waited") })
  }

  /// Closes at which more than one symbol is held.
  private func closesBeyond(_ run: EngineRun) -> Int {
    run.times.indices.count { step in
      let first = step * run.symbols.count
      return run.weights[first..<first + run.symbols.count].count { $0 != 0 } > 1
    }
  }

  @Test func `a limit that is broken while a sale waits for volume is warned of`() async throws {
    let (outcome, warnings) = try await report(participation: 0.5)
    let closes = closesBeyond(outcome.run)
    #expect(closes > 24)
    let warning = try #require(warnings.first)
    let count = warning.split(separator: " ").compactMap { Int($0) }.first
    #expect(try #require(count) >= closes)
    #expect(warning.contains("of \(outcome.run.times.count) closes"))
  }

  @Test func `where bars fill whole orders, positions keep it at every close`() async throws {
    let (outcome, warnings) = try await report(participation: nil)
    #expect(closesBeyond(outcome.run) == 0 && warnings.isEmpty)
    #expect(outcome.run.fills.count { $0.quantity < 0 } > 0)
  }
}
