/// Civil dates: ISO 8601 in and out, without Foundation.
///
/// The day count is the era method of Howard Hinnant, "chrono-compatible low-level date algorithms"
/// (2013): a year that starts in March puts the leap day last.
extension Timestamp {
  static func daysFromCivil(year: Int, month: Int, day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func civil(fromDay day: Int) -> (year: Int, month: Int, day: Int) {
    let z = day + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted + (shifted < 10 ? 3 : -9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// Year, month (1...12) and day of the month, UTC.
  public var civil: (year: Int, month: Int, day: Int) {
    Timestamp.civil(fromDay: Int(day))
  }

  /// `2018-04-01`.
  public var date: String {
    let (year, month, day) = civil
    return "\(Timestamp.padded(year, 4))-\(Timestamp.padded(month, 2))-\(Timestamp.padded(day, 2))"
  }

  /// Reads `2018-04-01`, `2018-04-01 13:30`, `2018-04-01T13:30:05.250Z`, `... +02:00`.
  ///
  /// A time without a zone is UTC. Returns nil for anything else, a 30th of February included.
  public init?(iso text: some StringProtocol) {
    var reader = DigitReader(text.utf8)
    guard let year = reader.number(digits: 4), reader.skip(UInt8(ascii: "-")),
      let month = reader.number(digits: 2), (1...12).contains(month),
      reader.skip(UInt8(ascii: "-")),
      let day = reader.number(digits: 2), day >= 1
    else { return nil }
    let start = Timestamp(year: year, month: month, day: day)
    guard start.civil == (year, month, day) else { return nil }
    if reader.isAtEnd {
      self = start
      return
    }
    guard reader.skip(UInt8(ascii: "T")) || reader.skip(UInt8(ascii: " ")),
      let hour = reader.number(digits: 2), hour < 24, reader.skip(UInt8(ascii: ":")),
      let minute = reader.number(digits: 2), minute < 60
    else { return nil }
    var milliseconds = Int64(hour * 3_600_000 + minute * 60_000)
    if reader.skip(UInt8(ascii: ":")) {
      guard let second = reader.number(digits: 2), second < 60 else { return nil }
      milliseconds += Int64(second * 1000)
      if reader.skip(UInt8(ascii: ".")) {
        guard let fraction = reader.fractionInThousandths() else { return nil }
        milliseconds += Int64(fraction)
      }
    }
    guard let offset = reader.zoneOffsetInMinutes() else { return nil }
    self = start + milliseconds - Int64(offset) * 60_000
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(abs(value))
    let sign = value < 0 ? "-" : ""
    return sign + String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Timestamp: CustomStringConvertible {
  /// `2018-04-01T13:30Z`; seconds and milliseconds only where they are not zero.
  public var description: String {
    let rest = millisecondOfDay
    let (hour, minute) = (Int(rest / 3_600_000), Int(rest / 60_000 % 60))
    let (second, milli) = (Int(rest / 1000 % 60), Int(rest % 1000))
    var text = "\(date)T\(Timestamp.padded(hour, 2)):\(Timestamp.padded(minute, 2))"
    if second != 0 || milli != 0 {
      text += ":\(Timestamp.padded(second, 2))"
    }
    if milli != 0 {
      text += ".\(Timestamp.padded(milli, 3))"
    }
    return text + "Z"
  }
}

/// Walks over ASCII digits and marks.
private struct DigitReader {
  private var bytes: [UInt8]
  private var position = 0

  init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func number(digits: Int) -> Int? {
    guard position + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + digits] {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    position += digits
    return value
  }

  /// One to nine digits after a decimal point, cut to thousandths.
  mutating func fractionInThousandths() -> Int? {
    var value = 0
    var count = 0
    while count < 9, let digit = number(digits: 1) {
      if count < 3 { value = value * 10 + digit }
      count += 1
    }
    guard count > 0 else { return nil }
    for _ in count..<max(count, 3) { value *= 10 }
    return value
  }

  /// Nothing or `Z` is 0; `+02:00`, `-0530` and `+00` are minutes east of UTC.
  mutating func zoneOffsetInMinutes() -> Int? {
    if isAtEnd { return 0 }
    if skip(UInt8(ascii: "Z")) { return isAtEnd ? 0 : nil }
    let sign: Int
    if skip(UInt8(ascii: "+")) {
      sign = 1
    } else if skip(UInt8(ascii: "-")) {
      sign = -1
    } else {
      return nil
    }
    guard let hours = number(digits: 2), hours < 24 else { return nil }
    if isAtEnd { return sign * hours * 60 }
    _ = skip(UInt8(ascii: ":"))
    guard let minutes = number(digits: 2), minutes < 60, isAtEnd else { return nil }
    return sign * (hours * 60 + minutes)
  }
}
