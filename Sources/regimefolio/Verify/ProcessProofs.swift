import Engine
import Foundation
import Market
import Proofs
import Research
import SignalGraph

/// Promise 2 across processes: other hash seeds, other paths through the C library, bars ingested in
/// another order, symbols named in another order.
struct ProcessProofs: Sendable {
  private struct Attempt: Sendable {
    var name: String
    var arguments: [String]
    var environment: [String: String?]
  }

  private let attempts: [Attempt]
  private let expected: [Fingerprint]
  private let workers: Int
  private let scratch: ScratchFolder

  init(_ verification: Verification) throws {
    let (options, common) = (verification.options, verification.common)
    func arguments(db: String, more: [String] = [], workers: Int) -> [String] {
      ["verify"] + options.arguments + more
        + ["--fingerprint", "--db", db, "--models", common.models, "--workers", "\(workers)"]
    }
    let sandbox = try Sandbox(verification, name: "reversed")
    let names = verification.workspace.portfolio.symbols.reversed().map { symbol in
      "\"\(symbol.name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
    let reversed = ["--set", "symbols=[\(names.joined(separator: ", "))]"]
    attempts = [
      Attempt(
        name: "another process with its own hash seed, one worker",
        arguments: arguments(db: common.db, workers: 1), environment: ChildProcess.ownHashSeed),
      Attempt(
        name: "another one, files ingested and symbols named in reverse",
        arguments: arguments(db: sandbox.database, more: reversed, workers: 2),
        environment: ChildProcess.ownHashSeed),
      Attempt(
        name: "another process, the C library without FMA and AVX2",
        arguments: arguments(db: common.db, workers: 2),
        environment: ChildProcess.otherLibraryPath),
    ]
    expected = [Fingerprint(verification.own), Fingerprint(verification.probing)]
    workers = common.workers
    scratch = verification.scratch
  }

  func proofs() async throws -> [Proof] {
    let here = FingerprintFile.libraryBits()
    return try await concurrentMap(attempts, workers: workers) { attempt in
      var proof = Proof(
        .deterministic, attempt.name, subject: "own and probing settings",
        compared: "run hash, signals, decisions, orders, fills, equity")
      let run = try ChildProcess(
        arguments: attempt.arguments, environment: attempt.environment
      ).run(in: scratch)
      guard run.status == 0 else {
        proof.fail("the process ended with \(run.status): \(run.errors.prefix(300))")
        return proof
      }
      let file: FingerprintFile
      do {
        file = try JSONDecoder().decode(FingerprintFile.self, from: Data(run.output.utf8))
      } catch {
        proof.fail("the process wrote no fingerprints: \(error)")
        return proof
      }
      guard file.runs.map(\.subject) == expected.map(\.subject) else {
        proof.fail("the process ran \(file.runs.map(\.subject).joined(separator: ", "))")
        return proof
      }
      for (mine, theirs) in zip(expected, file.runs) {
        proof.values += mine.values
        if mine.runHash != theirs.runHash {
          proof.fail(
            "\(mine.subject): run hash \(theirs.runHash.prefix(12)) there, "
              + "\(mine.runHash.prefix(12)) here")
        } else if mine.trace != theirs.trace {
          proof.fail("\(mine.subject): the run hash agrees, signals or decisions differ")
        }
      }
      if attempt.environment["GLIBC_TUNABLES"] != nil {
        proof.notes.append(
          file.library == here
            ? "this machine's C library computes the same either way: nothing is proved by it"
            : "the C library's own functions differ there, as they should")
      }
      return proof
    }
  }
}
