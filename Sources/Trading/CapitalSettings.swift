/// What the account starts with, and what it may do: group `capital` of the portfolio file.
public struct CapitalSettings: Sendable, Equatable {
  /// Cash at the start, in `currency`.
  public var cash = 100_000.0
  public var currency = "USD"
  /// Interest on cash, a year, as a fraction.
  public var cashRate = 0.0
  /// Interest on cash that is owed; nil is `cashRate`.
  public var debitRate: Double?
  /// Smallest tradable quantity, of which every position is a multiple: 1 is whole shares, 0 any
  /// fraction.
  public var lot = 0.0
  /// Cash and what may be borrowed to buy with, over equity; 1 borrows nothing.
  public var leverage = 1.0
  /// Equity over the gross value of positions below which a margin call reduces all of them; 0 is none.
  public var maintenance = 0.0
  /// Milliseconds without a bar after which a position is closed at its last price; nil holds it.
  public var delistAfter: Int64?
  /// Part of its last price that a long position loses when it is closed so.
  public var delistLoss = 0.0

  /// A column of the user's own that announces splits: a value other than 1 makes as many units of each
  /// one from the first open after its bar on. For prices that are not adjusted.
  public var splits: String?

  public init() {}

  /// The same account, which buys with its own cash alone.
  public var withoutCredit: CapitalSettings {
    var copy = self
    copy.leverage = 1
    return copy
  }
}
