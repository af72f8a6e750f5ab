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
    defer { session.peers?.removeInputs() }
    print(Machine.description)
    print("each work at least \(Measurement.smallestCount) times and for a second, one thread\n")
    try await measureLSTM(session)
    try await measureHMM(session)
    try await measureIndicators(session)
    try await measureElementary(session)
    try await measureAllocation(session)
    try await measureStepLoop(session)
    try await measureResampling(session)
    guard !session.rows.isEmpty else { throw NothingMeasured(filter: session.filter) }
    print("\n" + Table.comparison(session.rows))
    if session.peers == nil {
      print(
        """

        The Python peers were not measured: Benchmarks/.venv does not exist. Make it with
          python3 -m venv Benchmarks/.venv
          Benchmarks/.venv/bin/pip install -r Benchmarks/peers/requirements.txt
        """)
    }
  }
}

struct NothingMeasured: Error, CustomStringConvertible {
  let filter: String

  var description: String {
    "no work has \"\(filter)\" in its name; without an argument all of it is measured and named"
  }
}
