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
    let width = TerminalReport.width
    var text = ""
    func paragraph(_ words: String, lead: String = "") {
      for line in TerminalText.wrapped(words, width: width - lead.count, indent: 2) {
        text += "\(lead)\(line)\n"
      }
    }
    paragraph("\(file), run hash \(runHash)")
    for promise in promises {
      let own = checks(of: promise)
      let values = own.reduce(0) { $0 + $1.proof.values }
      text +=
        "\(quiet ? "" : "\n")\(promise.rawValue) \(promise.title): "
        + "\(holds(promise) ? "holds" : "DOES NOT HOLD"), \(counted(own.count, "check")), "
        + "\(VerificationOutcome.grouped(values)) values, \(tenths(time(promise))) s\n"
      guard !quiet else { continue }
      for line in table(own).lines(width: width - 2, useColour: useColour) {
        text += "  \(line)\n"
      }
      paragraph("compared: \(compared(own))", lead: "  ")
      for check in own {
        let name = check.proof.name
        for finding in check.proof.findings { paragraph("! \(name): \(finding)", lead: "  ") }
        for note in check.proof.notes { paragraph("- \(name): \(note)", lead: "  ") }
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
      rows: checks.flatMap(rows(of:)))
  }

  /// The widest that the names of a check and of what it was made on stand in one line, in cells.
  private static let widest = (name: 48, subject: 26)

  /// The row of a check, and one for each further line that its names take.
  private func rows(of check: Verification.Check) -> [[TerminalTable.Cell]] {
    let (proof, widest) = (check.proof, VerificationOutcome.widest)
    let names = TerminalText.wrapped(proof.name, width: widest.name, indent: 2)
    let subjects = TerminalText.wrapped(proof.subject ?? "-", width: widest.subject, indent: 2)
    return (0..<max(1, names.count, subjects.count)).map { line in
      let isFirst = line == 0
      return [
        .init(isFirst ? (proof.holds ? "ok" : "NO") : "", proof.holds ? .plain : .worse),
        .init(line < names.count ? names[line] : ""),
        .init(line < subjects.count ? subjects[line] : ""),
        .init(isFirst ? VerificationOutcome.grouped(proof.values) : ""),
        .init(isFirst ? check.seconds.map(tenths) ?? "" : ""),
      ]
    }
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
