import GRDB
import Market

extension BarDatabase {
  /// Reads a file of bars and merges it in: one transaction, so that it is in wholly or not at all.
  ///
  /// Repeating it changes nothing: bars with the stored values are counted as unchanged. The bytes
  /// of one file are recorded once for each way of reading them.
  /// - Throws: `StoreError.csv` if the file cannot be used; `StoreError.stillDamaged` if stored
  ///   bars of a month it touches are damaged and it does not hold all of them.
  @discardableResult
  public func ingest(
    _ file: String, options: IngestOptions = IngestOptions()
  ) throws -> IngestReport {
    try ingest(CSVBarReader(options: options).read(file), options: options)
  }

  /// Merges what a reader has read.
  @discardableResult
  public func ingest(_ bars: CSVBars, options: IngestOptions) throws -> IngestReport {
    try write { db in
      var notes = bars.notes
      let runID = try recordIngest(bars, db)
      var results: [IngestReport.Series] = []
      var doubts = CalendarNotes()
      for part in bars.series {
        let calendar = try instrument(for: part, options, &notes, &doubts, db)
        let seriesID = try seriesID(part.symbol, part.timeframe, db)
        let upsert = BarUpsert(db: db, seriesID: seriesID, runID: runID)
        do {
          let bars = try upsert.merge(part.batch)
          var counts = IngestReport.Extras(names: part.extraNames)
          var removed = bars.removed
          for extra in part.extras {
            let one = try upsert.merge(extra)
            removed += one.removed
            counts.inserted += one.inserted
            counts.unchanged += one.unchanged
            counts.revised += one.revised
          }
          results.append(
            IngestReport.Series(
              symbol: part.symbol, timeframe: part.timeframe, calendar: calendar,
              inserted: bars.inserted, unchanged: bars.unchanged, revised: bars.revised,
              extras: counts, first: part[0].time, last: part[part.count - 1].time))
          notes += seriesNotes(part, removed: removed, bars.suspectMoves)
        } catch let damage as BarUpsert.StillDamaged {
          var source = try BarDatabase.source(
            seriesID, part.symbol, part.timeframe, damage.month, db)
          // What has just not helped is no advice.
          if source.file == bars.file, source.options == bars.key {
            source = IngestSource(
              file: nil, symbol: source.symbol, timeframe: source.timeframe,
              zoneMinutes: source.zoneMinutes)
          }
          throw StoreError.stillDamaged(
            path: path, symbol: part.symbol, timeframe: part.timeframe, month: damage.month,
            source: source)
        }
        try db.execute(
          sql: """
            INSERT INTO ingest_series (ingest_run_id, series_id, first, last) VALUES (?, ?, ?, ?)
            ON CONFLICT (ingest_run_id, series_id) DO UPDATE SET last = max(last, excluded.last)
            """,
          arguments: [
            runID, seriesID, part[0].time.milliseconds, part[part.count - 1].time.milliseconds,
          ])
      }
      let report = IngestReport(
        file: bars.file, sha256: bars.sha256, dialect: bars.dialect, series: results,
        rejected: bars.rejected, rejectedCount: bars.rejectedCount, repeated: bars.repeated,
        notes: notes + doubts.lines)
      try countIngest(runID, report, db)
      return report
    }
  }

  /// What the user should know of the bars of one series.
  private func seriesNotes(
    _ part: CSVBars.Series, removed: Int, _ moves: [CloseMove]
  ) -> [String] {
    var notes: [String] = []
    if removed > 0 {
      notes.append(
        "\(removed) stored row\(removed == 1 ? "" : "s") of \(part.symbol) \(part.timeframe) that no file "
          + "had brought \(removed == 1 ? "is" : "are") removed (kept as revisions)")
    }
    if let doubt = moves.doubt { notes.append("the close of \(part.symbol) \(doubt)") }
    return notes
  }

  /// The row of `ingest_run` for these bytes read in this way: the one that is there, or a new one.
  private func recordIngest(_ bars: CSVBars, _ db: Database) throws -> Int64 {
    let known = try Int64.fetchOne(
      db, sql: "SELECT id FROM ingest_run WHERE sha256 = ? AND options = ?",
      arguments: [bars.sha256, bars.key])
    if let known { return known }
    try db.execute(
      sql: """
        INSERT INTO ingest_run
          (file, sha256, options, dialect, inserted, unchanged, revised, rejected)
        VALUES (?, ?, ?, ?, -1, 0, 0, ?)
        """,
      arguments: [bars.file, bars.sha256, bars.key, bars.dialect, bars.rejectedCount])
    return db.lastInsertedRowID
  }

  /// Fills in the counts of a new row; those of a repeated file stay as they were the first time.
  private func countIngest(_ runID: Int64, _ report: IngestReport, _ db: Database) throws {
    try db.execute(
      sql: """
        UPDATE ingest_run SET inserted = ?, unchanged = ?, revised = ?
        WHERE id = ? AND inserted = -1
        """,
      arguments: [report.inserted, report.unchanged, report.revised, runID])
  }

  /// Makes the instrument of a new symbol, or brings a known one to what the options say. What its bars
  /// leave open or say against is added to `doubts`.
  private func instrument(
    for part: CSVBars.Series, _ options: IngestOptions, _ notes: inout [String],
    _ doubts: inout CalendarNotes, _ db: Database
  ) throws -> TradingCalendar {
    let found =
      options.calendar ?? CalendarInference.calendar(part.batch.times, part.timeframe)
    let row = try Row.fetchOne(
      db, sql: "SELECT calendar, asset_class FROM instrument WHERE symbol = ?",
      arguments: [part.symbol.name])
    guard let row else {
      if found == nil { doubts.add(untold: part.symbol) }
      let calendar = found ?? .continuous
      let assetClass = options.assetClass ?? CalendarInference.assetClass(calendar)
      try db.execute(
        sql: """
          INSERT INTO instrument (symbol, asset_class, calendar, currency) VALUES (?, ?, ?, ?)
          """,
        arguments: [part.symbol.name, assetClass, calendar.rawValue, options.currency])
      return calendar
    }
    let stored = try calendar(row["calendar"])
    let settled = options.calendar ?? stored
    if settled != stored {
      notes.append(
        "the calendar of \(part.symbol) was \(stored.rawValue) and is \(settled.rawValue) now")
    }
    if let found, CalendarInference.contradicts(found, settled, part.timeframe) {
      doubts.add(part.symbol, found: found, stored: settled)
    }
    // A class that came with the calendar goes with it; one that the user has said stays.
    let known = row["asset_class"] as String
    let isInferred = known == CalendarInference.assetClass(stored)
    let assetClass =
      options.assetClass ?? (isInferred ? CalendarInference.assetClass(settled) : known)
    try db.execute(
      sql: """
        UPDATE instrument SET calendar = ?, asset_class = ?, currency = coalesce(?, currency)
        WHERE symbol = ?
        """,
      arguments: [settled.rawValue, assetClass, options.currency, part.symbol.name])
    return settled
  }

  private func seriesID(_ symbol: Symbol, _ timeframe: Timeframe, _ db: Database) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO series (instrument_id, timeframe)
        SELECT id, ?2 FROM instrument WHERE symbol = ?1
        ON CONFLICT DO NOTHING
        """,
      arguments: [symbol.name, timeframe.name])
    let id = try Int64.fetchOne(
      db,
      sql: """
        SELECT series.id FROM series JOIN instrument ON instrument.id = instrument_id
        WHERE symbol = ? AND timeframe = ?
        """,
      arguments: [symbol.name, timeframe.name])
    guard let id else {
      throw DatabaseError(resultCode: .SQLITE_INTERNAL, message: "no series of \(symbol)")
    }
    return id
  }
}
