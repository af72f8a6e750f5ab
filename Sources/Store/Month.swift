import Market

/// A calendar month, UTC: the unit in which bars are digested.
public struct Month: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Year times 12 plus the month from 0, so that months count on without gaps.
  public let index: Int

  public init(index: Int) {
    self.index = index
  }

  public init(containing time: Timestamp) {
    let (year, month, _) = time.civil
    self.index = year * 12 + month - 1
  }

  /// The first instant of the month.
  public var start: Timestamp {
    let year = index >= 0 ? index / 12 : (index - 11) / 12
    return Timestamp(year: year, month: index - year * 12 + 1, day: 1)
  }

  /// The first instant after the month.
  public var end: Timestamp { Month(index: index + 1).start }

  public static func < (a: Month, b: Month) -> Bool { a.index < b.index }

  /// `2018-04`.
  public var description: String { String(start.date.dropLast(3)) }
}
