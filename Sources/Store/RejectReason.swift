import Market

/// Why one row of a file was left out. The other rows are not affected.
public enum RejectReason: Error, Equatable, Sendable {
  case tooFewFields(found: Int, expected: Int)
  case tooManyFields(found: Int, expected: Int)
  case openQuote
  case badTime(String)
  case mixedTimeUnit(String, expected: EpochUnit)
  case offGrid(Timestamp, Timeframe)
  /// A bar that is still forming, or one of the future.
  case notClosed(Timestamp, closes: Timestamp)
  case badSymbol(String)
  case emptyValue(column: String)
  case notANumber(column: String, text: String)
  case notFinite(column: String, text: String)
  case notPositive(column: String, value: Double)
  /// A price outside `prices`, or a volume above `largestVolume`.
  case outOfRange(column: String, value: Double)
  case negativeVolume(Double)
  /// A number above `largestExtra` in a user's column.
  case tooLarge(column: String, text: String)
  case highBelow(high: Double, column: String, value: Double)
  case lowAbove(low: Double, column: String, value: Double)
  case duplicateTime(Timestamp, firstLine: Int)

  /// Wider than any market, and narrow enough that no square or product of what is read overflows.
  static let prices = 1e-15...1e15
  static let largestVolume = 1e18
  /// Of a user's column: its square, summed over a history, is finite.
  static let largestExtra = 1e100
}

/// A row that was left out: its line in the file, 1 is the first, and the reason.
public struct RejectedRow: Equatable, Sendable, CustomStringConvertible {
  public let line: Int
  public let reason: RejectReason

  public init(line: Int, reason: RejectReason) {
    self.line = line
    self.reason = reason
  }

  public var description: String { "line \(line): \(reason)" }
}

extension RejectReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewFields(let found, let expected):
      "\(found) fields, the header names \(expected)"
    case .tooManyFields(let found, let expected):
      "\(found) fields, the header names only \(expected)"
    case .openQuote: "a quote is opened and not closed"
    case .badTime(let text): "time `\(text)` is none that is known (ISO 8601, or an epoch)"
    case .mixedTimeUnit(let text, let expected):
      "time `\(text)` is not in \(expected) as the rows before it"
    case .offGrid(let time, let timeframe): "time \(time) is off the grid of \(timeframe)"
    case .notClosed(let time, let closes):
      "the bar of \(time) closes at \(closes), which has not come yet"
    case .badSymbol(let text): "symbol `\(text)` is not valid"
    case .emptyValue(let column): "\(column) is empty"
    case .notANumber(let column, let text): "\(column) `\(text)` is not a number"
    case .notFinite(let column, let text): "\(column) `\(text)` is not finite"
    case .notPositive(let column, let value): "\(column) \(value) is not positive"
    case .outOfRange("volume", let value):
      "volume \(value) is above \(RejectReason.largestVolume)"
    case .outOfRange(let column, let value):
      "\(column) \(value) is not within \(RejectReason.prices.lowerBound) and "
        + "\(RejectReason.prices.upperBound)"
    case .negativeVolume(let value): "volume \(value) is negative"
    case .tooLarge(let column, let text):
      "\(column) `\(text)` is beyond \(RejectReason.largestExtra)"
    case .highBelow(let high, let column, let value): "high \(high) is below \(column) \(value)"
    case .lowAbove(let low, let column, let value): "low \(low) is above \(column) \(value)"
    case .duplicateTime(let time, let firstLine):
      "time \(time) was on line \(firstLine) already, with other values"
    }
  }
}

extension RejectReason {
  /// What helps where all rows of a file are left out for this reason; nil where the reason says it.
  ///
  /// No date is made of a time that is not midnight: whether a day stamped 15:00 UTC is the day that began
  /// then in Tokyo or the one that ends then, only its source knows.
  var cure: String? {
    guard case .offGrid(let time, let timeframe) = self else { return nil }
    if !timeframe.isIntraday {
      let date = timeframe == .w1 ? "the date of the Monday it begins with" : "its date alone"
      return "a bar of \(timeframe) opens at 00:00\(timeframe == .w1 ? " on a Monday" : ""): write "
        + "\(date), such as 2020-01-06, or name with --timezone the offset at which it is 00:00"
    }
    let finer = Timeframe.all.last { $0 < timeframe && $0.isOnGrid(time) }
    return "name the zone of its times with --timezone if it is not UTC"
      + (finer.map { ", or take bars of \($0), which open at such times" } ?? "")
  }
}
