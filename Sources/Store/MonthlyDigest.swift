import Market

/// The number of rows of a month and a 64-bit digest over all their values.
struct MonthDigest: Equatable {
  var month: Month
  var rows: Int
  var digest: UInt64
}

/// Digests rows month by month, in order of time.
///
/// SQLite does not notice a flipped bit inside a stored REAL; this does. Each step xors a 64-bit
/// word into the state, multiplies by an odd constant and xors the upper half into the lower: every
/// step is a bijection of the state, so a change of a single word is *always* seen, and an
/// accidental change of several goes unseen once in 2^64. It guards against damage, not against
/// forgery.
struct MonthlyDigest {
  private(set) var months: [MonthDigest] = []
  private var start = Int64.max
  private var end = Int64.min
  private var state: UInt64 = 0
  private var rows = 0

  /// Opens the month that holds `time`, if that is another one than before.
  @inline(__always) private mutating func enter(_ time: Int64) {
    if time >= end || time < start { open(time) }
    rows += 1
    absorb(UInt64(bitPattern: time))
  }

  private mutating func open(_ time: Int64) {
    close()
    let month = Month(containing: Timestamp(milliseconds: time))
    start = month.start.milliseconds
    end = month.end.milliseconds
    months.append(MonthDigest(month: month, rows: 0, digest: 0))
    state = 0x6A09_E667_F3BC_C908
    rows = 0
  }

  private mutating func close() {
    guard !months.isEmpty else { return }
    months[months.count - 1].rows = rows
    months[months.count - 1].digest = state
  }

  @inline(__always) private mutating func absorb(_ word: UInt64) {
    state = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
    state ^= state >> 32
  }

  @inline(__always) mutating func add(time: Int64, value: Double) {
    enter(time)
    absorb(value.bitPattern)
  }

  @inline(__always) mutating func add(_ bar: StoredBar) {
    enter(bar.time)
    absorb(bar.open.bitPattern)
    absorb(bar.high.bitPattern)
    absorb(bar.low.bitPattern)
    absorb(bar.close.bitPattern)
    absorb(bar.volume.bitPattern)
  }

  /// The digests of all months met so far.
  mutating func finish() -> [MonthDigest] {
    close()
    return months
  }

  /// The first month in which two lists in order of time differ, or nil.
  static func firstDifference(_ a: [MonthDigest], _ b: [MonthDigest]) -> Month? {
    for (x, y) in zip(a, b) where x != y { return min(x.month, y.month) }
    if a.count == b.count { return nil }
    return a.count > b.count ? a[b.count].month : b[a.count].month
  }
}

/// One row of table `bar`.
struct StoredBar: Equatable {
  var time: Int64
  var open: Double
  var high: Double
  var low: Double
  var close: Double
  var volume: Double
}
