import Foundation
import Kernels
import Proofs
import Research

/// What one process tells another about a portfolio's runs.
struct FingerprintFile: Codable {
  var runs: [Fingerprint]
  /// Of the C library's own functions: shows whether two processes took different paths through it.
  var library: String

  /// Runs a portfolio under its own and under probing settings.
  init(_ workspace: Workspace) async throws {
    let (own, probing) = try await Verification.subjects(workspace)
    runs = [Fingerprint(own), Fingerprint(probing)]
    library = FingerprintFile.libraryBits()
  }

  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// SHA-256 over the C library's exp, log, pow, sin and tanh of fixed inputs.
  static func libraryBits() -> String {
    var sha = SHA256()
    for index in 1...20_000 {
      let x = Double(index) * 0.00217
      for value in [exp(x), log(x), pow(x, 0.37), sin(x), tanh(x / 10)] { sha.update(value) }
    }
    return sha.hex()
  }
}
