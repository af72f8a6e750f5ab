import GRDB
import GRDBSQLite

/// Columns of bars in memory as a table that SQL can select from.
///
/// `INSERT INTO bar SELECT ... FROM regimefolio_batch(pointer)` runs the whole loop inside SQLite,
/// which takes about half the time of a statement that is bound, stepped and reset for each row.
/// The table is known on this program's own connections alone, and without our pointer it is empty
/// (sqlite.org/bindptr.html: SQL text cannot forge one).
enum BatchTable {
  private static let name = "regimefolio_batch"
  private static let pointerType: StaticString = "regimefolio-batch"
  private static let sourceColumn: Int32 = 6

  /// Where the columns of a batch lie, for the length of one statement.
  private struct Columns {
    var count: Int
    var times: UnsafePointer<Int64>?
    var opens: UnsafePointer<Double>?
    var highs: UnsafePointer<Double>?
    var lows: UnsafePointer<Double>?
    var closes: UnsafePointer<Double>?
    var volumes: UnsafePointer<Double>?
  }

  /// SQLite's cursor object, followed by what we keep in it: the C idiom of a derived struct.
  private struct Cursor {
    var base = sqlite3_vtab_cursor()
    var row = 0
    var columns = Columns(count: 0)
  }

  /// Makes the table known on a connection.
  static func register(on db: Database) throws {
    precondition(MemoryLayout<Cursor>.offset(of: \.base) == 0)
    let code = sqlite3_create_module_v2(db.sqliteConnection, name, module, nil, nil)
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  /// Inserts all rows of a batch as new bars of a series.
  static func insert(_ batch: BarBatch, into seriesID: Int64, _ db: Database) throws {
    guard batch.count > 0 else { return }
    let statement = try RawStatement(
      db,
      """
      INSERT INTO bar (series_id, ts, open, high, low, close, volume)
      SELECT ?1, ts, open, high, low, close, volume FROM \(name)(?2)
      """)
    try statement.bind(seriesID, at: 1)
    try batch.times.withUnsafeBufferPointer { times in
      try batch.opens.withUnsafeBufferPointer { opens in
        try batch.highs.withUnsafeBufferPointer { highs in
          try batch.lows.withUnsafeBufferPointer { lows in
            try batch.closes.withUnsafeBufferPointer { closes in
              try batch.volumes.withUnsafeBufferPointer { volumes in
                var columns = Columns(
                  count: batch.count, times: times.baseAddress, opens: opens.baseAddress,
                  highs: highs.baseAddress, lows: lows.baseAddress, closes: closes.baseAddress,
                  volumes: volumes.baseAddress)
                try withUnsafeMutablePointer(to: &columns) { pointer in
                  try statement.bind(pointer: pointer, type: pointerType, at: 2)
                  try statement.run()
                }
              }
            }
          }
        }
      }
    }
  }

  private static func cursor(
    _ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?
  ) -> UnsafeMutablePointer<Cursor>? {
    pointer.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: Cursor.self) }
  }

  /// The callbacks, made once and never changed; SQLite keeps the pointer.
  nonisolated(unsafe) private static let module: UnsafeMutablePointer<sqlite3_module> = {
    var module = sqlite3_module()
    module.iVersion = 0
    module.xConnect = { connection, _, _, _, table, _ in
      let code = sqlite3_declare_vtab(
        connection, "CREATE TABLE x (ts, open, high, low, close, volume, source HIDDEN)")
      guard code == SQLITE_OK else { return code }
      let new = UnsafeMutablePointer<sqlite3_vtab>.allocate(capacity: 1)
      new.initialize(to: sqlite3_vtab())
      table?.pointee = new
      return SQLITE_OK
    }
    module.xDisconnect = { table in
      table?.deallocate()
      return SQLITE_OK
    }
    module.xBestIndex = { _, plan in
      guard let plan else { return SQLITE_MISUSE }
      for i in 0..<Int(plan.pointee.nConstraint) {
        let constraint = plan.pointee.aConstraint[i]
        if constraint.iColumn == sourceColumn, constraint.usable != 0,
          constraint.op == UInt8(SQLITE_INDEX_CONSTRAINT_EQ)
        {
          plan.pointee.aConstraintUsage[i].argvIndex = 1
          plan.pointee.aConstraintUsage[i].omit = 1
          plan.pointee.idxNum = 1
        }
      }
      plan.pointee.estimatedCost = 1
      return SQLITE_OK
    }
    module.xOpen = { _, out in
      let new = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
      new.initialize(to: Cursor())
      out?.pointee = UnsafeMutableRawPointer(new).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
      return SQLITE_OK
    }
    module.xClose = { pointer in
      cursor(pointer)?.deallocate()
      return SQLITE_OK
    }
    module.xFilter = { pointer, index, _, count, arguments in
      guard let cursor = cursor(pointer) else { return SQLITE_MISUSE }
      cursor.pointee.row = 0
      cursor.pointee.columns = Columns(count: 0)
      if index == 1, count == 1, let value = arguments?[0] {
        let raw = pointerType.withUTF8Buffer { type in
          type.withMemoryRebound(to: CChar.self) { sqlite3_value_pointer(value, $0.baseAddress) }
        }
        if let raw { cursor.pointee.columns = raw.load(as: Columns.self) }
      }
      return SQLITE_OK
    }
    module.xNext = { pointer in
      cursor(pointer)?.pointee.row += 1
      return SQLITE_OK
    }
    module.xEof = { pointer in
      guard let cursor = cursor(pointer) else { return 1 }
      return cursor.pointee.row >= cursor.pointee.columns.count ? 1 : 0
    }
    module.xColumn = { pointer, context, column in
      guard let cursor = cursor(pointer) else { return SQLITE_MISUSE }
      let row = cursor.pointee.row
      let value: Double?
      switch column {
      case 0:
        if let time = cursor.pointee.columns.times?[row] { sqlite3_result_int64(context, time) }
        return SQLITE_OK
      case 1: value = cursor.pointee.columns.opens?[row]
      case 2: value = cursor.pointee.columns.highs?[row]
      case 3: value = cursor.pointee.columns.lows?[row]
      case 4: value = cursor.pointee.columns.closes?[row]
      case 5: value = cursor.pointee.columns.volumes?[row]
      default: return SQLITE_OK
      }
      if let value { sqlite3_result_double(context, value) }
      return SQLITE_OK
    }
    module.xRowid = { pointer, out in
      out?.pointee = Int64(cursor(pointer)?.pointee.row ?? 0)
      return SQLITE_OK
    }
    let pointer = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
    pointer.initialize(to: module)
    return pointer
  }()
}
