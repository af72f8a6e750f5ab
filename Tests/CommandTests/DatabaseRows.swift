import Foundation
import GRDBSQLite
import Testing

/// The number of rows in each table of a database, read with SQLite itself.
func rowCounts(of database: URL) throws -> [String: Int64] {
  var counts: [String: Int64] = [:]
  for table in try column("SELECT name FROM sqlite_schema WHERE type = 'table'", of: database) {
    counts[table] = Int64(try column("SELECT count(*) FROM \"\(table)\"", of: database)[0])
  }
  return counts
}

/// Changes a database behind the program's back.
func execute(_ sql: String, on database: URL) throws {
  var handle: OpaquePointer?
  defer { sqlite3_close(handle) }
  try #require(sqlite3_open(database.path, &handle) == SQLITE_OK)
  let code = sqlite3_exec(handle, sql, nil, nil, nil)
  try #require(code == SQLITE_OK, "\(String(cString: sqlite3_errmsg(handle)))")
}

/// The first column of a query as text.
func column(_ sql: String, of database: URL) throws -> [String] {
  var handle: OpaquePointer?
  let code = sqlite3_open_v2(database.path, &handle, SQLITE_OPEN_READONLY, nil)
  defer { sqlite3_close(handle) }
  try #require(code == SQLITE_OK, "\(database.path) cannot be opened")
  var statement: OpaquePointer?
  defer { sqlite3_finalize(statement) }
  try #require(sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK)
  var rows: [String] = []
  while sqlite3_step(statement) == SQLITE_ROW {
    rows.append(String(cString: try #require(sqlite3_column_text(statement, 0))))
  }
  return rows
}

/// Adds a bar that has not closed, as an earlier version took it: at the first of the month after next.
func addFutureBar(toSeries id: Int, of database: URL) throws {
  var calendar = Calendar(identifier: .gregorian)
  calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
  let parts = calendar.dateComponents([.year, .month], from: Date())
  let month = try #require(parts.year) * 12 + (try #require(parts.month)) + 1
  let first = try #require(
    calendar.date(from: DateComponents(year: month / 12, month: month % 12 + 1, day: 1)))
  let time = Int64(first.timeIntervalSince1970) * 1000
  let row: [Double] = [100, 101, 99, 100, 5]
  var digest: UInt64 = 0x6A09_E667_F3BC_C908
  for word in [UInt64(time)] + row.map(\.bitPattern) {
    digest = (digest ^ word) &* 0x9E37_79B9_7F4A_7C15
    digest ^= digest >> 32
  }
  let values = row.map { "\($0)" }.joined(separator: ", ")
  try execute(
    """
    INSERT INTO bar VALUES (\(id), \(time), \(values));
    INSERT INTO bar_digest (series_id, name, month, rows, digest)
    VALUES (\(id), '', \(month), 1, \(Int64(bitPattern: digest)));
    """, on: database)
}
