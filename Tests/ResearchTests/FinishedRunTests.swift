import Engine
import Market
import Research
import SignalGraph
import Testing
import Trading

/// How a user of the library adds a figure and a format of their own.
@Suite struct FinishedRunTests {
  /// Mean size of a fill in currency.
  private struct MeanTrade: RunStatistic {
    let name = "mean trade"

    func value(of run: FinishedRun) -> Double? {
      let sizes = run.run.fills.map { abs($0.quantity * $0.price) }
      return sizes.isEmpty ? nil : sizes.reduce(0, +) / Double(sizes.count)
    }
  }

  /// Decisions by what was decided, one line each.
  private struct DecisionLog: RunExporter {
    func files(of run: FinishedRun) -> [ExportedFile] {
      let lines = run.decisions.map { decision in
        "\(decision.now) \(decision.targets.count { $0 != nil })\n"
      }
      return [ExportedFile(name: "decisions.txt", text: lines.joined())]
    }
  }

  private struct Refusing: RunStatistic {
    struct NoSuchThing: Error {}
    let name = "refusing"
    func value(of run: FinishedRun) throws -> Double? { throw NoSuchThing() }
  }

  private func finished() async throws -> FinishedRun {
    let trial = try await Laboratory.base.value
    let report = try trial.backtest.report(
      trial.outcome, trialSharpes: [], inputs: [], warnings: [])
    return FinishedRun(
      report: report, run: trial.outcome.run, decisions: trial.outcome.decisions)
  }

  @Test func `a statistic of one's own stands in the report`() async throws {
    let run = try await finished().measured(by: [MeanTrade()]).measured(by: [MeanTrade()])
    #expect(run.report.ownStatistics.map(\.name) == ["mean trade", "mean trade"])
    let traded = run.report.contributions.reduce(0) { $0 + $1.traded }
    let value = try #require(run.report.ownStatistics[0].value)
    #expect(abs(value * Double(run.run.fills.count) - traded) < 1e-6 * traded)
    await #expect(throws: Refusing.NoSuchThing.self) {
      try await finished().measured(by: [Refusing()])
    }
  }

  @Test func `an exporter of one's own sees the decisions`() async throws {
    let run = try await finished()
    let files = DecisionLog().files(of: run)
    #expect(files.map(\.name) == ["decisions.txt"])
    #expect(files[0].text.split(separator: "\n").count == run.decisions.count)
  }
}
