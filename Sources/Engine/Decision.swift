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
  /// What closed a symbol's position within the bar that closes now; empty where nothing did.
  public var stopped: [Bracket.Trigger?]

  public init(
    step: Int, now: Timestamp, book: Book, lastBars: [Timestamp?],
    stopped: [Bracket.Trigger?] = []
  ) {
    self.step = step
    self.now = now
    self.book = book
    self.lastBars = lastBars
    self.stopped = stopped
  }
}

/// Target weights for some of the symbols, as fractions of equity.
public struct Targets: Sendable, Equatable {
  /// In the order of the book's symbols; nil leaves a symbol, and its pending order, as they are. The
  /// weight that is held leaves the symbol and withdraws the order.
  public var weights: [Double?]
  public var reasons: [String]
  /// The protective orders that stand from the next open on, one entry a symbol; nil leaves those that
  /// stand.
  public var brackets: [Bracket?]?

  public init(weights: [Double?], reasons: [String], brackets: [Bracket?]? = nil) {
    precondition(weights.count == reasons.count)
    precondition(brackets.map { $0.count == weights.count } ?? true)
    self.weights = weights
    self.reasons = reasons
    self.brackets = brackets
  }
}

/// Decides at the close of each primary bar; the engine trades at the next open.
public protocol DecisionMaker: Sendable {
  /// Returns the weights to trade to, or nil to change nothing.
  func decide(_ moment: Moment) async throws -> Targets?
}

/// Decides at the close of each primary bar without waiting for anything: the engine runs it where it
/// stands, at a fraction of what an actor costs a step.
///
/// A value that remembers from close to close what it needs:
/// ```swift
/// struct BuyOnce: SynchronousDecisionMaker {
///   var hasBought = false
///   mutating func decide(_ moment: Moment) -> Targets? {
///     guard !hasBought else { return nil }
///     hasBought = true
///     return Targets(weights: [1], reasons: ["buy and hold"])
///   }
/// }
/// let run = try loop.run(0..<grid.times.count, BuyOnce())
/// ```
public protocol SynchronousDecisionMaker: Sendable {
  /// Returns the weights to trade to, or nil to change nothing.
  mutating func decide(_ moment: Moment) throws -> Targets?
}
