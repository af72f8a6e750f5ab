/// A column of the user's own beside a series' bars: sentiment, funding, anything that is a number.
///
/// A value belongs to a bar and is known at that bar's close, as the bar is. It holds until the next
/// one is known; before the first there is none.
public struct ExtraColumn: Sendable, Equatable {
  public let name: String
  /// When each value is known, increasing.
  public private(set) var knownAt: [Timestamp] = []
  public private(set) var values: [Double] = []

  public init(name: String) {
    self.name = name
  }

  /// Adds the next value.
  public mutating func append(_ value: Double, knownAt time: Timestamp) {
    precondition(knownAt.last.map { $0 < time } ?? true, "values are in order of time")
    precondition(value.isFinite, "\(value) at \(time) is no number")
    knownAt.append(time)
    values.append(value)
  }

  /// The last value that is known at `now`; nil before the first.
  public func value(at now: Timestamp) -> Double? {
    let known = countKnown(knownAt.count, at: now) { knownAt[$0] }
    return known > 0 ? values[known - 1] : nil
  }

  /// The column as it was known at `now`.
  public func known(at now: Timestamp) -> ExtraColumn {
    let known = countKnown(knownAt.count, at: now) { knownAt[$0] }
    var copy = ExtraColumn(name: name)
    copy.knownAt = Array(knownAt.prefix(known))
    copy.values = Array(values.prefix(known))
    return copy
  }
}
