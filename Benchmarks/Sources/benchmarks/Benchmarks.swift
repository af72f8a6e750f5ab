import FMAPeak
import Foundation

/// Measures the work named in the argument (part of a name; none is all) and prints one table.
@main
struct Benchmarks {
  static func main() async {
    do {
      try await run()
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      exit(1)
    }
  }

  @MainActor
  private static func run() async throws {
    let session = try Session(filter: CommandLine.arguments.dropFirst().joined(separator: " "))
    defer { session.end() }
    print(Machine.description)
    print(
      String(
        format: "FMA peak of one core: %.1f GF/s (float32, %@)\n", fma_peak(0.3) * 1e-9,
        String(cString: fma_peak_vectors())))
    try await measureLSTMTraining(session)
    try await measureLSTMService(session)
    try await measureHMM(session)
    try await measureIndicators(session)
    try await measureNodes(session)
    try await measurePrograms(session)
    try await measureElementary(session)
    try await measureAllocation(session)
    try await measureStepLoop(session)
    try await measureResampling(session)
    guard !session.rows.isEmpty else { throw NothingMeasured(filter: session.filter) }
    print("\n" + Table.comparison(session.rows))
    let goals = session.rows.flatMap { row in row.goals.map { $0.isReached(row) } }
    print(
      "\n\(goals.filter { $0 == true }.count) of \(goals.count) goals reached, "
        + "\(goals.filter { $0 == nil }.count) not measured")
    if !session.hasPeers {
      print(
        "The Python peers were not measured: Benchmarks/.venv does not exist. `make peers` installs "
          + "them.")
    }
  }
}

struct NothingMeasured: Error, CustomStringConvertible {
  let filter: String

  var description: String {
    "no work has \"\(filter)\" in its name; without an argument all of it is measured and named"
  }
}
