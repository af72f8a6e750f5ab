public import Market

/// A wish to trade, decided at a close and filled at the next open of the symbol.
public struct Order: Sendable, Equatable, Codable {
  public var symbol: Symbol
  /// Units to buy (positive) or sell (negative).
  public var quantity: Double
  /// The close at which the order was decided.
  public var decidedAt: Timestamp
  public var reason: String

  public init(symbol: Symbol, quantity: Double, decidedAt: Timestamp, reason: String) {
    self.symbol = symbol
    self.quantity = quantity
    self.decidedAt = decidedAt
    self.reason = reason
  }

  /// Whether so much is worth an order: less is what rounding has left of a position.
  /// - Parameters:
  ///   - value: of the trade, in currency.
  ///   - equity: of the account, at least 0.
  @inlinable public static func isWorth(_ value: Double, of equity: Double) -> Bool {
    abs(value) > 1e-12 * equity
  }
}

/// A trade that took place.
public struct Fill: Sendable, Equatable, Codable {
  /// The open of the bar at which it was filled; its close where `isIntrabar`, since nobody knows
  /// before that the bar's range has reached the level.
  public var time: Timestamp
  public var symbol: Symbol
  /// Units bought (positive) or sold (negative).
  public var quantity: Double
  /// Price paid or received, all concessions included.
  public var price: Double
  /// Commission, in currency.
  public var fee: Double
  /// What slippage cost against the open (or the level of a stop), in currency.
  public var slippage: Double
  /// What half the spread cost, in currency.
  public var spread = 0.0
  /// What the size of the fill cost, in currency.
  public var impact = 0.0
  /// What was lost against the last price of a symbol that is traded no more, in currency.
  public var writeOff = 0.0
  /// Whether it was a protective order that the bar's range reached.
  public var isIntrabar = false
  /// The close at which its order was decided, the bar's own where `isIntrabar`; nil where a rule of the
  /// account closed what is traded no more.
  public var decidedAt: Timestamp?
  public var reason: String

  public init(
    time: Timestamp, symbol: Symbol, quantity: Double, price: Double, fee: Double,
    slippage: Double, reason: String
  ) {
    self.time = time
    self.symbol = symbol
    self.quantity = quantity
    self.price = price
    self.fee = fee
    self.slippage = slippage
    self.reason = reason
  }

  /// Whether so much is worth a fill where not all of a purchase can be paid for. One that takes all cash
  /// and credit leaves a 1e-12th of them, and what is a thousand times that is bought no more.
  /// - Parameters:
  ///   - value: of the purchase, in currency.
  ///   - equity: of the account, at least 0.
  @inlinable public static func isWorth(_ value: Double, of equity: Double) -> Bool {
    value > 1e-9 * equity
  }

  /// All that it cost, in currency: the equity at the quoted price falls by this.
  public var cost: Double { fee + slippage + spread + impact + writeOff }
}
