public import Market

/// A stock split: from the open of a bar on, each unit is `ratio` units at a price as much lower.
public struct Split: Sendable, Equatable, Codable {
  public var symbol: Symbol
  /// It counts from the first open at or after this time.
  public var time: Timestamp
  /// New units for one old: 2 halves the price, .1 is a reverse split.
  public var ratio: Double

  public init(symbol: Symbol, time: Timestamp, ratio: Double) {
    precondition(ratio > 0 && ratio.isFinite, "a split by \(ratio)")
    self.symbol = symbol
    self.time = time
    self.ratio = ratio
  }
}
