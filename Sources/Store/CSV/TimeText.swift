import Market

/// The unit of times written as a count since the epoch.
public enum EpochUnit: String, Sendable, CustomStringConvertible {
  case seconds
  case milliseconds
  case microseconds
  case nanoseconds

  public var description: String { rawValue }

  /// The unit that puts a count between 1971 and 2286; nil where two would do, or none.
  init?(of count: Int64) {
    switch count.magnitude {
    case ..<10_000_000_000: self = .seconds
    case 100_000_000_000..<10_000_000_000_000: self = .milliseconds
    case 100_000_000_000_000..<10_000_000_000_000_000: self = .microseconds
    case 100_000_000_000_000_000...: self = .nanoseconds
    default: return nil
    }
  }

  /// The instant in milliseconds; nil if it lies between two of them.
  func milliseconds(_ count: Int64) -> Int64? {
    switch self {
    case .seconds: return count * 1000
    case .milliseconds: return count
    case .microseconds: return count % 1000 == 0 ? count / 1000 : nil
    case .nanoseconds: return count % 1_000_000 == 0 ? count / 1_000_000 : nil
    }
  }
}

/// Reads the times of one file.
///
/// Epochs of a single unit, which the first one decides; ISO 8601 dates and times, also with `/` or
/// `.` between year, month and day, in which a date without a zone is in the file's own;
/// `YYYYMMDD`.
struct TimeText {
  /// An instant, and how far the clock it was written by was ahead of UTC.
  struct Reading {
    var utc: Int64
    var offset: Int64
  }

  enum Failure: Error {
    case unknown
    case otherUnit(EpochUnit)
  }

  /// Milliseconds that the clock of times without a zone is ahead of UTC.
  let zone: Int64
  private(set) var unit: EpochUnit?
  private(set) var hasCivilTimes = false
  private(set) var hasZonelessTimes = false
  /// The last date read: rows of one day follow each other.
  private var cachedDate: UInt64 = 0
  private var cachedDay: Int64 = 0

  init(zone: Int64) {
    self.zone = zone
  }

  mutating func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) throws(Failure) -> Reading {
    if end - start >= 8, start + 4 < end, DecimalText.integer(bytes, start, start + 4) != nil,
      bytes[start + 4] == UInt8(ascii: "-") || bytes[start + 4] == UInt8(ascii: "/")
        || bytes[start + 4] == UInt8(ascii: ".")
    {
      return try civil(bytes, start, end)
    }
    return try count(bytes, start, end)
  }

  private mutating func count(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) throws(Failure) -> Reading {
    var last = end
    // A table that went through floating point writes `1502928000.0`.
    while last > start + 1, bytes[last - 1] == UInt8(ascii: "0") { last -= 1 }
    last = last > start && bytes[last - 1] == UInt8(ascii: ".") ? last - 1 : end
    guard let value = nineteenDigits(bytes, start, last) else { throw .unknown }
    if unit == nil, last - start == 8, (19_000_101...21_001_231).contains(value) {
      let (year, month, day) = (Int(value / 10_000), Int(value / 100 % 100), Int(value % 100))
      guard let midnight = TimeText.midnight(year, month, day) else { throw .unknown }
      hasCivilTimes = true
      hasZonelessTimes = true
      return Reading(utc: midnight - zone, offset: zone)
    }
    guard !hasCivilTimes, let own = EpochUnit(of: value) else { throw .unknown }
    if let unit, unit != own { throw .otherUnit(unit) }
    guard let utc = own.milliseconds(value) else { throw .unknown }
    unit = own
    return Reading(utc: utc, offset: 0)
  }

  private func nineteenDigits(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    guard end - start == 19 else { return DecimalText.integer(bytes, start, end) }
    guard let head = DecimalText.integer(bytes, start, start + 18),
      let tail = DecimalText.integer(bytes, start + 18, end), head >= 0, tail >= 0
    else { return nil }
    let (high, overflow) = head.multipliedReportingOverflow(by: 10)
    let (sum, carry) = high.addingReportingOverflow(tail)
    return overflow || carry ? nil : sum
  }

  private static func midnight(_ year: Int, _ month: Int, _ day: Int) -> Int64? {
    guard (1...12).contains(month), (1...31).contains(day), (1800...2300).contains(year) else {
      return nil
    }
    let time = Timestamp(year: year, month: month, day: day)
    return time.civil == (year, month, day) ? time.milliseconds : nil
  }

  private mutating func civil(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) throws(Failure) -> Reading {
    guard unit == nil else { throw .unknown }
    var i = start
    func two(_ at: Int) -> Int? {
      guard at + 2 <= end else { return nil }
      return DecimalText.integer(bytes, at, at + 2).flatMap { $0 < 0 ? nil : Int($0) }
    }
    guard end - start >= 10, bytes[start + 7] == bytes[start + 4] else { throw .unknown }
    var key: UInt64 = 0
    for j in [0, 1, 2, 3, 5, 6, 8, 9] { key = key << 8 | UInt64(bytes[start + j]) }
    if key != cachedDate {
      guard let year = DecimalText.integer(bytes, start, start + 4), let month = two(start + 5),
        let day = two(start + 8), let midnight = TimeText.midnight(Int(year), month, day)
      else { throw .unknown }
      cachedDate = key
      cachedDay = midnight
    }
    i = start + 10
    var local = cachedDay
    hasCivilTimes = true
    if i == end {
      hasZonelessTimes = true
      return Reading(utc: local - zone, offset: zone)
    }
    guard bytes[i] == UInt8(ascii: "T") || bytes[i] == UInt8(ascii: " "),
      let hour = two(i + 1), hour < 24, i + 3 < end, bytes[i + 3] == UInt8(ascii: ":"),
      let minute = two(i + 4), minute < 60
    else { throw .unknown }
    local += Int64(hour) * 3_600_000 + Int64(minute) * 60_000
    i += 6
    if i < end, bytes[i] == UInt8(ascii: ":") {
      guard let second = two(i + 1), second < 60 else { throw .unknown }
      local += Int64(second) * 1000
      i += 3
      if i < end, bytes[i] == UInt8(ascii: ".") {
        i += 1
        var scale: Int64 = 100
        let first = i
        while i < end, bytes[i] >= UInt8(ascii: "0"), bytes[i] <= UInt8(ascii: "9") {
          local += Int64(bytes[i] - UInt8(ascii: "0")) * scale
          scale /= 10
          i += 1
        }
        guard i > first else { throw .unknown }
      }
    }
    if i < end, bytes[i] == UInt8(ascii: " ") { i += 1 }
    if i == end {
      hasZonelessTimes = true
      return Reading(utc: local - zone, offset: zone)
    }
    guard let offset = TimeText.zone(DecimalText.text(bytes, i, end)) else { throw .unknown }
    return Reading(utc: local - offset, offset: offset)
  }

  /// Milliseconds east of UTC of `Z`, `UTC`, `+02:00`, `-0530`, `+2`; nil for anything else.
  static func zone(_ text: String) -> Int64? {
    if ["Z", "UTC", "GMT"].contains(text.uppercased()) { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let rest = text.dropFirst()
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    let digits = rest.filter { $0 != ":" }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), parts.count <= 2,
      parts.count == 1 || (parts[0].count <= 2 && parts[1].count == 2)
    else { return nil }
    let minutes: Int?
    switch (parts.count, digits.count) {
    case (1, 1...2): minutes = Int(digits).map { $0 * 60 }
    case (1, 4), (2, 3...4):
      minutes = Int(digits).flatMap { $0 % 100 < 60 ? $0 / 100 * 60 + $0 % 100 : nil }
    default: minutes = nil
    }
    guard let minutes, minutes <= 14 * 60 else { return nil }
    return Int64(sign == "-" ? -minutes : minutes) * 60_000
  }
}
