import Foundation
import GRDB
import GRDBSQLite

/// What the first bytes of a file say about it, before SQLite opens it.
///
/// SQLite's own messages name neither the file nor a remedy, and it opens another program's
/// database as willingly as ours.
struct DatabaseFile {
  let path: String

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  private static func size(_ path: String) -> Int64 {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
  }

  /// Whether there are changes that are not merged into the main file yet.
  var hasPendingChanges: Bool { DatabaseFile.size(path + "-wal") > 0 }

  /// Throws unless the file is a whole database of ours with a schema this program knows.
  func inspect(forReading: Bool) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw StoreError.missingDatabase(path: path)
    }
    guard !isFolder.boolValue else {
      throw StoreError.cannotOpen(path: path, detail: "it is a folder")
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw StoreError.cannotOpen(path: path, detail: "permission denied")
    }
    let header: [UInt8]
    do {
      header = [UInt8](try file.read(upToCount: 100) ?? Data())
      try file.close()
    } catch {
      throw StoreError.cannotOpen(path: path, detail: error.localizedDescription)
    }
    guard !header.isEmpty else { throw StoreError.emptyDatabase(path: path) }
    guard header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw StoreError.notADatabase(path: path)
    }
    let bytes = DatabaseFile.size(path)
    guard header.count == 100 else {
      throw StoreError.truncated(path: path, bytes: bytes, expected: 100)
    }
    func bigEndian(_ offset: Int) -> UInt32 {
      header[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
    guard bigEndian(68) == UInt32(Schema.applicationID) else {
      throw StoreError.otherApplication(path: path)
    }
    let version = Int(bigEndian(60))
    let known = Int(Schema.version)
    guard version <= known else {
      throw StoreError.newerVersion(path: path, found: version, known: known)
    }
    guard version == known || !forReading else {
      throw StoreError.olderVersion(path: path, found: version, known: known)
    }
    let stored = Int64(header[16]) << 8 | Int64(header[17])
    let pageSize = stored == 1 ? 65_536 : stored
    let expected = pageSize * Int64(bigEndian(28))
    // A checkpoint that was cut short leaves a short file that the -wal file completes.
    guard bytes >= expected || hasPendingChanges else {
      throw StoreError.truncated(path: path, bytes: bytes, expected: expected)
    }
  }

  /// Makes an empty database of ours, whole or not at all: it gets its name when it is complete.
  func create() throws {
    let manager = FileManager.default
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let unfinished = "\(path).new-\(ProcessInfo.processInfo.processIdentifier)"
    do {
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw StoreError.cannotOpen(
        path: path, detail: "its folder cannot be made: \(error.localizedDescription)")
    }
    // Gone already if it was moved; of no use if it was not.
    defer { try? manager.removeItem(atPath: unfinished) }
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA page_size = \(Schema.pageSize)")
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
    }
    do {
      let queue = try DatabaseQueue(path: unfinished, configuration: configuration)
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      }
      try Schema.migrator.migrate(queue)
      try queue.close()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
      throw StoreError.cannotOpen(path: path, detail: "its folder is read-only")
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      throw StoreError.cannotOpen(path: path, detail: "its folder cannot be written")
    } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    }
    do {
      // A link fails if another process was first; its database is as good.
      try manager.linkItem(atPath: unfinished, toPath: path)
    } catch {
      if exists { return }
      do {
        try manager.moveItem(atPath: unfinished, toPath: path)
      } catch {
        throw StoreError.cannotOpen(path: path, detail: error.localizedDescription)
      }
    }
  }

  /// The address that makes SQLite read the file as it is, with no locks and no side files.
  ///
  /// The only way to read a WAL database in a folder that cannot be written. Nil if this SQLite was
  /// built without addresses.
  var immutableAddress: String? {
    guard sqlite3_compileoption_used("USE_URI") != 0 else { return nil }
    let absolute = URL(fileURLWithPath: path).path
    return absolute.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
      .map { "file:\($0)?immutable=1" }
  }
}

extension StoreError {
  /// Translates what SQLite reports.
  init(_ error: DatabaseError, path: String) {
    let detail = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_CORRUPT: self = .corrupt(path: path, detail: detail)
    case .SQLITE_NOTADB: self = .notADatabase(path: path)
    case .SQLITE_CANTOPEN: self = .cannotOpen(path: path, detail: detail)
    // The migrations make every table and column that is asked for.
    case .SQLITE_ERROR where detail.hasPrefix("no such "):
      self = .corrupt(path: path, detail: detail)
    default: self = .sqlite(path: path, detail: detail)
    }
  }
}
