import ArgumentParser
import Evidence
import Foundation
import Models
import Report

struct EvidenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence",
    abstract: "Measure the product's claims, and write the tables.",
    discussion: """
      Studies of generated markets: regimes, forecast, gate, noise, cost, profiles; of real series: \
      \(Study.allCases.filter(\.needsSeries).map(\.rawValue).joined(separator: ", ")). Without \
      --study all of the first kind, with --data all of the second. They train hundreds of models \
      and take an hour on two cores; a study's section takes the place of its last one in the \
      document. Figures do not depend on the machine. With --scratch a study that was stopped goes \
      on with the models it has. Exit code 1: a goal is not met.
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: "A study to run. Repeatable.")
  var study: [Study] = []

  @Option(help: "Trials of each study, instead of its own number.")
  var trials: Int?

  @Option(help: "A folder of CSV files with the real series; the study 'series' lists them.")
  var data: String?

  @Option(help: "The document to write.")
  var out: String = "docs/evidence.md"

  @Option(help: "A folder for the models of the studies, which stay there.")
  var scratch: String?

  func validate() throws {
    if let trials, trials < 1 { throw ValidationError("--trials must be at least 1") }
    if data == nil, let study = study.first(where: \.needsSeries) {
      throw ValidationError(
        "--study \(study.rawValue) needs real series: give their folder with --data")
    }
  }

  func run() async throws {
    let files = FileManager.default
    let folder =
      scratch.map { URL(fileURLWithPath: $0) }
      ?? files.temporaryDirectory.appendingPathComponent("regimefolio-\(UUID().uuidString)")
    let quiet = common.quiet
    let laboratory = Laboratory(
      store: ModelStore(root: folder), workers: common.workers, read: readSeries,
      note: { line in if !quiet { Failure.note(line) } })
    var sections: [StudySection] = []
    let due =
      study.isEmpty ? Study.allCases.filter { $0.needsSeries == (data != nil) } : study
    for study in Study.allCases where due.contains(study) {
      let section = try await study.run(trials: trials, in: laboratory)
      sections.append(section)
      // Read anew: another study may have been written meanwhile.
      var document = EvidenceDocument()
      if files.fileExists(atPath: out) {
        document = EvidenceDocument(try String(contentsOfFile: out, encoding: .utf8))
      }
      document.replace(section)
      try TextFile.write(document.text, to: out)
    }
    if scratch == nil, files.fileExists(atPath: folder.path) {
      try files.removeItem(at: folder)
    }
    try print(sections)
    let missed = sections.flatMap(\.findings).filter { !$0.isMet }
    if !missed.isEmpty {
      throw Failure("\(counted(missed.count, "goal")) not met; see \(out)")
    }
  }

  private var readSeries: (@Sendable (MarketUniverse) throws -> MarketBars)? {
    guard let data else { return nil }
    return { universe in try MarketFiles(folder: data).bars(universe) }
  }

  private func print(_ sections: [StudySection]) throws {
    if common.json {
      let findings = sections.flatMap { section in
        section.findings.map { finding in
          JSONValue.object([
            "study": .string(section.study.rawValue), "claim": .string(finding.claim),
            "goal": .string(finding.goal), "measured": .string(finding.measured),
            "met": .bool(finding.isMet),
          ])
        }
      }
      try Output.text(
        JSONValue.object(["document": .string(out), "findings": .array(findings)]).text)
      return
    }
    for section in sections {
      for finding in section.findings {
        try Output.line(
          "\(finding.isMet ? "met" : "NOT MET"): \(finding.claim): \(finding.measured) "
            + "(goal: \(finding.goal))")
      }
    }
    try Output.line("wrote \(out)")
  }
}

extension Study: ExpressibleByArgument {}
