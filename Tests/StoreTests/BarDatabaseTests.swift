import Foundation
import GRDB
import Market
import Store
import Testing

@Suite struct BarDatabaseTests {
  let folder = try! TestFolder()

  @Test func `a new file carries our mark, version and page size`() throws {
    try folder.database().close()
    let values = try folder.sql { db in
      try ["application_id", "user_version", "page_size", "journal_mode", "integrity_check"]
        .map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
    }
    #expect(values == ["\(0x5247_464F)", "1", "16384", "wal", "ok"])
  }

  @Test func `every table and the view are there, the tables strict`() throws {
    try folder.database().close()
    try folder.sql { (db: Database) throws in
      let tables = try Row.fetchAll(db, sql: "PRAGMA table_list")
        .filter { ($0["schema"] as String) == "main" && ($0["type"] as String) == "table" }
      let strict = Set(tables.filter { $0["strict"] as Int == 1 }.map { $0["name"] as String })
      #expect(
        strict == [
          "alert", "allocation", "bar", "bar_digest", "bar_extra", "bar_extra_revision",
          "bar_revision", "equity", "fill", "ingest_run", "ingest_series", "instrument", "model",
          "run", "series", "trial",
        ])
      let bare = Set(tables.filter { $0["wr"] as Int == 1 }.map { $0["name"] as String })
      #expect(bare.isSuperset(of: ["bar", "bar_extra", "equity", "fill", "allocation"]))
      let columns = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('bar')")
      #expect(columns == ["series_id", "ts", "open", "high", "low", "close", "volume"])
    }
  }

  @Test func `the view shows bars with ISO times to any client`() throws {
    let file = try folder.file("BTC-1h.csv", csv(madeUpBars(3)))
    try folder.database().ingest(file)
    let row = try folder.sql { db in
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
      return try Row.fetchOne(
        db, sql: "SELECT * FROM bars WHERE symbol = 'BTC' AND timeframe = '1h' ORDER BY time DESC")
    }
    #expect(
      row.map { Array($0.columnNames) }
        == ["symbol", "timeframe", "time", "open", "high", "low", "close", "volume"])
    #expect(row?["time"] == "2020-01-01T02:00Z")
    #expect(row?["close"] == madeUpBars(3)[2].close)
  }

  @Test func `its folder is made`() throws {
    let path = folder.path + "/a/b/c.sqlite"
    try BarDatabase(path: path).close()
    #expect(try BarDatabase(path: path, access: .readOnly).series().isEmpty)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/a/b")
    #expect(!left.contains { $0.contains(".new-") })
  }

  @Test func `reading what does not exist names the command that makes it`() throws {
    #expect(throws: StoreError.missingDatabase(path: folder.databasePath)) {
      try BarDatabase(path: folder.databasePath, access: .readOnly)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.databasePath))
    #expect("\(StoreError.missingDatabase(path: "x"))".contains("regimefolio ingest"))
  }

  @Test(arguments: [BarDatabase.Access.readWrite, .readOnly])
  func `a newer file is refused and left as it is`(access: BarDatabase.Access) throws {
    try folder.database().close()
    try folder.sql { db in
      try db.execute(sql: "PRAGMA user_version = 7")
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.databasePath))
    #expect(
      throws: StoreError.newerVersion(path: folder.databasePath, found: 7, known: 1)
    ) { try BarDatabase(path: folder.databasePath, access: access) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.databasePath)) == before)
  }

  @Test(arguments: [BarDatabase.Access.readWrite, .readOnly])
  func `a file that is no database is refused and left as it is`(
    access: BarDatabase.Access
  ) throws {
    let file = try folder.file("test.sqlite", String(repeating: "not a database. ", count: 100))
    #expect(throws: StoreError.notADatabase(path: file)) {
      try BarDatabase(path: file, access: access)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count == 1600)
  }

  @Test(arguments: [BarDatabase.Access.readWrite, .readOnly])
  func `another program's database, an empty file and a folder are refused`(
    access: BarDatabase.Access
  ) throws {
    try folder.sql { db in try db.execute(sql: "CREATE TABLE t (x)") }
    #expect(throws: StoreError.otherApplication(path: folder.databasePath)) {
      try BarDatabase(path: folder.databasePath, access: access)
    }
    let empty = try folder.file("empty.sqlite", "")
    #expect(throws: StoreError.emptyDatabase(path: empty)) {
      try BarDatabase(path: empty, access: access)
    }
    #expect(throws: StoreError.cannotOpen(path: folder.path, detail: "it is a folder")) {
      try BarDatabase(path: folder.path, access: access)
    }
  }

  @Test(arguments: [50, 16_384, 20_000, 200_000])
  func `a truncated file is refused with both sizes`(bytes: Int) throws {
    try ingestMany()
    let url = URL(fileURLWithPath: folder.databasePath)
    let whole = try Data(contentsOf: url)
    try whole.prefix(bytes).write(to: url)
    let expected = Int64(bytes < 100 ? 100 : whole.count)
    #expect(
      throws: StoreError.truncated(
        path: folder.databasePath, bytes: Int64(bytes), expected: expected)
    ) { try folder.database() }
  }

  @Test func `a page of rubbish is reported as damage`() throws {
    try ingestMany()
    let url = URL(fileURLWithPath: folder.databasePath)
    var bytes = try Data(contentsOf: url)
    let last = bytes.count - 3 * 16_384
    for i in last..<last + 16_384 { bytes[i] = UInt8(truncatingIfNeeded: i &* 31) }
    try bytes.write(to: url)
    let database = try folder.database()
    let error = #expect(throws: StoreError.self) { try database.checkStructure() }
    let text = "\(try #require(error))"
    #expect(text.hasPrefix(folder.databasePath + ": is damaged ("))
    #expect(!text.contains("\n"))
  }

  @Test func `a good file passes the check of its structure`() throws {
    try ingestMany()
    try folder.database().checkStructure()
  }

  @Test func `reading only does not write, and writing is refused`() throws {
    let file = try folder.file("BTC-1h.csv", csv(madeUpBars(3)))
    let database = try folder.database()
    try database.ingest(file)
    try database.close()
    let reader = try BarDatabase(path: folder.databasePath, access: .readOnly)
    #expect(try reader.bars("BTC", .h1).count == 3)
    #expect(throws: StoreError.readOnly(path: folder.databasePath)) { try reader.ingest(file) }
  }

  @Test func `a reader sees the state before a write until that is committed`() throws {
    let writer = try folder.database()
    try writer.ingest(try folder.file("BTC-1h.csv", csv(madeUpBars(3))))
    let reader = try BarDatabase(path: folder.databasePath, access: .readOnly)
    #expect(try reader.bars("BTC", .h1).count == 3)
    try writer.ingest(try folder.file("BTC-1h.csv", csv(madeUpBars(5))))
    #expect(try reader.bars("BTC", .h1).count == 5)
  }

  // Permissions do not hold the superuser back.
  @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func `a database in a read-only folder can be read, and not written`() throws {
    let database = try folder.database()
    try database.ingest(try folder.file("BTC-1h.csv", csv(madeUpBars(3))))
    try database.close()
    try set(0o555, folder.path)
    defer { try? set(0o755, folder.path) }
    let reader = try BarDatabase(path: folder.databasePath, access: .readOnly)
    #expect(try reader.bars("BTC", .h1).count == 3)
    #expect(throws: StoreError.self) { try folder.database() }
    #expect(throws: StoreError.self) { try BarDatabase(path: folder.path + "/new.sqlite") }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func `a write-protected file is refused for writing`() throws {
    try folder.database().close()
    try set(0o444, folder.databasePath)
    #expect(throws: StoreError.readOnly(path: folder.databasePath)) { try folder.database() }
    try set(0o000, folder.databasePath)
    #expect(
      throws: StoreError.cannotOpen(path: folder.databasePath, detail: "permission denied")
    ) { try BarDatabase(path: folder.databasePath, access: .readOnly) }
  }

  private func set(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private func ingestMany() throws {
    let database = try folder.database()
    try database.ingest(try folder.file("BTC-1h.csv", csv(madeUpBars(5000))))
    try database.close()
  }
}
