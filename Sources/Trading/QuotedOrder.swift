/// An order that has met a price.
public struct QuotedOrder: Sendable, Equatable {
  /// Index of its symbol in the book.
  public var index: Int
  public var order: Order
  /// The open, or the level of a stop; costs come on top.
  public var price: Double
  /// Units traded in the symbol's last closed bar; 0 where neither impact nor participation is asked
  /// for.
  public var volume: Double

  public init(index: Int, order: Order, price: Double, volume: Double = 0) {
    self.index = index
    self.order = order
    self.price = price
    self.volume = volume
  }
}
