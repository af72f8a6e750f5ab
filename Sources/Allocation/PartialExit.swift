/// A part of a position that an exit rule has closed. Its place waits in cash: the symbol's weight is
/// scaled by what is kept, after sizing and before the limits, and no other symbol's grows.
public struct PartialExit: Sendable, Equatable {
  public var rule: String
  /// The share that is left, above 0.
  public var kept: Double
  /// Whether the part is closed at this decision: it then trades whatever the no-trade band.
  public var isNow: Bool

  public init(rule: String, kept: Double, isNow: Bool) {
    self.rule = rule
    self.kept = kept
    self.isNow = isNow
  }
}
