import Foundation
import Proofs
import Report

/// All checks of a verification, as a table, as JSON and as an exit code.
struct VerificationOutcome {
  let file: String
  /// Of the run under the portfolio's own settings.
  let runHash: String
  let promises: [Promise]
  let checks: [Verification.Check]
  let seconds: Double

  private func checks(of promise: Promise) -> [Verification.Check] {
    checks.filter { $0.proof.promise == promise }
  }

  /// A promise without a check is not proved.
  private func holds(_ promise: Promise) -> Bool {
    let own = checks(of: promise)
    return !own.isEmpty && own.allSatisfy(\.proof.holds)
  }

  /// What to say on stderr where a promise does not hold.
  var failure: String? {
    let broken = promises.filter { !holds($0) }
    guard !broken.isEmpty else { return nil }
    let words = broken.map { promise in
      let finding =
        checks(of: promise).first { !$0.proof.holds }?.proof.findings.first ?? "no check"
      return "promise \(promise.rawValue) (\(promise.title)): \(finding)"
    }
    let line = words.joined(separator: "; ").split(whereSeparator: \.isWhitespace)
    return "\(file): not proved: \(line.joined(separator: " "))"
  }

  var json: JSONValue {
    .object([
      "portfolio": .string(file), "runHash": .string(runHash),
      "holds": .bool(promises.allSatisfy(holds)), "seconds": .number(seconds),
      "promises": .array(
        promises.map { promise in
          .object([
            "promise": .integer(promise.rawValue), "title": .string(promise.title),
            "holds": .bool(holds(promise)),
            "values": .integer(checks(of: promise).reduce(0) { $0 + $1.proof.values }),
            "seconds": .number(time(promise)),
            "checks": .array(checks(of: promise).map(json(_:))),
          ])
        }),
    ])
  }

  private func json(_ check: Verification.Check) -> JSONValue {
    .object([
      "name": .string(check.proof.name), "on": .string(check.proof.subject),
      "compared": .string(check.proof.compared), "values": .integer(check.proof.values),
      "seconds": .number(check.seconds), "holds": .bool(check.proof.holds),
      "findings": .array(check.proof.findings.map { .string($0) }),
      "notes": .array(check.proof.notes.map { .string($0) }),
    ])
  }

  private func time(_ promise: Promise) -> Double {
    checks(of: promise).reduce(0) { $0 + ($1.seconds ?? 0) }
  }

  /// A table a promise; with `quiet` one line a promise.
  func text(useColour: Bool, quiet: Bool) -> String {
    var text = "\(file), run hash \(runHash)\n"
    for promise in promises {
      let own = checks(of: promise)
      let values = own.reduce(0) { $0 + $1.proof.values }
      text +=
        "\(quiet ? "" : "\n")\(promise.rawValue) \(promise.title): "
        + "\(holds(promise) ? "holds" : "DOES NOT HOLD"), \(counted(own.count, "check")), "
        + "\(VerificationOutcome.grouped(values)) values, \(tenths(time(promise))) s\n"
      guard !quiet else { continue }
      for line in table(own).lines(width: TerminalReport.width, useColour: useColour) {
        text += "  \(line)\n"
      }
      text += "  compared: \(compared(own))\n"
      for check in own {
        for finding in check.proof.findings { text += "  ! \(check.proof.name): \(finding)\n" }
        for note in check.proof.notes { text += "  - \(check.proof.name): \(note)\n" }
      }
    }
    let all = checks.reduce(0) { $0 + $1.proof.values }
    let verdict = promises.allSatisfy(holds) ? "all of it holds" : "not all of it holds"
    return text + "\(quiet ? "" : "\n")\(verdict): \(counted(promises.count, "promise")), "
      + "\(counted(checks.count, "check")), \(VerificationOutcome.grouped(all)) values, "
      + "\(tenths(seconds)) s\n"
  }

  /// What the checks compared, in their order, without repetition.
  private func compared(_ checks: [Verification.Check]) -> String {
    var words: [String] = []
    for check in checks where !words.contains(check.proof.compared) {
      words.append(check.proof.compared)
    }
    return words.joined(separator: "; ")
  }

  private func table(_ checks: [Verification.Check]) -> TerminalTable {
    TerminalTable(
      columns: [
        .init("", .left), .init("check", .left, isFlexible: true),
        .init("on", .left, isFlexible: true), .init("values"), .init("s"),
      ],
      rows: checks.map { check in
        let proof = check.proof
        return [
          .init(proof.holds ? "ok" : "NO", proof.holds ? .plain : .worse), .init(proof.name),
          .init(proof.subject ?? "-"),
          .init(VerificationOutcome.grouped(proof.values)), .init(check.seconds.map(tenths) ?? ""),
        ]
      })
  }

  private func tenths(_ seconds: Double) -> String { String(format: "%.1f", seconds) }

  /// `1 234 567`.
  static func grouped(_ count: Int) -> String {
    var digits = String(count)
    var parts: [String] = []
    while digits.count > 3 {
      parts.append(String(digits.suffix(3)))
      digits.removeLast(3)
    }
    return ([digits] + parts.reversed()).joined(separator: " ")
  }
}
