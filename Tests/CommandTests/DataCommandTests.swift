import Foundation
import Testing

@Suite struct DataCommandTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.write(hourlyBars(60), to: "A-1h.csv")
    try place.write(hourlyBars(48, from: 7), to: "B-1h.csv")
    try place.good("ingest", "A-1h.csv", "B-1h.csv")
  }

  @Test func `list names every series with its bars and range`() throws {
    let run = try place.good("data", "list")
    #expect(
      run.output == """
        A 1h: 60 bars, 2010-01-01T00:00Z to 2010-01-03T11:00Z, 24x7
        B 1h: 48 bars, 2010-01-01T00:00Z to 2010-01-02T23:00Z, 24x7

        """)
    let json = try #require(
      try place.good("data", "list", "--json").json() as? [[String: Any]])
    #expect(json.map { $0["symbol"] as? String } == ["A", "B"])
    #expect(json.map { $0["bars"] as? Int } == [60, 48])
  }

  @Test func `check tells of gaps`() throws {
    let lines = hourlyBars(60).split(separator: "\n")
    // Without lines 11 to 13, 09:00 to 11:00 of the first day.
    try place.write(
      (lines[..<10] + lines[13...]).joined(separator: "\n") + "\n", to: "C-1h.csv")
    try place.good("ingest", "C-1h.csv")
    let run = try place.good("data", "check")
    #expect(run.output.contains("C 1h: 57 bars, digests good"), "\(run.testDescription)")
    #expect(run.output.contains("3 bars missing"), "\(run.testDescription)")
    #expect(run.output.contains("3 after 2010-01-01T08:00Z"), "\(run.testDescription)")
  }

  @Test func `check finds a changed value of a user's column`() throws {
    let rows = hourlyBars(60).split(separator: "\n").enumerated().map { index, line in
      "\(line),\(index == 0 ? "mood" : "0.5")\n"
    }
    try place.write(rows.joined(), to: "M-1h.csv")
    try place.good("ingest", "M-1h.csv")
    #expect(try place.good("data", "check").output.contains("M 1h: 60 bars, digests good"))
    try execute(
      "UPDATE bar_extra SET value = 9 WHERE ts = 1262318400000", on: place.url("bars.sqlite"))
    expectFailure(
      try place.run("data", "check", "--json"), naming: "M 1h in 2010-01",
      "regimefolio ingest 'M-1h.csv'")
    let run = try place.run("data", "check")
    #expect(run.status == 1 && !run.output.contains("M 1h"), "\(run.testDescription)")
  }

  @Test func `an export reads back to the same bits`() throws {
    let run = try place.good("data", "export", "A", "1h", "out.csv")
    #expect(run.output == "wrote out.csv: 60 bars\n")
    let copy = try Workplace()
    try copy.write(try place.read("out.csv"), to: "A-1h.csv")
    try copy.good("ingest", "A-1h.csv")
    try copy.good("data", "export", "A", "1h", "again.csv")
    #expect(try copy.read("again.csv") == place.read("out.csv"))
    let unchanged = try place.good("ingest", "out.csv", "--symbol", "A")
    #expect(unchanged.output.contains("0 inserted, 60 unchanged, 0 revised"))
  }

  @Test func `resample makes four bars one`() throws {
    let rows = hourlyBars(60).split(separator: "\n").dropFirst().prefix(4).map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    let run = try place.good("data", "resample", "A", "1h", "4h")
    #expect(run.outputLines.count == 1 + 15)
    #expect(run.outputLines[0] == "time,open,high,low,close,volume,coverage")
    let first = run.outputLines[1].split(separator: ",")
    #expect(first[0] == "2010-01-01T00:00Z")
    #expect(
      first.dropFirst().compactMap { Double($0) } == [
        rows[0][0], rows.map { $0[1] }.max()!, rows.map { $0[2] }.min()!, rows[3][3], 20, 1,
      ])
  }

  @Test func `an unknown series is named with those there are`() throws {
    expectFailure(
      try place.run("data", "export", "DOGE", "1h", "out.csv"), naming: "DOGE 1h", "A 1h, B 1h")
    expectFailure(
      try place.run("data", "resample", "A", "4h", "1d"), naming: "A 4h", "A 1h, B 1h")
  }

  @Test func `a timeframe is resampled to a coarser one only`() throws {
    expectFailure(
      try place.run("data", "resample", "A", "1h", "15m"), naming: "15m", "1h", "coarser")
    let same = try place.run("data", "resample", "A", "1h", "1h")
    expectFailure(same, naming: "1h", "coarser")
    #expect(!same.errors.contains("not a multiple"), "\(same.testDescription)")
  }

  @Test func `a file that cannot be written is named`() throws {
    expectFailure(
      try place.run("data", "export", "A", "1h", "A-1h.csv/out.csv"),
      naming: "A-1h.csv/out.csv", "cannot be written")
  }

  @Test func `output that cannot be written is a failure`() throws {
    // A full disk behind stdout: the rest of a table must not vanish unnoticed.
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = [
      "-c", "exec \"$0\" data list --db \"$1\" > /dev/full 2> /dev/null",
      try Program.executable().path, place.url("bars.sqlite").path,
    ]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 1)
  }
}
