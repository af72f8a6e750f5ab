import Market
import Yams

/// A length of time as written: a count of bars, or a time such as `7d`.
enum SettingDuration: Sendable, Equatable {
  case bars(Double)
  case milliseconds(Int64)

  private static let units: [(suffix: String, milliseconds: Int64)] = [
    ("w", 7 * Timestamp.millisecondsPerDay), ("d", Timestamp.millisecondsPerDay),
    ("h", 3_600_000), ("m", 60_000),
  ]

  /// Reads `24`, `12h`, `7d`; nil for anything else, zero and less included.
  init?(_ text: String) {
    if let bars = NumberText.double(text) {
      guard bars > 0, bars <= 1_000_000_000 else { return nil }
      self = .bars(bars)
      return
    }
    guard let unit = SettingDuration.units.first(where: { text.hasSuffix($0.suffix) }),
      let count = NumberText.integer(String(text.dropLast())), count > 0, count <= 1_000_000
    else { return nil }
    self = .milliseconds(Int64(count) * unit.milliseconds)
  }

  /// A hundred years.
  private static let longest = 36_525 * Timestamp.millisecondsPerDay

  /// The time, where bars of a timeframe are counted.
  /// - Throws: `ValueProblem` for what is shorter than a bar or longer than a hundred years: the first
  ///   would be no time at all, the second all of history.
  func milliseconds(bar: Timeframe) throws(ValueProblem) -> Int64 {
    let time =
      switch self {
      case .bars(let count): Int64((count * Double(bar.milliseconds)).rounded())
      case .milliseconds(let written): written
      }
    guard time >= bar.milliseconds else {
      throw ValueProblem(message: "\(text) is shorter than a bar of \(bar); write 1 or more")
    }
    guard time <= SettingDuration.longest else {
      throw ValueProblem(message: "\(text) is longer than 100 years; write 36525d or less")
    }
    return time
  }

  /// The longest unit up to a day that divides the time; minutes divide every timeframe.
  static func text(milliseconds: Int64) -> String? {
    for unit in units.dropFirst() where milliseconds % unit.milliseconds == 0 {
      return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
    }
    return nil
  }

  var text: String {
    switch self {
    case .bars(let count): YAMLText.number(count)
    case .milliseconds(let time): SettingDuration.text(milliseconds: time) ?? "\(time / 60_000)m"
    }
  }
}

extension SettingKind where Value == SettingDuration {
  /// - Parameter bars: what a bare number counts: `bars of the primary timeframe`.
  static func duration(_ bars: String) -> SettingKind {
    SettingKind(
      allowed: "a number of \(bars) from 1 on, or a time such as 12h or 7d",
      read: { node throws(ValueProblem) in
        guard let value = node.text.flatMap(SettingDuration.init) else {
          throw ValueProblem(found: node)
        }
        return value
      },
      write: \.text)
  }
}

extension SettingKind where Value == Int64 {
  /// A length of time in milliseconds, of whole days, a hundred years at most.
  static var days: SettingKind {
    SettingKind(
      allowed: "a number of days such as 91d",
      read: { node throws(ValueProblem) in
        guard let length = node.text.flatMap(SettingDuration.init),
          case .milliseconds(let time) = length, time % Timestamp.millisecondsPerDay == 0
        else { throw ValueProblem(found: node) }
        return try length.milliseconds(bar: .d1)
      },
      write: { "\($0 / Timestamp.millisecondsPerDay)d" })
  }
}

extension SettingKind where Value == Timestamp {
  static var date: SettingKind {
    SettingKind(
      allowed: "a date such as 2018-04-01",
      read: { node throws(ValueProblem) in
        guard let value = node.text.flatMap({ Timestamp(iso: $0) }) else {
          throw ValueProblem(found: node)
        }
        return value
      },
      write: { $0.millisecondOfDay == 0 ? $0.date : $0.description })
  }
}

extension SettingKind where Value == Timeframe {
  static var timeframe: SettingKind {
    let names = Timeframe.all.map(\.name).joined(separator: ", ")
    return SettingKind(
      allowed: "a timeframe (\(names))",
      read: { node throws(ValueProblem) in
        guard let value = node.text.flatMap({ Timeframe($0) }) else {
          throw ValueProblem(found: node)
        }
        return value
      },
      write: \.name)
  }
}
