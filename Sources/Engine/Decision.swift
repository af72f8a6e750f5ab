public import Market
public import Trading

/// What a decision maker may look at: the close of one primary bar and the book as it stands there.
public struct Moment: Sendable {
  public var step: Int
  /// The close: everything that is known at it may be used, nothing else.
  public var now: Timestamp
  public var book: Book
  /// Close of each symbol's last bar, nil before its first; a symbol without a bar at this step is
  /// marked at a stale price.
  public var lastBars: [Timestamp?]

  public init(step: Int, now: Timestamp, book: Book, lastBars: [Timestamp?]) {
    self.step = step
    self.now = now
    self.book = book
    self.lastBars = lastBars
  }
}

/// Target weights for some of the symbols, as fractions of equity.
public struct Targets: Sendable, Equatable {
  /// In the order of the book's symbols; nil leaves a symbol, and its pending order, as they are.
  public var weights: [Double?]
  public var reasons: [String]

  public init(weights: [Double?], reasons: [String]) {
    precondition(weights.count == reasons.count)
    self.weights = weights
    self.reasons = reasons
  }
}

/// Decides at the close of each primary bar; the engine trades at the next open.
public protocol DecisionMaker: Sendable {
  /// Returns the weights to trade to, or nil to change nothing.
  func decide(_ moment: Moment) async throws -> Targets?
}
