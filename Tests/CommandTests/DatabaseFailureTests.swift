import Foundation
import Testing

@Suite struct DatabaseFailureTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.write(hourlyBars(600), to: "A-1h.csv")
    try place.write("symbols: [A]\ntimeframes: {1h: 1}\nmarket: crypto\n", to: "p.yaml")
    try place.good("ingest", "A-1h.csv")
  }

  /// A command that reads, and one that writes.
  private func readAndWrite(_ db: String) throws -> [ProgramRun] {
    [
      try place.run("data", "list", db: db), try place.run("ingest", "A-1h.csv", db: db),
      try place.run("train", "p.yaml", db: db),
    ]
  }

  @Test func `a file that is no database is refused and left as it is`() throws {
    try place.write("these are no bars, this is prose", to: "prose.sqlite")
    for run in try readAndWrite("prose.sqlite") {
      expectFailure(run, naming: "prose.sqlite", "not an SQLite database", "--db")
    }
    #expect(try place.read("prose.sqlite") == "these are no bars, this is prose")
  }

  @Test func `an empty file is refused`() throws {
    try place.write("", to: "zero.sqlite")
    for run in try readAndWrite("zero.sqlite") {
      expectFailure(run, naming: "zero.sqlite", "empty", "ingest again")
    }
  }

  @Test func `another program's database is refused`() throws {
    try execute("CREATE TABLE theirs (a)", on: place.url("theirs.sqlite"))
    for run in try readAndWrite("theirs.sqlite") {
      expectFailure(run, naming: "theirs.sqlite", "another program", "--db")
    }
    #expect(try rowCounts(of: place.url("theirs.sqlite")) == ["theirs": 0])
  }

  @Test func `a newer version is refused`() throws {
    try execute("PRAGMA user_version = 99", on: place.url("bars.sqlite"))
    for run in try readAndWrite("bars.sqlite") {
      expectFailure(run, naming: "bars.sqlite", "version 99", "update regimefolio")
    }
  }

  @Test func `a table that is gone is damage, which no check of bars would find`() throws {
    try execute("DROP VIEW bars; DROP TABLE bar", on: place.url("bars.sqlite"))
    let run = try place.run("train", "p.yaml")
    expectFailure(
      run, naming: "bars.sqlite", "no such table: bar", "restore a backup", "ingest again")
    #expect(!run.errors.contains("data check"))
  }

  @Test func `a folder in its place is refused`() throws {
    try FileManager.default.createDirectory(
      at: place.url("folder.sqlite"), withIntermediateDirectories: false)
    for run in try readAndWrite("folder.sqlite") {
      expectFailure(run, naming: "folder.sqlite", "folder")
    }
  }

  @Test func `a folder that is a file is refused`() throws {
    for run in try readAndWrite("A-1h.csv/bars.sqlite") {
      expectFailure(run, naming: "A-1h.csv/bars.sqlite")
    }
  }

  @Test func `a truncated file is refused`() throws {
    let whole = try Data(contentsOf: place.url("bars.sqlite"))
    try whole.prefix(whole.count - 30_000).write(to: place.url("cut.sqlite"))
    for run in try readAndWrite("cut.sqlite") {
      expectFailure(run, naming: "cut.sqlite", "cut off at \(whole.count - 30_000)", "backup")
    }
  }

  @Test func `a bar changed by another program is found by its digest, with what mends it`() throws
  {
    try execute(
      "UPDATE bar SET high = high + 1 WHERE ts = 1262318400000", on: place.url("bars.sqlite"))
    for run in [try place.run("data", "check"), try place.run("train", "p.yaml")] {
      expectFailure(
        run, naming: "bars.sqlite", "A 1h in 2010-01",
        "`regimefolio ingest 'A-1h.csv' --symbol 'A' --timeframe 1h --db 'bars.sqlite'`")
    }
    try place.good("ingest", "A-1h.csv", "--symbol", "A", "--timeframe", "1h")
    try place.good("data", "check")
  }

  @Test func `the command that is printed mends the bars as it stands`() throws {
    // A clock that does not say that it is five hours behind UTC.
    try place.write(hourlyBars(600).replacing("Z,", with: ","), to: "the A's.csv")
    let ingest = try place.run(
      "ingest", "the A's.csv", "--symbol", "A's", "--timeframe", "1h", "--timezone", "-05:00",
      db: "of the A's.sqlite")
    #expect(ingest.output.contains("600 inserted"), "\(ingest.testDescription)")
    try execute(
      "UPDATE bar SET high = high + 1 WHERE ts = 1262358000000", on: place.url("of the A's.sqlite"))
    let check = try place.run("data", "check", db: "of the A's.sqlite")
    let command = try #require(check.errors.split(separator: "`").dropFirst().first)
    let mend = try place.shell(String(command))
    #expect(
      mend.output.contains("0 inserted, 599 unchanged, 1 revised"), "\(mend.testDescription)")
    #expect(try place.run("data", "check", db: "of the A's.sqlite").status == 0)
  }

  @Test(arguments: [
    "UPDATE bar SET ts = ts + 1 WHERE ts = 1262318400000",
    "UPDATE bar SET ts = ts + 1099511627776 WHERE ts = 1262318400000",
    "INSERT INTO bar VALUES (1, 1262320200000, 1, 1, 1, 1, 1)",
    "INSERT INTO bar VALUES (1, 1348718400000, 1, 1, 1, 1, 1)",
  ])
  func `bars that no file brought are taken out by the command that is printed`(damage: String)
    throws
  {
    try execute(damage, on: place.url("bars.sqlite"))
    let check = try place.run("data", "check")
    let command = try #require(check.errors.split(separator: "`").dropFirst().first)
    let mend = try place.shell(String(command))
    #expect(mend.status == 0, "\(mend.testDescription)")
    #expect(
      mend.errors.contains("1 stored row of A 1h that no file had brought is removed"),
      "\(mend.testDescription)")
    try place.good("data", "check")
    #expect(try place.good("data", "list").output.hasPrefix("A 1h: 600 bars"))
    #expect(try rowCounts(of: place.url("bars.sqlite"))["bar_revision"] == 1)
  }

  private static var isRoot: Bool { geteuid() == 0 }

  @Test(.disabled(if: isRoot, "root is denied nothing by file permissions"))
  func `a read-only database can be read and is not written to`() throws {
    try FileManager.default.createDirectory(
      at: place.url("shut"), withIntermediateDirectories: false)
    try FileManager.default.moveItem(
      at: place.url("bars.sqlite"), to: place.url("shut/bars.sqlite"))
    try permit(0o444, "shut/bars.sqlite")
    try permit(0o555, "shut")
    let list = try place.run("data", "list", db: "shut/bars.sqlite")
    let check = try place.run("check", "p.yaml", db: "shut/bars.sqlite")
    let ingest = try place.run("ingest", "A-1h.csv", db: "shut/bars.sqlite")
    try permit(0o755, "shut")
    #expect(list.output.hasPrefix("A 1h: 600 bars"), "\(list.testDescription)")
    #expect(check.status == 0, "\(check.testDescription)")
    expectFailure(ingest, naming: "shut/bars.sqlite", "read-only", "--db")
  }

  private func permit(_ mode: Int, _ name: String) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: place.url(name).path)
  }
}
