/// What the program promises its user, and proves on the user's own portfolio.
public enum Promise: Int, Sendable, CaseIterable, Comparable {
  case noLookAhead = 1
  case deterministic
  case batchEqualsStream
  case booksBalance
  case limitsHold
  case nothingFailsSilently
  case honestResults
  case safe

  public var title: String {
    switch self {
    case .noLookAhead: "no look-ahead"
    case .deterministic: "deterministic"
    case .batchEqualsStream: "batch equals stream"
    case .booksBalance: "books balance"
    case .limitsHold: "limits hold"
    case .nothingFailsSilently: "nothing fails silently"
    case .honestResults: "honest results"
    case .safe: "safe"
    }
  }

  public static func < (a: Promise, b: Promise) -> Bool { a.rawValue < b.rawValue }
}
