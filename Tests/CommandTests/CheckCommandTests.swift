import Foundation
import Testing

/// `init` and `check`.
@Suite struct CheckCommandTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.write(hourlyBars(60), to: "A-1h.csv")
    try place.write(hourlyBars(60), to: "NO-1h.csv")
    try place.good("ingest", "A-1h.csv", "NO-1h.csv")
  }

  @Test func `init writes a portfolio of what there is, and it passes check`() throws {
    let run = try place.good("init", "new.yaml")
    #expect(run.output.contains("wrote new.yaml: 2 symbols"), "\(run.testDescription)")
    #expect(run.output.hasSuffix("next: regimefolio train new.yaml\n"))
    let check = try place.good("check", "new.yaml")
    #expect(check.output.hasPrefix("new.yaml: good; 2 symbols"), "\(check.testDescription)")
    #expect(check.outputLines.count == 1)
    let effective = try place.good("check", "new.yaml", "--effective").output
    #expect(effective.contains("symbols: [A, \"NO\"]") || effective.contains("symbols: [A, 'NO']"))
    #expect(effective.contains("primary: 1h"))
  }

  @Test func `init does not replace a file unless told to`() throws {
    try place.write("mine", to: "new.yaml")
    expectFailure(try place.run("init", "new.yaml"), naming: "new.yaml", "--force")
    #expect(try place.read("new.yaml") == "mine")
    try place.good("init", "new.yaml", "--force")
    try place.good("check", "new.yaml")
  }

  @Test func `init names a place that cannot be written`() throws {
    expectFailure(
      try place.run("init", "A-1h.csv/new.yaml"), naming: "A-1h.csv/new.yaml",
      "cannot be written")
  }

  @Test func `init wants bars`() throws {
    try execute("DELETE FROM bar_digest; DELETE FROM bar", on: place.url("bars.sqlite"))
    let run = try place.run("init", "new.yaml")
    #expect(run.status == 1 && !place.holds("new.yaml"), "\(run.testDescription)")
  }

  @Test func `the effective file says where each value is from and reads back to itself`() throws {
    try place.write(
      "profile: aggressive\nsymbols: [A]\ntimeframes: {1h: 0.7, 4h: 0.3}\nmarket: crypto\n"
        + "allocation: {band: 0.4}\n", to: "p.yaml")
    let first = try place.good(
      "check", "p.yaml", "--effective", "--set", "costs.slippage=0.002"
    ).output
    #expect(first.contains("band: 0.4  # line 5"), "\(first)")
    #expect(first.contains("slippage: 0.002  # --set"), "\(first)")
    #expect(first.contains("# profile") && first.contains("# built-in"))
    try place.write(first, to: "effective.yaml")
    let second = try place.good("check", "effective.yaml", "--effective").output
    func values(_ text: String) -> [Substring] {
      text.split(separator: "\n").map { $0.prefix(while: { $0 != "#" }) }
    }
    #expect(values(second) == values(first))
    #expect(values(first).count > 50)
  }

  @Test func `a portfolio can be checked before there is a database`() throws {
    try place.write("symbols: [A]\ntimeframes: {1h: 1}\n", to: "p.yaml")
    let run = try place.run("check", "p.yaml", db: "none.sqlite")
    #expect(run.status == 0, "\(run.testDescription)")
    #expect(!place.holds("none.sqlite"))
  }

  @Test func `the portfolios of the repository are good`() throws {
    let folder = Program.repository.appendingPathComponent("portfolios")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.count >= 2)
    for file in files {
      try place.good("check", folder.appendingPathComponent(file).path)
    }
  }
}
