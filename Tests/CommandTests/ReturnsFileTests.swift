import Foundation
import Testing

/// `allocate --returns`.
@Suite struct ReturnsFileTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// Two assets of the same risk that do not move together, and one of twice the risk.
  private func write(_ change: (String) -> String = { $0 }) throws {
    var text = "date,A,B,C\n"
    for day in 0..<120 {
      let (a, b) = (day % 2 == 0 ? 0.01 : -0.01, day / 2 % 2 == 0 ? 0.01 : -0.01)
      let c = day / 4 % 2 == 0 ? 0.02 : -0.02
      text += "2024-\(day < 60 ? "01" : "03")-\(String(format: "%02d", day % 30 + 1))"
      text += "T\(day / 30 % 2 == 0 ? "00" : "12"):00Z,\(a),\(b),\(c)\n"
    }
    // In order of time.
    let lines = text.split(separator: "\n")
    text = ([lines[0]] + lines.dropFirst().sorted()).joined(separator: "\n") + "\n"
    try place.write(change(text), to: "returns.csv")
  }

  private func run(_ extra: String...) throws -> ProgramRun {
    try place.bare(["allocate", "--returns", "returns.csv"] + extra)
  }

  @Test func `a method and limits size any returns`() throws {
    try write()
    let report = try run("--method", "inverse_vol", "--json").object()
    let decision = try #require(report["decision"] as? [String: Any])
    let lines = try #require(decision["lines"] as? [[String: Any]])
    let targets = try lines.map { try #require($0["target"] as? Double) }
    #expect(abs(targets.reduce(0, +) - 1) < 1e-9)
    #expect(abs(targets[0] / targets[2] - 2) < 0.2, "\(targets)")
    let capped = try run(
      "--method", "equal", "--set", "limits.per_symbol=0.2", "--csv", "out.csv", "--json"
    ).object()
    #expect((capped["decision"] as? [String: Any])?["gross"] as? Double ?? 0 < 0.61)
    #expect((capped["limits"] as? [[String: Any]])?.isEmpty == false)
    let csv = try String(contentsOf: place.url("out.csv"), encoding: .utf8)
    #expect(csv.hasPrefix("symbol,as_of,price,held,") && csv.split(separator: "\n").count == 4)
  }

  @Test func `an asset that no longer has returns is not bought`() throws {
    // C has none on the last five of 120 days.
    try write { text in
      var lines = text.split(separator: "\n").map(String.init)
      for row in 116...120 {
        let cells = lines[row].split(separator: ",").dropLast()
        lines[row] = cells.joined(separator: ",") + ","
      }
      return lines.joined(separator: "\n") + "\n"
    }
    let report = try run("--method", "equal", "--json").object()
    let decision = try #require(report["decision"] as? [String: Any])
    let lines = try #require(decision["lines"] as? [[String: Any]])
    let targets = try lines.map { try #require($0["target"] as? Double) }
    #expect(targets == [0.5, 0.5, 0])
    #expect("\(lines[2])".contains("stale price"))
  }

  @Test(arguments: ["limits.liquidity=0.1", "limits.lot=1", "symbol.A.limits.lot=1"])
  func `limits that need prices and volumes are refused`(setting: String) throws {
    try write()
    expectFailure(
      try run("--method", "equal", "--set", setting), naming: "limits.liquidity",
      "volumes and prices")
  }

  @Test func `bad cells are named with file, line and value`() throws {
    try write { $0.replacing("date,A,B,C\n", with: "date,A,B,C\n2023-12-31T00:00Z,0.1,x,0\n") }
    expectFailure(try run("--method", "equal"), naming: "returns.csv:2", "'x'", "B")
    try write { $0.replacing("date,A,B,C\n", with: "date,A,B,C\n2023-12-31T00:00Z,0.1,0x1,0\n") }
    expectFailure(try run("--method", "equal"), naming: "returns.csv:2", "'0x1'", "B")
    try write { $0 + "2025-01-01T00:00Z,0.1,0.2\n" }
    expectFailure(try run("--method", "equal"), naming: "returns.csv:122", "3 cells")
    try write { $0 + "2020-01-01T00:00Z,0.1,0.2,0.1\n" }
    expectFailure(try run("--method", "equal"), naming: "returns.csv:122", "2020-01-01")
    try write { $0.replacing("A,B,C", with: "A,B,A") }
    expectFailure(try run("--method", "equal"), naming: "returns.csv:1", "A stands twice")
    try write { $0 + "yesterday,0.1,0.2,0.1\n" }
    expectFailure(try run("--method", "equal"), naming: "returns.csv:122", "'yesterday'")
  }

  @Test func `blanks around a field do not count`() throws {
    try write()
    let plain = try run("--method", "inverse_vol", "--json")
    #expect(plain.status == 0, "\(plain.testDescription)")
    try write { $0.replacing(",", with: " , ") }
    #expect(try run("--method", "inverse_vol", "--json").output == plain.output)
  }

  @Test(arguments: ["-3", "0", "inf", "nan"])
  func `a number of returns a year that there cannot be is a usage error`(value: String) throws {
    try write()
    expectUsageError(
      try run("--method", "equal", "--periods-per-year=\(value)"), naming: "--periods-per-year",
      of: "allocate")
  }

  @Test func `an unknown method names those there are`() throws {
    try write()
    expectUsageError(try run("--method", "magic"), naming: "inverse_vol", of: "allocate")
  }
}
