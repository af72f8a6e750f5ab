import Market

/// Why one row of a file was left out. The other rows are not affected.
public enum RejectReason: Error, Equatable, Sendable {
  case tooFewFields(found: Int, expected: Int)
  case tooManyFields(found: Int, expected: Int)
  case openQuote
  case badTime(String)
  case mixedTimeUnit(String, expected: EpochUnit)
  case offGrid(Timestamp, Timeframe)
  case badSymbol(String)
  case emptyValue(column: String)
  case notANumber(column: String, text: String)
  case notFinite(column: String, text: String)
  case notPositive(column: String, value: Double)
  case negativeVolume(Double)
  case highBelow(high: Double, column: String, value: Double)
  case lowAbove(low: Double, column: String, value: Double)
  case duplicateTime(Timestamp, firstLine: Int)
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
    case .badSymbol(let text): "symbol `\(text)` is not valid"
    case .emptyValue(let column): "\(column) is empty"
    case .notANumber(let column, let text): "\(column) `\(text)` is not a number"
    case .notFinite(let column, let text): "\(column) `\(text)` is not finite"
    case .notPositive(let column, let value): "\(column) \(value) is not positive"
    case .negativeVolume(let value): "volume \(value) is negative"
    case .highBelow(let high, let column, let value): "high \(high) is below \(column) \(value)"
    case .lowAbove(let low, let column, let value): "low \(low) is above \(column) \(value)"
    case .duplicateTime(let time, let firstLine):
      "time \(time) was on line \(firstLine) already, with other values"
    }
  }
}
