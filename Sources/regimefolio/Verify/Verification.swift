import Engine
import Foundation
import Market
import Models
import Proofs
import Research
import SignalGraph

/// Runs the proofs of the promises that were asked for and takes their time.
struct Verification {
  /// A proof with the time that its group took; nil where the group's time stands at another one.
  struct Check {
    var proof: Proof
    var seconds: Double?
  }

  let workspace: Workspace
  let options: PortfolioOptions
  let common: CommonOptions
  let promises: Set<Promise>
  let scratch: ScratchFolder
  /// The runs under the portfolio's own settings and under probing ones.
  let own: Subject
  let probing: Subject
  private(set) var checks: [Check] = []
  private let start = ContinuousClock.now

  init(
    _ workspace: Workspace, _ options: PortfolioOptions, _ common: CommonOptions,
    promises: Set<Promise>, scratch: ScratchFolder
  ) async throws {
    self.workspace = workspace
    self.options = options
    self.common = common
    self.promises = promises
    self.scratch = scratch
    (own, probing) = try await Verification.subjects(workspace)
  }

  /// A portfolio's run under its own settings, and the probing one.
  static func subjects(_ workspace: Workspace) async throws -> (own: Subject, probing: Subject) {
    let models = try ModelTrainer(
      workspace.portfolio, file: workspace.typed, store: workspace.store
    ).load(workspace.plan)
    func subject(_ name: String, _ portfolio: Portfolio) async throws -> Subject {
      try await Subject(
        name, portfolio, history: workspace.history, plan: workspace.plan, models: models,
        workers: workspace.workers)
    }
    return (
      try await subject("own settings", workspace.portfolio),
      try await subject("probing settings", workspace.portfolio.probing)
    )
  }

  var seconds: Double { Verification.seconds(since: start) }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }

  /// Makes a group of proofs and notes how long it took.
  mutating func check(_ promise: Promise, _ prove: () async throws -> [Proof]) async {
    if !common.quiet, isatty(STDERR_FILENO) == 1 {
      Failure.note("promise \(promise.rawValue), \(promise.title): check \(checks.count + 1)")
    }
    let begin = ContinuousClock.now
    var proofs: [Proof]
    do {
      proofs = try await prove()
    } catch {
      var proof = Proof(promise, "the check itself", compared: "nothing")
      proof.fail("it could not be made: \(error)")
      proofs = [proof]
    }
    let time = Verification.seconds(since: begin)
    for (index, proof) in proofs.enumerated() {
      checks.append(Check(proof: proof, seconds: index == 0 ? time : nil))
    }
  }
}
