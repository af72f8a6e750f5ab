import GRDB
import Market

/// What the database holds of one symbol on one timeframe.
public struct SeriesInfo: Equatable, Sendable {
  public let symbol: Symbol
  public let timeframe: Timeframe
  public let calendar: TradingCalendar
  public let assetClass: String
  /// Nil where the user never said it.
  public let currency: String?
  public let count: Int
  /// The opens of the first and the last bar.
  public let first: Timestamp
  public let last: Timestamp
  /// The user's columns, sorted.
  public let extras: [String]
}

extension BarDatabase {
  /// Lists the series that hold bars, by symbol and then by timeframe, finest first.
  public func series() throws -> [SeriesInfo] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT series.id AS id, symbol, timeframe, calendar, asset_class, currency,
            (SELECT sum(rows) FROM bar_digest WHERE series_id = series.id AND name = '') AS bars,
            (SELECT min(ts) FROM bar WHERE series_id = series.id) AS first,
            (SELECT max(ts) FROM bar WHERE series_id = series.id) AS last
          FROM series JOIN instrument ON instrument.id = instrument_id
          """)
      var result: [SeriesInfo] = []
      for row in rows {
        guard let first = row["first"] as Int64?, let last = row["last"] as Int64? else { continue }
        let symbol = Symbol(row["symbol"])
        let timeframe = try timeframe(row["timeframe"], of: symbol)
        let extras = try String.fetchAll(
          db,
          sql: """
            SELECT DISTINCT name FROM bar_digest WHERE series_id = ? AND name <> '' ORDER BY name
            """,
          arguments: [row["id"] as Int64])
        result.append(
          SeriesInfo(
            symbol: symbol, timeframe: timeframe, calendar: try calendar(row["calendar"]),
            assetClass: row["asset_class"], currency: row["currency"], count: row["bars"] ?? 0,
            first: Timestamp(milliseconds: first), last: Timestamp(milliseconds: last),
            extras: extras))
      }
      return result.sorted { ($0.symbol, $0.timeframe) < ($1.symbol, $1.timeframe) }
    }
  }

  /// Reads all bars of a series, and proves them against their digests.
  ///
  /// - Throws: `StoreError.unknownSeries`; `StoreError.damagedBars` with the month that does not
  ///   match what was ingested and the command that mends it.
  public func bars(_ symbol: Symbol, _ timeframe: Timeframe) throws -> BarSeries {
    try read { db in
      let found = try find(symbol, timeframe, db)
      let columns = try BarDatabase.load(found.id, from: .min, to: .max, db)
      let stored = try BarDatabase.digests(found.id, name: "", from: nil, to: nil, db)
      if let month = MonthlyDigest.firstDifference(columns.digests, stored) {
        throw try damaged(found.id, symbol, timeframe, month, db)
      }
      var series = BarSeries(symbol: symbol, timeframe: timeframe, calendar: found.calendar)
      for i in 0..<columns.count {
        let bar = columns[i]
        series.append(
          Bar(
            time: Timestamp(milliseconds: bar.time), open: bar.open, high: bar.high, low: bar.low,
            close: bar.close, volume: bar.volume))
      }
      return series
    }
  }

  /// Reads one of the user's columns; bars without a value are left out.
  public func extra(
    _ symbol: Symbol, _ timeframe: Timeframe, _ name: String
  ) throws -> [(time: Timestamp, value: Double)] {
    try read { db in
      let found = try find(symbol, timeframe, db)
      let column = try BarDatabase.loadExtra(found.id, name, from: .min, to: .max, db)
      let stored = try BarDatabase.digests(found.id, name: name, from: nil, to: nil, db)
      if let month = MonthlyDigest.firstDifference(column.digests, stored) {
        throw try damaged(found.id, symbol, timeframe, month, db)
      }
      return zip(column.times, column.values).map { (Timestamp(milliseconds: $0), $1) }
    }
  }

  /// Proves every series and every column against its digests.
  public func verifyDigests() throws {
    for info in try series() {
      _ = try bars(info.symbol, info.timeframe)
      for name in info.extras { _ = try extra(info.symbol, info.timeframe, name) }
    }
  }
}

// MARK: - Rows

extension BarDatabase {
  struct FoundSeries {
    var id: Int64
    var calendar: TradingCalendar
  }

  func find(_ symbol: Symbol, _ timeframe: Timeframe, _ db: Database) throws -> FoundSeries {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT series.id AS id, calendar
        FROM series JOIN instrument ON instrument.id = instrument_id
        WHERE symbol = ? AND timeframe = ?
        """,
      arguments: [symbol.name, timeframe.name])
    guard let row else {
      let known = try String.fetchAll(
        db,
        sql: """
          SELECT symbol || ' ' || timeframe FROM series
          JOIN instrument ON instrument.id = instrument_id ORDER BY symbol, series.id
          """)
      throw StoreError.unknownSeries(
        path: path, symbol: symbol, timeframe: timeframe, known: known)
    }
    return FoundSeries(id: row["id"], calendar: try calendar(row["calendar"]))
  }

  func calendar(_ name: String) throws -> TradingCalendar {
    guard let calendar = TradingCalendar(rawValue: name) else {
      throw StoreError.corrupt(path: path, detail: "calendar `\(name)`")
    }
    return calendar
  }

  private func timeframe(_ name: String, of symbol: Symbol) throws -> Timeframe {
    guard let timeframe = Timeframe(name) else {
      throw StoreError.unknownTimeframe(path: path, symbol: symbol, name: name)
    }
    return timeframe
  }

  static func load(
    _ seriesID: Int64, from first: Int64, to last: Int64, _ db: Database
  ) throws -> BarBatch {
    let statement = try RawStatement(
      db,
      """
      SELECT ts, open, high, low, close, volume FROM bar
      WHERE series_id = ?1 AND ts >= ?2 AND ts <= ?3 ORDER BY ts
      """)
    try statement.bind(seriesID, at: 1)
    try statement.bind(first, at: 2)
    try statement.bind(last, at: 3)
    var batch = BarBatch()
    while try statement.step() {
      batch.append(
        StoredBar(
          time: statement.integer(0), open: statement.real(1), high: statement.real(2),
          low: statement.real(3), close: statement.real(4), volume: statement.real(5)))
    }
    return batch
  }

  static func loadExtra(
    _ seriesID: Int64, _ name: String, from first: Int64, to last: Int64, _ db: Database
  ) throws -> ExtraBatch {
    let statement = try RawStatement(
      db,
      """
      SELECT ts, value FROM bar_extra
      WHERE series_id = ?1 AND name = ?2 AND ts >= ?3 AND ts <= ?4 ORDER BY ts
      """)
    try statement.bind(seriesID, at: 1)
    try statement.bind(name, at: 2)
    try statement.bind(first, at: 3)
    try statement.bind(last, at: 4)
    var batch = ExtraBatch(name: name)
    while try statement.step() {
      batch.times.append(statement.integer(0))
      batch.values.append(statement.real(1))
    }
    return batch
  }

  /// The stored digests of a series' column, by month.
  static func digests(
    _ seriesID: Int64, name: String, from first: Month?, to last: Month?, _ db: Database
  ) throws -> [MonthDigest] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT month, rows, digest FROM bar_digest
        WHERE series_id = ? AND name = ? AND month BETWEEN ? AND ? ORDER BY month
        """,
      arguments: [seriesID, name, first?.index ?? Int.min, last?.index ?? Int.max])
    return rows.map { row in
      MonthDigest(
        month: Month(index: row["month"]), rows: row["rows"],
        digest: UInt64(bitPattern: row["digest"] as Int64))
    }
  }

  /// The error for a month that does not match, with what to ingest again.
  func damaged(
    _ seriesID: Int64, _ symbol: Symbol, _ timeframe: Timeframe, _ month: Month, _ db: Database
  ) throws -> StoreError {
    .damagedBars(
      path: path, symbol: symbol, timeframe: timeframe, month: month,
      source: try BarDatabase.source(seriesID, symbol, timeframe, month, db))
  }

  /// The file ingested last that has bars in `month`, wider ones first, and how it was read. Where none
  /// has, the nearest: a row that no file brought is mended by any of the series.
  static func source(
    _ seriesID: Int64, _ symbol: Symbol, _ timeframe: Timeframe, _ month: Month, _ db: Database
  ) throws -> IngestSource {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT file, options FROM ingest_series JOIN ingest_run ON ingest_run.id = ingest_run_id
        WHERE series_id = ?1
        ORDER BY min(last, ?3) - max(first, ?2) DESC, ingest_run.id DESC LIMIT 1
        """,
      arguments: [seriesID, month.start.milliseconds, month.end.milliseconds - 1])
    return row.flatMap { IngestSource(file: $0["file"], options: $0["options"]) }
      ?? IngestSource(file: nil, symbol: symbol, timeframe: timeframe)
  }
}
