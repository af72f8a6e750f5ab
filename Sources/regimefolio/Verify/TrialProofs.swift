import Engine
import Foundation
import Market
import Proofs
import Research
import Store

/// Promise 7: repeating a run adds no trial; another run adds one, and the report counts it.
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
    let models = verification.workspace
    let name = models.portfolio.name
    for expected in [1, 1] {
      let workspace = try await Workspace(verification.options, common, database: database)
      let result = try await BacktestStep.run(workspace)
      let count = try database.trialCount(portfolio: name)
      proof.expect(count == expected, "\(count) trials are counted after one run, repeated or not")
      proof.expect(
        result.report.trials == expected, "the report counts \(result.report.trials) trials")
      proof.expect(
        result.run.hash == verification.own.outcome.run.hash,
        "the backtest has the run hash \(result.run.hash.prefix(12)), verify "
          + "\(verification.own.outcome.run.hash.prefix(12))")
    }
    var other = verification.options
    other.settings.append("allocation.band=0.125")
    let workspace = try await Workspace(other, common, database: database)
    let result = try await BacktestStep.run(workspace)
    let count = try database.trialCount(portfolio: name)
    proof.expect(count == 2, "\(count) trials are counted after two different runs")
    proof.expect(result.report.trials == 2, "the report counts \(result.report.trials) trials")
    return proof
  }
}
