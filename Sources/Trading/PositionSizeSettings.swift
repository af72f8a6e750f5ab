/// How large a position is that a rule opens by itself, without an allocation: keys `sizing.rule` and
/// `sizing.notional` of the portfolio file.
public struct PositionSizeSettings: Sendable, Equatable {
  public enum Rule: String, Sendable, CaseIterable {
    /// No rule opens positions: the allocation sizes them.
    case allocation
    /// The same value in currency each time.
    case notional
    /// The same part of the equity each time.
    case fixed
  }

  public var rule = Rule.allocation
  /// Value of a new position, in currency.
  public var notional = 10_000.0

  public init() {}

  /// Weight of a new position; 0 for an account without equity.
  /// - Parameter base: part of the equity, for the rule `fixed`.
  public func weight(equity: Double, base: Double) -> Double {
    guard equity > 0 else { return 0 }
    return switch rule {
    case .allocation: 0
    case .notional: notional / equity
    case .fixed: base
    }
  }
}
