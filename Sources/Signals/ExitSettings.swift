/// When a position is closed: group `exit` of the portfolio file. Nil switches a rule off.
///
/// Rules are checked on closes in the order in which they stand here; the first hit wins.
public struct ExitSettings: Sendable, Equatable {
  /// Gain over the fill price at which profit is taken, as a fraction.
  public var target: Double?
  /// Loss below the fill price at which the position is stopped.
  public var stop: Double?
  /// Fall from the best close since the fill (the fill price to begin with).
  public var trailing: Double?
  /// Leave when the sizing regime's label differs from the one at entry with this confidence.
  public var regimeChange: Double?

  public init() {}

  public var isOff: Bool {
    target == nil && stop == nil && trailing == nil && regimeChange == nil
  }
}
