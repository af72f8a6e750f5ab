public import Market

/// A wish to trade, decided at a close and filled at the next open of the symbol.
public struct Order: Sendable, Equatable {
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
}

/// A trade that took place.
public struct Fill: Sendable, Equatable {
  /// The open of the bar at which it was filled.
  public var time: Timestamp
  public var symbol: Symbol
  /// Units bought (positive) or sold (negative).
  public var quantity: Double
  /// Price paid or received, slippage included.
  public var price: Double
  /// Commission, in currency.
  public var fee: Double
  /// What slippage cost against the open, in currency.
  public var slippage: Double
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
}
