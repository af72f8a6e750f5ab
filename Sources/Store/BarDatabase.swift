import GRDB
import GRDBSQLite

/// The database of a user: bars, models, runs. One SQLite file in WAL mode.
///
/// Every method is safe to call from any thread; calls on one instance run one after the other.
/// Every error is a `StoreError`.
public final class BarDatabase: Sendable {
  public static let defaultPath = "db/regimefolio.sqlite"

  public enum Access: Sendable {
    /// Opens for reading and writing; makes the file and its folder if there are none.
    case readWrite
    /// Opens what is there, also in a folder that cannot be written.
    case readOnly
  }

  public let path: String
  public let access: Access
  let queue: DatabaseQueue

  public init(path: String = BarDatabase.defaultPath, access: Access = .readWrite) throws {
    self.path = path
    self.access = access
    let file = DatabaseFile(path: path)
    switch access {
    case .readWrite:
      if !file.exists { try file.create() }
      try file.inspect(forReading: false)
      queue = try BarDatabase.translating(path) {
        try BarDatabase.openForWriting(path)
      }
    case .readOnly:
      try file.inspect(forReading: true)
      queue = try BarDatabase.translating(path) {
        try BarDatabase.openForReading(file)
      }
    }
  }

  /// Closes the connection. Later calls fail; an instance that is let go closes by itself.
  public func close() throws {
    try BarDatabase.translating(path) { try queue.close() }
  }

  private static func openForWriting(_ path: String) throws -> DatabaseQueue {
    let queue = try DatabaseQueue(path: path, configuration: configuration(.readWrite))
    // SQLite opens a write-protected file for reading without a word.
    let isReadOnly = queue.inDatabase { db in sqlite3_db_readonly(db.sqliteConnection, "main") == 1
    }
    guard !isReadOnly else { throw StoreError.readOnly(path: path) }
    try Schema.migrator.migrate(queue)
    return queue
  }

  private static func openForReading(_ file: DatabaseFile) throws -> DatabaseQueue {
    do {
      let queue = try DatabaseQueue(path: file.path, configuration: configuration(.readOnly))
      _ = try queue.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM series") }
      return queue
    } catch let error as DatabaseError
      where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode)
    {
      if file.hasPendingChanges { throw StoreError.pendingChanges(path: file.path) }
      guard let address = file.immutableAddress else { throw error }
      return try DatabaseQueue(path: address, configuration: configuration(.readOnly))
    }
  }

  private static func configuration(_ access: Access) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = access == .readOnly
    configuration.busyMode = .timeout(30)
    configuration.label = "regimefolio"
    configuration.prepareDatabase { db in
      if access == .readWrite {
        try db.execute(sql: "PRAGMA journal_mode = WAL")
        // One transaction a file: losing nothing that was acknowledged costs two syncs.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try BatchTable.register(on: db)
      }
      try db.execute(sql: "PRAGMA foreign_keys = ON")
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
      try db.execute(sql: "PRAGMA cell_size_check = ON")
    }
    return configuration
  }

  static func translating<T>(_ path: String, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    }
  }

  func read<T>(_ body: (Database) throws -> T) throws -> T {
    try BarDatabase.translating(path) { try queue.read(body) }
  }

  /// Runs `body` in one transaction: all of it or nothing.
  func write<T>(_ body: (Database) throws -> T) throws -> T {
    guard access == .readWrite else { throw StoreError.readOnly(path: path) }
    return try BarDatabase.translating(path) { try queue.write(body) }
  }

  /// Checks the structure of the file; throws `StoreError.corrupt` with the first finding.
  ///
  /// It cannot see a flipped bit inside a number: `verifyDigests` does.
  public func checkStructure() throws {
    try read { db in
      let findings = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
      if findings != ["ok"] {
        let detail = findings.first.map { $0.replacing("\n", with: " ") } ?? "no answer"
        throw StoreError.corrupt(path: path, detail: detail)
      }
    }
  }
}
