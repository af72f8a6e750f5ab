import Allocation
import Engine
import Foundation
import Market
import Proofs
import Research
import Store

/// Promise 7: repeating a run adds no trial, under another file name neither; another run adds one, and the
/// report counts all that looked at the same bars.
struct TrialProofs {
  private let verification: Verification

  init(_ verification: Verification) {
    self.verification = verification
  }

  func proof() async throws -> Proof {
    var proof = Proof(
      .honestResults, "a run repeated is one trial, another run is another",
      compared: "trials, run hashes")
    let sandbox = try Sandbox(verification, name: "trials")
    var common = verification.common
    common.db = sandbox.database
    let database = try BarDatabase(path: sandbox.database)
    let file = URL(fileURLWithPath: verification.options.portfolio)
    let renamed = URL(fileURLWithPath: sandbox.database).deletingLastPathComponent()
      .appendingPathComponent("another-name-of-" + file.lastPathComponent)
    try Data(contentsOf: file).write(to: renamed)
    var copy = verification.options
    copy.portfolio = renamed.path
    var expected = 0
    for options in [verification.options, copy] {
      let workspace = try await Workspace(options, common, database: database)
      let result = try await BacktestStep.run(workspace)
      expected = looks(result)
      try expect(expected, of: result, workspace, &proof, "one run, under whatever file name")
      proof.expect(
        result.run.hash == verification.own.outcome.run.hash,
        "the backtest has the run hash \(result.run.hash.prefix(12)), verify "
          + "\(verification.own.outcome.run.hash.prefix(12))")
    }
    // Another one than the portfolio's, and narrow: a wide one is refused where the throttle never passes it.
    let band = verification.workspace.portfolio.allocation.band == 0.001 ? 0.002 : 0.001
    copy.settings.append("allocation.band=\(band)")
    let workspace = try await Workspace(copy, common, database: database)
    let result = try await BacktestStep.run(workspace)
    try expect(expected + looks(result), of: result, workspace, &proof, "two different runs")
    return proof
  }

  /// How many results a report shows: the run's, and that of another sizing.
  private func looks(_ result: FinishedRun) -> Int {
    result.report.variance?.otherSizing == nil ? 1 : 2
  }

  private func expect(
    _ expected: Int, of result: FinishedRun, _ workspace: Workspace, _ proof: inout Proof,
    _ after: String
  ) throws {
    let stored = try workspace.database.trials(
      portfolio: workspace.portfolio.name,
      sharing: TrialSample(result.run, of: workspace.portfolio))
    proof.expect(
      stored.count == expected,
      "\(stored.count) trials are counted after \(after), not \(expected)")
    proof.expect(
      result.report.trials == expected,
      "the report counts \(result.report.trials) trials after \(after), not \(expected)")
  }
}
