import Foundation
import PlantedDefects

/// Plants one defect after the other and runs `verify`: each must make it fail, on the promise that
/// the defect breaks. Arguments: a portfolio file, then options of `verify` such as `--db`.
@main
struct Mutation {
  static func main() async {
    do {
      try await run()
    } catch {
      say("error: \(error)")
      exit(1)
    }
  }

  private static func run() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let portfolio = arguments.first else {
      say("usage: mutation PORTFOLIO [options of verify]")
      exit(2)
    }
    let program = URL(
      fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    ).deletingLastPathComponent().appendingPathComponent("regimefolio")
    let options = [portfolio] + arguments.dropFirst()
    say(row("defect", "promise", "exit", "found", "s", "what verify says"))

    // Without a defect everything that is asked below holds: what fails then is the defect's doing.
    let promises = Set(PlantedDefect.allCases.map(\.promise)).sorted()
    let clean = try verify(program, options, promises: promises, defect: nil)
    var isGood = clean.status == 0
    say(row("none", "all", "\(clean.status)", isGood ? "-" : "FAILS", clean.time, clean.said))

    let outcomes = try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
      var outcomes: [Int: Outcome] = [:]
      var next = 0
      func start() {
        let index = next
        next += 1
        group.addTask {
          let defect = PlantedDefect.allCases[index]
          let outcome = try verify(
            program, options + ["--workers", "1"], promises: [defect.promise], defect: defect)
          return (index, outcome)
        }
      }
      while next < min(2, PlantedDefect.allCases.count) { start() }
      while let (index, outcome) = try await group.next() {
        outcomes[index] = outcome
        if next < PlantedDefect.allCases.count { start() }
      }
      return outcomes
    }
    for (index, defect) in PlantedDefect.allCases.enumerated() {
      guard let outcome = outcomes[index] else { continue }
      let isFound = outcome.status == 1 && outcome.said.contains("promise \(defect.promise) (")
      isGood = isGood && isFound
      say(
        row(
          defect.rawValue, "\(defect.promise)", "\(outcome.status)", isFound ? "yes" : "NO",
          outcome.time, outcome.said))
    }
    say(isGood ? "every defect is found" : "not every defect is found")
    exit(isGood ? 0 : 1)
  }

  /// Prints a line at once.
  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  private struct Outcome: Sendable {
    var status: Int32
    var time: String
    /// The error, without the file's name before it.
    var said: String
  }

  private static func verify(
    _ program: URL, _ options: [String], promises: [Int], defect: PlantedDefect?
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments =
      ["verify"] + options + promises.flatMap { ["--promise", "\($0)"] } + ["--quiet"]
    var environment = ProcessInfo.processInfo.environment
    environment["REGIMEFOLIO_DEFECT"] = defect?.rawValue
    process.environment = environment
    let errors = FileManager.default.temporaryDirectory
      .appendingPathComponent("mutation-\(UUID().uuidString)")
    try Data().write(to: errors)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    let start = ContinuousClock.now
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
    try FileManager.default.removeItem(at: errors)
    let said =
      text.split(separator: "\n").first { $0.hasPrefix("error: ") }.map(String.init) ?? text
    let status =
      process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
    return Outcome(
      status: status, time: "\((ContinuousClock.now - start).components.seconds)",
      said: String(said.split(separator: "not proved: ").last ?? ""))
  }

  private static func row(_ cells: String...) -> String {
    let widths = [24, 7, 4, 5, 4]
    var line = ""
    for (cell, width) in zip(cells, widths) {
      line += cell + String(repeating: " ", count: max(0, width - cell.count)) + "  "
    }
    return line + String(cells[cells.count - 1].prefix(150))
  }
}
