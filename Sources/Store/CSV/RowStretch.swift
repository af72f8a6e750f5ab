public import Market

/// Rows of a series from one time to another, with the lines that they stand on.
public struct RowStretch: Equatable, Sendable, CustomStringConvertible {
  public let firstLine: Int
  public let first: Timestamp
  public let lastLine: Int
  public let last: Timestamp

  public init(firstLine: Int, first: Timestamp, lastLine: Int, last: Timestamp) {
    self.firstLine = firstLine
    self.first = first
    self.lastLine = lastLine
    self.last = last
  }

  /// `from 1971-01-03T20:00Z (line 2) to 1998-12-14T20:00Z (line 6826)`.
  public var description: String {
    "from \(first) (line \(firstLine)) to \(last) (line \(lastLine))"
  }
}
