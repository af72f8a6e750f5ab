/// What the account starts with: group `capital` of the portfolio file.
public struct CapitalSettings: Sendable, Equatable {
  /// Cash at the start, in `currency`.
  public var cash = 100_000.0
  public var currency = "USD"
  /// Interest on cash, a year, as a fraction.
  public var cashRate = 0.0

  public init() {}
}
