import Foundation
import Testing

@Suite struct SimulateCommandTests {
  private static let files = ["SIM001-1h.csv", "SIM002-1h.csv"]

  @Test func `what it writes is ingested, checked and trained as it is`() throws {
    let place = try Workplace()
    let run = try place.bare([
      "simulate", "--out", "market", "--symbols", "2", "--bars", "3000", "--r2", "0.05", "--json",
    ])
    let object = try run.object()
    #expect(run.status == 0, "\(run.testDescription)")
    #expect(object["bars"] as? [String] == SimulateCommandTests.files.map { "market/\($0)" })
    let planted = try #require(object["plantedR2"] as? Double)
    #expect(abs(planted - 0.05) < 0.02)
    for name in SimulateCommandTests.files {
      let lines = try place.read("market/\(name)").split(separator: "\n")
      let truth = try place.read("market/truth/\(name)").split(separator: "\n")
      #expect(lines.count == 3001 && truth.count == 3001)
      #expect(lines[0] == "time,open,high,low,close,volume")
      #expect(
        truth[0] == "time,state,log_return,missing_before,sigma,predictable,attainable,p0,p1,p2,"
          + "volume_score,momentum,adjustment")
    }
    let truth = try #require(
      JSONSerialization.jsonObject(with: Data(try place.read("market/truth.json").utf8))
        as? [String: Any])
    #expect((truth["regimes"] as? [String: Any])?["stay"] as? Double == 0.98)
    let ingest = try place.good(
      "ingest", "market/SIM001-1h.csv", "market/SIM002-1h.csv", "--strict", "--json")
    #expect(!ingest.output.contains("reject\""), "\(ingest.testDescription)")
    let check = try place.good("check", "market/portfolio.yaml")
    #expect(check.errors.isEmpty, "\(check.testDescription)")
  }

  @Test(arguments: [
    ["--calendar", "sessions", "--bars", "4000"],
    ["--bars", "4000", "--symbols", "2", "--late", "1"],
  ])
  func `the portfolio that it writes is trained as it is`(options: [String]) throws {
    let place = try Workplace()
    let run = try place.bare(["simulate", "--out", "m", "--symbols", "1", "--quiet"] + options)
    #expect(run.status == 0, "\(run.testDescription)")
    let files = SimulateCommandTests.files.map { "m/\($0)" }.filter(place.holds)
    try place.good(["ingest"] + files)
    try place.good(["train", "m/portfolio.yaml"] + SimulateCommandTests.small)
  }

  @Test func `init writes what can be trained of bars too few for weeks`() throws {
    let place = try Workplace()
    let run = try place.bare([
      "simulate", "--out", "m", "--symbols", "1", "--timeframe", "1d", "--bars", "1300", "--quiet",
    ])
    #expect(run.status == 0, "\(run.testDescription)")
    try place.good("ingest", "m/SIM001-1d.csv")
    try place.good("init", "mine.yaml")
    try place.good(["train", "mine.yaml"] + SimulateCommandTests.small)
    // What it leaves out lacks the history.
    expectFailure(
      try Program.run(
        ["train", "mine.yaml", "--set", "timeframes={1d: 0.7, 1w: 0.3}", "--db", "bars.sqlite"]
          + SimulateCommandTests.small, in: place.folder), naming: "SIM001 1w", "120 needed",
      "take 1w out of `timeframes`")
  }

  /// Settings of a training of a second.
  private static let small = [
    "split.folds=1", "split.inner_folds=1", "regime.restarts=1", "forecast.epochs=1",
    "forecast.seeds=1", "forecast.hidden=4", "variance.method=har",
  ].flatMap { ["--set", $0] }

  @Test func `the same seed gives the same files, and strangers are not ingested with them`() throws
  {
    let place = try Workplace()
    func simulate(_ folder: String, _ more: String...) throws -> ProgramRun {
      try place.bare(
        ["simulate", "--out", folder, "--symbols", "2", "--bars", "200", "--quiet"] + more)
    }
    for folder in ["a", "b"] {
      let run = try simulate(folder, "--missing", "0.05", "--splits", "1", "--late", "1")
      #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.testDescription)")
    }
    for name in SimulateCommandTests.files.flatMap({ [$0, "truth/\($0)"] }) + ["truth.json"] {
      #expect(try place.read("a/\(name)") == place.read("b/\(name)"))
    }
    let again = try simulate("a", "--late", "1", "--seed", "8")
    #expect(again.status == 0, "\(again.testDescription)")
    #expect(try place.read("a/SIM001-1h.csv") != place.read("b/SIM001-1h.csv"))
    let other = try simulate("a", "--timeframe", "4h")
    #expect(other.status == 1, "\(other.testDescription)")
    #expect(
      other.errors
        == "error: a/SIM001-1h.csv belongs to something else; give an empty folder to --out\n")
  }

  @Test func `what it has not written itself is replaced with --force alone`() throws {
    let place = try Workplace()
    func simulate(_ more: String...) throws -> ProgramRun {
      try place.bare(
        ["simulate", "--out", "m", "--symbols", "1", "--bars", "200", "--quiet"] + more)
    }
    #expect(try simulate().status == 0)
    let written = try place.read("m/portfolio.yaml")
    let mine = written + "capital: {cash: 5}\n"
    try place.write(mine, to: "m/portfolio.yaml")
    let bars = try place.read("m/SIM001-1h.csv")
    expectFailure(try simulate("--seed", "8"), naming: "m/portfolio.yaml exists", "--force")
    #expect(try place.read("m/portfolio.yaml") == mine)
    #expect(try place.read("m/SIM001-1h.csv") == bars)
    #expect(try simulate("--seed", "8", "--force").status == 0)
    #expect(try place.read("m/portfolio.yaml") == written)
    #expect(try place.read("m/SIM001-1h.csv") != bars)
    // Bars beside no truth, or beside a file of that name of something else, are the user's.
    try place.write("{\"planted\": 1}\n", to: "m/truth.json")
    expectFailure(try simulate(), naming: "m/SIM001-1h.csv exists", "--force")
    try FileManager.default.removeItem(at: place.url("m/truth.json"))
    expectFailure(try simulate(), naming: "m/SIM001-1h.csv exists", "--force")
  }

  @Test func `what cannot be listed is not taken for an empty folder`() throws {
    let place = try Workplace()
    try place.write("", to: "market")
    let run = try place.bare(["simulate", "--out", "market", "--symbols", "1", "--bars", "200"])
    #expect(run.status == 1 && run.output.isEmpty, "\(run.testDescription)")
    #expect(
      run.errors == "error: market: cannot be listed; give --out a folder that can be read and "
        + "written\n")
  }

  @Test(arguments: [
    ("--symbols 0", "--symbols 0: must be 1 to 999"),
    ("--r2 0.5", "--r2 0.5: must be from 0 to 0.25"),
    ("--means 0,1", "--means [0.0, 1.0]: must be 3 numbers, one a state"),
    ("--correlation 1,2;2,1 --symbols 3", "--correlation matrix of 2 x 2: must be 3 x 3"),
    (
      "--correlation 1,.9;.5,1 --symbols 2",
      "--correlation 0.9 in row 1, 0.5 in column 1: must be symmetric"
    ),
    ("--volatilities a,b", "'a,b'"),
    ("--late 9", "--late 9: must be 0 to 5"),
    ("--calendar sessions --timeframe 4h", "--timeframe 4h: must be at most 1h"),
    ("--seed -1", "--seed"),
    ("--start 2018-01-01T00:30", "--start 2018-01-01T00:30Z: must be the open of a bar of 1h"),
  ])
  func `a bad option is one clear line`(arguments: String, part: String) throws {
    let place = try Workplace()
    let words = arguments.split(separator: " ").map(String.init)
    expectUsageError(
      try place.bare(["simulate", "--out", "m"] + words), naming: part, of: "simulate")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.path).isEmpty)
  }

  @Test func `evidence names its studies and runs one`() throws {
    let place = try Workplace()
    expectUsageError(
      try place.bare(["evidence", "--study", "luck"]), naming: "luck", of: "evidence")
    expectUsageError(
      try place.bare(["evidence", "--trials", "0"]), naming: "--trials", of: "evidence")
    let run = try place.bare([
      "evidence", "--study", "profiles", "--trials", "1", "--out", "e.md", "--json", "--quiet",
    ])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.testDescription)")
    let findings = try #require(try run.object()["findings"] as? [[String: Any]])
    #expect(findings.count == 1 && findings[0]["met"] as? Bool == true)
    #expect(try place.read("e.md").contains("<!-- study: profiles -->\n## Profiles"))
  }
}
