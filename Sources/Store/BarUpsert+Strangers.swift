import GRDB
import Market

/// Stored rows that no file has brought: written by another program, or carried off by a flipped bit in
/// their time. A file that shows what was there takes them out, and they are kept as revisions.
extension BarUpsert {
  /// The damaged months of which the file holds just the rows that were there, by their digest, or any of
  /// a month that has none: what else is stored in them was never ingested.
  func rebuilt(
    by own: [MonthDigest], _ before: [MonthDigest], _ digests: [MonthDigest]
  ) -> [Month] {
    guard before != digests else { return [] }
    return before.filter { month in
      guard let stored = digests.first(where: { $0.month == month.month }) else { return true }
      return month != stored && own.contains(stored)
    }
    .map(\.month)
  }

  static func holds(_ months: [Month], _ time: Int64) -> Bool {
    !months.isEmpty && months.contains(Month(containing: Timestamp(milliseconds: time)))
  }

  /// Takes out bars before the first digest and after the last, such as one whose time a flipped bit has
  /// carried off.
  func removeUndigested() throws -> Int {
    guard let (start, end) = try digested(name: "") else { return 0 }
    let early = try BarDatabase.load(seriesID, from: .min, to: start - 1, db)
    let late = try BarDatabase.load(seriesID, from: end, to: .max, db)
    let strangers = (0..<early.count).map { early[$0] } + (0..<late.count).map { late[$0] }
    try remove(strangers)
    return strangers.count
  }

  /// The same for a user's column.
  func removeUndigested(_ name: String) throws -> Int {
    guard let (start, end) = try digested(name: name) else { return 0 }
    let early = try BarDatabase.loadExtra(seriesID, name, from: .min, to: start - 1, db)
    let late = try BarDatabase.loadExtra(seriesID, name, from: end, to: .max, db)
    for part in [early, late] {
      for (time, value) in zip(part.times, part.values) { try remove(name, time, value) }
    }
    return early.times.count + late.times.count
  }

  /// From the first digested month to the end of the last; nil where there is none.
  private func digested(name: String) throws -> (start: Int64, end: Int64)? {
    func month(_ which: String) throws -> Int? {
      try Int.fetchOne(
        db, sql: "SELECT \(which)(month) FROM bar_digest WHERE series_id = ? AND name = ?",
        arguments: [seriesID, name])
    }
    guard let first = try month("min"), let last = try month("max") else { return nil }
    return (Month(index: first).start.milliseconds, Month(index: last).end.milliseconds)
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
