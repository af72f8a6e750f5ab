/// An instant: milliseconds since 1970-01-01T00:00Z. Always UTC; no clock and no time zone.
public struct Timestamp: Hashable, Comparable, Sendable {
  public let milliseconds: Int64

  @inlinable public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  @inlinable public init(seconds: Int64) {
    self.milliseconds = seconds * 1000
  }

  /// The instant of a civil date and time in the proleptic Gregorian calendar, UTC.
  public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    let days = Timestamp.daysFromCivil(year: year, month: month, day: day)
    let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    self.milliseconds = seconds * 1000
  }

  @inlinable public static func < (a: Timestamp, b: Timestamp) -> Bool {
    a.milliseconds < b.milliseconds
  }

  /// The instant `milliseconds` later.
  @inlinable public static func + (a: Timestamp, milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: a.milliseconds + milliseconds)
  }

  /// The instant `milliseconds` earlier.
  @inlinable public static func - (a: Timestamp, milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: a.milliseconds - milliseconds)
  }

  /// The milliseconds from `b` to `a`.
  @inlinable public static func - (a: Timestamp, b: Timestamp) -> Int64 {
    a.milliseconds - b.milliseconds
  }

  public static let distantPast = Timestamp(milliseconds: .min / 4)
  public static let distantFuture = Timestamp(milliseconds: .max / 4)

  public static let millisecondsPerDay: Int64 = 86_400_000

  /// Days since 1970-01-01, rounded down.
  public var day: Int64 {
    Timestamp.floorDivide(milliseconds, Timestamp.millisecondsPerDay)
  }

  /// Milliseconds since midnight UTC, in `0 ..< 86 400 000`.
  public var millisecondOfDay: Int64 {
    milliseconds - day * Timestamp.millisecondsPerDay
  }

  /// 0 is Monday, 6 is Sunday.
  public var weekday: Int {
    // 1970-01-01 was a Thursday.
    Int(((day + 3) % 7 + 7) % 7)
  }

  static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let quotient = a / b
    return (a % b != 0 && (a < 0) != (b < 0)) ? quotient - 1 : quotient
  }
}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }
}
