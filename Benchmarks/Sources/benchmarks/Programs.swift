import Foundation

/// Whole programs, measured from outside: the demo, and the path of one node from CSV to equity curve
/// beside the Python stack that does the same.
@MainActor
func measurePrograms(_ session: Session) async throws {
  let repository = Peers.folder.deletingLastPathComponent()
  try await measureDemo(session, repository: repository)
  try await measurePath("one node's whole path", "windowed", session, repository: repository)
  try await measurePath(
    "one node's whole path, dense as by default", "dense", session, repository: repository)
}

@MainActor
private func measureDemo(_ session: Session, repository: URL) async throws {
  let name = "demo"
  guard session.isWanted(name) else { return }
  let program = repository.appendingPathComponent(".build/release/regimefolio")
  guard FileManager.default.isExecutableFile(atPath: program.path) else {
    print("skipped: \(name), for \(program.path) is not built; `make build` builds it")
    return
  }
  let scratch = session.inputs.appendingPathComponent("demo")
  try await session.measurePrograms(name, rounds: 1, goals: [.atMost(60)]) {
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    func path(_ part: String) -> String { scratch.appendingPathComponent(part).path }
    return try ProgramRun.measure(
      "ours", program.path,
      [
        "demo", "--quiet", "--db", path("bars.sqlite"), "--models", path("models"), "--out",
        path("reports"),
      ], in: repository)
  }
}

/// Same CSV, 25 and 26 features, two layers of 64, five epochs, three regimes, the original's rules. The
/// Python stack always trains on windows of 60 in batches of 32; ours does so if `mode` is windowed.
@MainActor
private func measurePath(
  _ name: String, _ mode: String, _ session: Session, repository: URL
) async throws {
  guard session.isWanted(name) else { return }
  let csv = repository.appendingPathComponent("db/sample/BTC-1h.csv").path
  let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("pipeline").path
  let script = repository.deletingLastPathComponent()
    .appendingPathComponent("shared/peers/pipeline/reference.py").path
  let hasScript = FileManager.default.fileExists(atPath: script)
  if !hasScript { print("\(name): without its peer, \(script) does not exist") }
  let portfolio = repository.appendingPathComponent("portfolios/original-balanced.yaml").path
  try await session.measurePrograms(
    name, rounds: 2,
    goals: [.times(5, than: "the Python stack"), .memory(0.1, of: "the Python stack")]
  ) {
    try ProgramRun.measure("ours", own, [csv, portfolio, mode], in: session.inputs)
  } peer: {
    guard hasScript, let python = Peers.python else { return nil }
    return try ProgramRun.measure(
      "the Python stack, 1 thread", python,
      [
        script, "--csv", csv, "--symbol", "BTC", "--timeframe", "1h", "--epochs", "5",
        "--threads", "1", "--per-bar", "0",
      ], in: session.inputs)
  }
}
