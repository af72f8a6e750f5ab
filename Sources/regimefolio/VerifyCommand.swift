import ArgumentParser
import Engine
import Foundation
import Proofs
import Report
import Research

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove the program's eight promises on a portfolio's own bars and models.",
    discussion: """
      1 no look-ahead, 2 deterministic, 3 batch equals stream, 4 books balance, 5 limits hold, \
      6 nothing fails silently, 7 honest results, 8 safe. Beside the portfolio's own settings a \
      probing run is made in which every forecast counts and every change is traded. Nothing is \
      written to the database or to the models: what must be damaged is damaged in copies. \
      Exit code 1 where a promise does not hold.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var portfolio: PortfolioOptions

  @Option(name: .customLong("promise"), help: "Prove this promise only (1 to 8). Repeatable.")
  var promises: [Int] = []

  @Flag(help: ArgumentHelp("Print the run's hashes, for another process.", visibility: .hidden))
  var fingerprint = false

  func validate() throws {
    for number in promises where Promise(rawValue: number) == nil {
      throw ValidationError("--promise \(number): there are promises 1 to 8")
    }
  }

  func run() async throws {
    let database = try common.openForReading()
    let workspace = try await Workspace(portfolio, common, database: database)
    if fingerprint {
      try Output.line(try await FingerprintFile(workspace).text())
      return
    }
    let wanted = promises.isEmpty ? Promise.allCases : promises.compactMap(Promise.init(rawValue:))
    let scratch = try ScratchFolder()
    var verification = try await Verification(
      workspace, portfolio, common, promises: Set(wanted), scratch: scratch)
    await verification.run()
    let outcome = VerificationOutcome(
      file: portfolio.portfolio, runHash: verification.own.outcome.run.hash,
      promises: wanted.sorted(), checks: verification.checks, seconds: verification.seconds)
    try Output.text(
      common.json
        ? outcome.json.text : outcome.text(useColour: common.useColour, quiet: common.quiet))
    if let failure = outcome.failure { throw Failure(failure) }
  }
}
