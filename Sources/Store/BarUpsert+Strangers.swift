import GRDB
import Market

/// Stored rows that no file has brought: written by another program, or carried off by a flipped bit in
/// their time. A file that shows what was there takes them out, and they are kept as revisions.
///
/// Where a month's digest is lost, its rows may be those of another file: none is taken out that lies
/// between the first and the last bar of one.
struct Strangers {
  /// Months of which the file holds just the rows that were there, by their digest.
  var shown: [Month] = []
  /// Months that have rows and no digest.
  var undigested: [Month] = []
  /// From when to when other files have bars, asked for where a month has no digest.
  var others: [ClosedRange<Int64>] = []

  /// Whether a stored row that the file does not hold is one of them.
  func contains(_ time: Int64) -> Bool {
    if shown.isEmpty, undigested.isEmpty { return false }
    let month = Month(containing: Timestamp(milliseconds: time))
    if undigested.contains(month) { return !others.contains { $0.contains(time) } }
    return shown.contains(month)
  }
}

extension BarUpsert {
  /// Which of the rows that are stored in the file's months no file has brought.
  /// - Parameters:
  ///   - own: the digests of the file's rows.
  ///   - span: the file's first and last time.
  ///   - before: those of the rows that are stored in its months.
  ///   - digests: those that are stored for these months.
  func strangers(
    own: [MonthDigest], over span: ClosedRange<Int64>, before: [MonthDigest],
    _ digests: [MonthDigest]
  ) throws -> Strangers {
    guard before != digests else { return Strangers() }
    var result = Strangers()
    for month in before {
      if let stored = digests.first(where: { $0.month == month.month }) {
        if month != stored, own.contains(stored) { result.shown.append(month.month) }
      } else {
        result.undigested.append(month.month)
      }
    }
    if !result.undigested.isEmpty { result.others = try otherFiles(than: span) }
    return result
  }

  /// Takes out bars of months that have no digest, such as one whose time a flipped bit has carried off.
  /// - Parameters:
  ///   - months: those of the file, which are left to the merge.
  ///   - span: the file's first and last time.
  func removeStrangers(outside months: ClosedRange<Month>, _ span: ClosedRange<Int64>) throws
    -> Int
  {
    var bars: [StoredBar] = []
    for (from, to) in try undigested(name: "", outside: months) {
      let part = try BarDatabase.load(seriesID, from: from, to: to, db)
      bars += (0..<part.count).map { part[$0] }
    }
    guard !bars.isEmpty else { return 0 }
    let others = try otherFiles(than: span)
    let strangers = bars.filter { bar in !others.contains { $0.contains(bar.time) } }
    try remove(strangers)
    return strangers.count
  }

  /// The same for a user's column.
  func removeStrangers(
    _ name: String, outside months: ClosedRange<Month>, _ span: ClosedRange<Int64>
  ) throws -> Int {
    var values: [(time: Int64, value: Double)] = []
    for (from, to) in try undigested(name: name, outside: months) {
      let part = try BarDatabase.loadExtra(seriesID, name, from: from, to: to, db)
      for (time, value) in zip(part.times, part.values) { values.append((time, value)) }
    }
    guard !values.isEmpty else { return 0 }
    let others = try otherFiles(than: span)
    let strangers = values.filter { row in !others.contains { $0.contains(row.time) } }
    for (time, value) in strangers { try remove(name, time, value) }
    return strangers.count
  }

  /// The stretches of time, ends included, that no digest and no month of the file covers.
  private func undigested(
    name: String, outside own: ClosedRange<Month>
  ) throws -> [(from: Int64, to: Int64)] {
    let digests = try BarDatabase.digests(seriesID, name: name, from: nil, to: nil, db)
    let covered = digests.map { $0.month...$0.month } + [own]
    var stretches: [(from: Int64, to: Int64)] = []
    var next = Int64.min
    for months in covered.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let start = months.lowerBound.start.milliseconds
      if start > next { stretches.append((next, start - 1)) }
      next = max(next, months.upperBound.end.milliseconds)
    }
    stretches.append((next, .max))
    return stretches
  }

  /// From when to when other files have brought bars of the series, in order and apart from each other. A
  /// file of the same name that reached no further is this one before it grew.
  /// - Parameter own: the file's first and last time.
  private func otherFiles(than own: ClosedRange<Int64>) throws -> [ClosedRange<Int64>] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT first, last FROM ingest_series JOIN ingest_run ON ingest_run.id = ingest_run_id
        WHERE series_id = ?1 AND ingest_run_id <> ?2 AND first <= last AND NOT (
          file = (SELECT file FROM ingest_run WHERE id = ?2) AND first >= ?3 AND last <= ?4)
        ORDER BY first
        """,
      arguments: [seriesID, runID, own.lowerBound, own.upperBound])
    var spans: [ClosedRange<Int64>] = []
    for row in rows {
      let (first, last) = (row["first"] as Int64, row["last"] as Int64)
      if let open = spans.last, first <= open.upperBound {
        spans[spans.count - 1] = open.lowerBound...max(open.upperBound, last)
      } else {
        spans.append(first...last)
      }
    }
    return spans
  }

  /// Takes out bars, and keeps them as revisions.
  func remove(_ bars: [StoredBar]) throws {
    guard !bars.isEmpty else { return }
    let keep = try keeping()
    for bar in bars {
      try bind(bar, to: keep)
      try keep.run()
      try db.execute(
        sql: "DELETE FROM bar WHERE series_id = ? AND ts = ?", arguments: [seriesID, bar.time])
    }
  }

  /// Takes out a value, and keeps it as a revision.
  func remove(_ name: String, _ time: Int64, _ value: Double) throws {
    try keep(name, time, value)
    try db.execute(
      sql: "DELETE FROM bar_extra WHERE series_id = ? AND name = ? AND ts = ?",
      arguments: [seriesID, name, time])
  }
}
