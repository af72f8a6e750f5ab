import Foundation
import Testing

@Suite struct IngestCommandTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.write(hourlyBars(48), to: "A-1h.csv")
  }

  /// Line 10 has text in its open.
  private func writeBadRow() throws {
    var lines = hourlyBars(48).split(separator: "\n").map(String.init)
    lines[9] = lines[9].replacing(/^([^,]*),[^,]*/) { "\($0.output.1),oops" }
    try place.write(lines.joined(separator: "\n") + "\n", to: "B-1h.csv")
  }

  @Test func `a missing file is named`() throws {
    expectFailure(try place.run("ingest", "nope.csv"), naming: "nope.csv", "no such file")
  }

  @Test func `an empty file is refused with an example of a header`() throws {
    try place.write("", to: "empty-1h.csv")
    expectFailure(
      try place.run("ingest", "empty-1h.csv"), naming: "empty-1h.csv", "empty",
      "time,open,high,low,close,volume")
  }

  @Test func `a header alone is refused`() throws {
    try place.write("time,open,high,low,close,volume\n", to: "head-1h.csv")
    expectFailure(try place.run("ingest", "head-1h.csv"), naming: "head-1h.csv", "no rows")
  }

  @Test func `a missing column is named`() throws {
    try place.write("time,open,high,low,volume\n2010-01-01T00:00Z,1,1,1,1\n", to: "C-1h.csv")
    expectFailure(try place.run("ingest", "C-1h.csv"), naming: "C-1h.csv:1", "column close")
  }

  @Test func `a folder is no file of bars`() throws {
    expectFailure(try place.run("ingest", "."), naming: ".: ")
  }

  @Test func `a row with text in a price is left out with its line, the rest is kept`() throws {
    try writeBadRow()
    let run = try place.good("ingest", "B-1h.csv")
    #expect(run.output.contains("47 inserted"), "\(run.testDescription)")
    #expect(run.errors.contains("B-1h.csv:10: open `oops` is not a number"))
    #expect(try place.good("data", "list").output.hasPrefix("B 1h: 47 bars"))
  }

  @Test func `with --strict the file is refused at that row and nothing is kept`() throws {
    try writeBadRow()
    expectFailure(
      try place.run("ingest", "B-1h.csv", "--strict"), naming: "B-1h.csv:10",
      "open `oops` is not a number")
    // Not even a database is made for it.
    #expect(!FileManager.default.fileExists(atPath: place.url("bars.sqlite").path))
  }

  @Test func `quiet prints nothing to stdout, and still tells of rows left out`() throws {
    try writeBadRow()
    let good = try place.good("ingest", "A-1h.csv", "--quiet")
    #expect(good.output.isEmpty && good.errors.isEmpty, "\(good.testDescription)")
    let bad = try place.good("ingest", "B-1h.csv", "--quiet")
    #expect(bad.output.isEmpty, "\(bad.testDescription)")
    #expect(bad.errors.contains("B-1h.csv:10"), "\(bad.testDescription)")
  }

  @Test func `a bar of a day that is not over is left out with its line`() throws {
    // Tomorrow and not today, which may be over when the program looks at its clock.
    func date(_ days: Double) -> String {
      Date(timeIntervalSinceNow: days * 86_400).formatted(.iso8601.year().month().day())
    }
    let rows = [-3.0, -2, 1].map { "\(date($0)),1,1,1,1,1\n" }.joined()
    try place.write("time,open,high,low,close,volume\n" + rows, to: "F-1d.csv")
    let reason =
      "F-1d.csv:4: the bar of \(date(1))T00:00Z closes at \(date(2))T00:00Z, which has not come yet"
    expectFailure(try place.run("ingest", "F-1d.csv", "--strict"), naming: reason)
    let run = try place.good("ingest", "F-1d.csv")
    #expect(run.output.contains("2 inserted"), "\(run.testDescription)")
    #expect(run.errors.contains(reason), "\(run.testDescription)")
  }

  @Test func `ingesting again changes nothing`() throws {
    #expect(try place.good("ingest", "A-1h.csv").output.contains("48 inserted, 0 unchanged"))
    let rows = try rowCounts(of: place.url("bars.sqlite"))
    #expect(rows["bar"] == 48)
    #expect(try place.good("ingest", "A-1h.csv").output.contains("0 inserted, 48 unchanged"))
    #expect(try rowCounts(of: place.url("bars.sqlite")) == rows)
  }

  @Test func `a changed bar is a revision and the old one is kept`() throws {
    try place.good("ingest", "A-1h.csv")
    try place.write(
      hourlyBars(48).replacing(",5\n", with: ",6\n", maxReplacements: 1), to: "A-1h.csv")
    let run = try place.good("ingest", "A-1h.csv")
    #expect(run.output.contains("0 inserted, 47 unchanged, 1 revised"), "\(run.testDescription)")
    #expect(try rowCounts(of: place.url("bars.sqlite"))["bar_revision"] == 1)
  }

  @Test func `the files before a bad one are kept`() throws {
    let run = try place.run("ingest", "A-1h.csv", "nope.csv")
    #expect(run.status == 1)
    #expect(run.output.contains("48 inserted"))
    #expect(run.errors.contains("nope.csv"))
    #expect(try place.good("data", "list").output.hasPrefix("A 1h: 48 bars"))
  }

  @Test func `json tells of the files before a bad one, and a line of those after it`() throws {
    let run = try place.run("ingest", "A-1h.csv", "nope.csv", "A-1h.csv", "--json")
    #expect(run.status == 1, "\(run.testDescription)")
    let reports = try #require(try run.json() as? [[String: Any]])
    #expect(reports.map { $0["file"] as? String } == ["A-1h.csv"])
    #expect(
      run.errors.hasPrefix("1 file after nope.csv not read\nerror: nope.csv: "),
      "\(run.testDescription)")
    // Where none was read there is nothing to tell.
    expectFailure(try place.run("ingest", "nope.csv", "--json"), naming: "nope.csv")
  }

  @Test func `bars come through a pipe, which does not name their symbol`() throws {
    let command = "cat A-1h.csv | regimefolio ingest /dev/stdin --db bars.sqlite"
    expectFailure(try place.shell(command), naming: "/dev/stdin", "--symbol")
    let run = try place.shell(command + " --symbol A")
    #expect(
      run.output == "/dev/stdin: A 1h, 24x7, 2010-01-01 to 2010-01-02: 48 inserted, 0 unchanged, "
        + "0 revised\n", "\(run.testDescription)")
    // A file that is read through it has its name elsewhere.
    expectFailure(
      try place.shell("regimefolio ingest /dev/stdin --db bars.sqlite < A-1h.csv"),
      naming: "/dev/stdin", "--symbol")
  }
}
