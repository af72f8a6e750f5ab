import GRDB
import Market

/// Merges a file's bars into a stored series, inside a transaction.
///
/// The stored bars of the months that the file touches are read once and merged in memory, both
/// sides being in order of time. New bars go in by one statement; a bar with other values is kept
/// in `bar_revision` and replaced. The digests of the months follow from the merge, not from what
/// SQLite says it has stored.
struct BarUpsert {
  let db: Database
  let seriesID: Int64
  let runID: Int64

  struct Counts {
    var inserted = 0
    var unchanged = 0
    var revised = 0
    /// Stored rows that no file has brought: damage, taken out and kept as revisions.
    var removed = 0
    /// Moves of the close into, between and out of the file's bars that are hardly a market's.
    var suspectMoves: [CloseMove] = []
  }

  /// A month of stored rows that matches neither its digest nor, wholly, the file.
  struct StillDamaged: Error {
    let month: Month
  }

  func merge(_ batch: BarBatch) throws -> Counts {
    guard let first = batch.times.first, let last = batch.times.last else { return Counts() }
    let (from, to) = (
      Month(containing: .init(milliseconds: first)), Month(containing: .init(milliseconds: last))
    )
    let removed = try removeStrangers(outside: from...to, first...last)
    let stored = try BarDatabase.load(
      seriesID, from: from.start.milliseconds, to: to.end.milliseconds - 1, db)
    let digests = try BarDatabase.digests(seriesID, name: "", from: from, to: to, db)
    var counts = Counts()
    counts.removed = removed
    if stored.count == 0, digests.isEmpty {
      try BatchTable.insert(batch, into: seriesID, db)
      counts.inserted = batch.count
      counts.suspectMoves = try suspectMoves(batch, from: first, to: last)
      try write(batch.digests, replacing: [], name: "")
      return counts
    }
    var new = BarBatch()
    var revised: [(old: StoredBar, new: StoredBar)] = []
    var merged = BarBatch()
    merged.reserve(stored.count + batch.count)
    var untouched: [Int64] = []
    var taken: [StoredBar] = []
    let strangers = try strangers(
      own: batch.digests, over: first...last, before: stored.digests, digests)
    var i = 0
    var j = 0
    while i < stored.count || j < batch.count {
      if j == batch.count || (i < stored.count && stored.times[i] < batch.times[j]) {
        if strangers.contains(stored.times[i]) {
          taken.append(stored[i])
        } else {
          merged.append(stored[i])
          untouched.append(stored.times[i])
        }
        i += 1
      } else if i == stored.count || batch.times[j] < stored.times[i] {
        merged.append(batch[j])
        new.append(batch[j])
        j += 1
      } else {
        let (old, bar) = (stored[i], batch[j])
        merged.append(bar)
        if old == bar { counts.unchanged += 1 } else { revised.append((old, bar)) }
        i += 1
        j += 1
      }
    }
    let after = merged.digests
    try refuseDamage(before: stored.digests, digests, after: after, untouched: untouched)
    try BatchTable.insert(new, into: seriesID, db)
    try revise(revised)
    try remove(taken)
    try write(after, replacing: digests, name: "")
    counts.suspectMoves = try suspectMoves(merged, from: first, to: last)
    counts.removed += taken.count
    counts.inserted = new.count
    counts.revised = revised.count
    return counts
  }

  func merge(_ batch: ExtraBatch) throws -> Counts {
    guard let first = batch.times.first, let last = batch.times.last else { return Counts() }
    let (from, to) = (
      Month(containing: .init(milliseconds: first)), Month(containing: .init(milliseconds: last))
    )
    let removed = try removeStrangers(batch.name, outside: from...to, first...last)
    let stored = try BarDatabase.loadExtra(
      seriesID, batch.name, from: from.start.milliseconds, to: to.end.milliseconds - 1, db)
    let digests = try BarDatabase.digests(seriesID, name: batch.name, from: from, to: to, db)
    var counts = Counts()
    counts.removed = removed
    var merged = ExtraBatch(name: batch.name)
    var untouched: [Int64] = []
    let strangers = try strangers(
      own: batch.digests, over: first...last, before: stored.digests, digests)
    let insert = try RawStatement(
      db, "INSERT INTO bar_extra (series_id, name, ts, value) VALUES (?1, ?2, ?3, ?4)")
    try insert.bind(seriesID, at: 1)
    try insert.bind(batch.name, at: 2)
    var i = 0
    var j = 0
    while i < stored.times.count || j < batch.times.count {
      if j == batch.times.count || (i < stored.times.count && stored.times[i] < batch.times[j]) {
        if strangers.contains(stored.times[i]) {
          try remove(batch.name, stored.times[i], stored.values[i])
          counts.removed += 1
          i += 1
          continue
        }
        merged.times.append(stored.times[i])
        merged.values.append(stored.values[i])
        untouched.append(stored.times[i])
        i += 1
        continue
      }
      let (time, value) = (batch.times[j], batch.values[j])
      merged.times.append(time)
      merged.values.append(value)
      j += 1
      if i == stored.times.count || time < stored.times[i] {
        try insert.bind(time, at: 3)
        try insert.bind(value, at: 4)
        try insert.run()
        counts.inserted += 1
        continue
      }
      if stored.values[i].bitPattern == value.bitPattern {
        counts.unchanged += 1
      } else {
        try revise(batch.name, time, stored.values[i], value)
        counts.revised += 1
      }
      i += 1
    }
    let after = merged.digests
    try refuseDamage(before: stored.digests, digests, after: after, untouched: untouched)
    try write(after, replacing: digests, name: batch.name)
    return counts
  }

  /// A damaged month may only be written over if the file brings all its rows, or brings back
  /// exactly what was there: a new digest must never bless a damaged row.
  private func refuseDamage(
    before: [MonthDigest], _ digests: [MonthDigest], after: [MonthDigest], untouched: [Int64]
  ) throws {
    guard before != digests else { return }
    for month in Set(before.map(\.month)).union(digests.map(\.month)).sorted() {
      let stored = digests.first { $0.month == month }
      if before.first(where: { $0.month == month }) == stored { continue }
      if let stored, after.first(where: { $0.month == month }) == stored { continue }
      let (start, end) = (month.start.milliseconds, month.end.milliseconds)
      let bringsAll = !untouched.contains { $0 >= start && $0 < end }
      let rows = after.first { $0.month == month }?.rows ?? 0
      guard bringsAll, rows >= (stored?.rows ?? 0) else { throw StillDamaged(month: month) }
    }
  }

  /// Moves beyond `CloseMove.suspectFactor` of which one side at least is the file's.
  /// - Parameter bars: whole months, with the file's bars in them.
  private func suspectMoves(
    _ bars: BarBatch, from first: Int64, to last: Int64
  ) throws -> [CloseMove] {
    var moves: [CloseMove] = []
    func add(_ from: Double, to close: Double, at time: Int64) {
      let move = CloseMove(time: Timestamp(milliseconds: time), from: from, to: close)
      if move.factor > CloseMove.suspectFactor { moves.append(move) }
    }
    if bars.times[0] == first {
      let before = try Double.fetchOne(
        db, sql: "SELECT close FROM bar WHERE series_id = ? AND ts < ? ORDER BY ts DESC LIMIT 1",
        arguments: [seriesID, first])
      if let before { add(before, to: bars.closes[0], at: first) }
    }
    for i in 1..<max(1, bars.count) where bars.times[i] >= first && bars.times[i - 1] <= last {
      add(bars.closes[i - 1], to: bars.closes[i], at: bars.times[i])
    }
    if bars.times[bars.count - 1] == last {
      let after = try Row.fetchOne(
        db, sql: "SELECT ts, close FROM bar WHERE series_id = ? AND ts > ? ORDER BY ts LIMIT 1",
        arguments: [seriesID, last])
      if let after { add(bars.closes[bars.count - 1], to: after["close"], at: after["ts"]) }
    }
    return moves
  }

  /// The statement that keeps a bar as a revision.
  func keeping() throws -> RawStatement {
    let keep = try RawStatement(
      db,
      """
      INSERT INTO bar_revision
        (series_id, ts, revision, open, high, low, close, volume, ingest_run_id)
      SELECT ?1, ?2, 1 + coalesce(max(revision), 0), ?3, ?4, ?5, ?6, ?7, ?8
      FROM bar_revision WHERE series_id = ?1 AND ts = ?2
      """)
    try keep.bind(runID, at: 8)
    return keep
  }

  private func revise(_ changes: [(old: StoredBar, new: StoredBar)]) throws {
    guard !changes.isEmpty else { return }
    let keep = try keeping()
    let update = try RawStatement(
      db,
      """
      UPDATE bar SET open = ?3, high = ?4, low = ?5, close = ?6, volume = ?7
      WHERE series_id = ?1 AND ts = ?2
      """)
    for (old, new) in changes {
      try bind(old, to: keep)
      try keep.run()
      try bind(new, to: update)
      try update.run()
    }
  }

  func bind(_ bar: StoredBar, to statement: borrowing RawStatement) throws {
    try statement.bind(seriesID, at: 1)
    try statement.bind(bar.time, at: 2)
    try statement.bind(bar.open, at: 3)
    try statement.bind(bar.high, at: 4)
    try statement.bind(bar.low, at: 5)
    try statement.bind(bar.close, at: 6)
    try statement.bind(bar.volume, at: 7)
  }

  private func revise(_ name: String, _ time: Int64, _ old: Double, _ new: Double) throws {
    try keep(name, time, old)
    try db.execute(
      sql: "UPDATE bar_extra SET value = ? WHERE series_id = ? AND name = ? AND ts = ?",
      arguments: [new, seriesID, name, time])
  }

  /// Keeps a value of a user's column as a revision.
  func keep(_ name: String, _ time: Int64, _ value: Double) throws {
    try db.execute(
      sql: """
        INSERT INTO bar_extra_revision (series_id, name, ts, revision, value, ingest_run_id)
        SELECT ?1, ?2, ?3, 1 + coalesce(max(revision), 0), ?4, ?5
        FROM bar_extra_revision WHERE series_id = ?1 AND name = ?2 AND ts = ?3
        """,
      arguments: [seriesID, name, time, value, runID])
  }

  private func write(
    _ digests: [MonthDigest], replacing old: [MonthDigest], name: String
  ) throws {
    for digest in digests where !old.contains(digest) {
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO bar_digest (series_id, name, month, rows, digest)
          VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [
          seriesID, name, digest.month.index, digest.rows, Int64(bitPattern: digest.digest),
        ])
    }
  }
}
