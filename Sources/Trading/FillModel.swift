public import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// Turns orders into fills at the open of the next bar.
///
/// A buy fills above the open by the slippage, a sale below it; commission comes on top. Within one
/// open, sales come before buys, each in the order of symbols, so that the result does not depend on
/// the order of arrival. Buys that cash cannot pay for are all scaled by one factor.
public struct FillModel: Sendable {
  public var costs: CostSettings

  public init(costs: CostSettings) {
    self.costs = costs
  }

  /// The fill of one order at an open.
  public func fill(_ order: Order, open: Double, at time: Timestamp, quantity: Double) -> Fill {
    let price = quantity > 0 ? open * (1 + costs.slippage) : open * (1 - costs.slippage)
    return Fill(
      time: time, symbol: order.symbol, quantity: quantity, price: price,
      fee: abs(quantity * price) * costs.commission,
      slippage: abs(quantity * (price - open)), reason: order.reason)
  }

  /// Fills the orders of one open and books them.
  /// - Parameters:
  ///   - orders: at most one a symbol, as (index of the symbol in the book, order), in any order.
  ///   - opens: the open of each order's symbol.
  /// - Returns: the fills in the order in which they took place.
  public func fill(
    _ orders: [(index: Int, order: Order)], opens: [Double], at time: Timestamp,
    in book: inout Book
  ) -> [Fill] {
    var fills: [Fill] = []
    func execute(_ position: Int, scale: Double) {
      let (index, order) = orders[position]
      let fill = fill(order, open: opens[position], at: time, quantity: order.quantity * scale)
      book.apply(fill, at: index)
      fills.append(fill)
    }
    #if PLANTED_DEFECTS
      let hashed = Array(Set(orders.indices))
      let sorted = orders.indices.sorted { orders[$0].index < orders[$1].index }
      let bySymbol = PlantedDefect.dictionaryOrder.isPlanted ? hashed : sorted
    #else
      let bySymbol = orders.indices.sorted { orders[$0].index < orders[$1].index }
    #endif
    for position in bySymbol {
      book.mark(orders[position].index, at: opens[position])
      if orders[position].order.quantity < 0 { execute(position, scale: 1) }
    }
    let buys = bySymbol.filter { orders[$0].order.quantity > 0 }
    var need = 0.0
    // What is left is counted as the book counts it, so that not even rounding overdraws it.
    var left = book.cash
    for position in buys {
      let order = orders[position].order
      let fill = fill(order, open: opens[position], at: time, quantity: order.quantity)
      need += fill.quantity * fill.price + fill.fee
      left -= fill.quantity * fill.price + fill.fee
    }
    let scale = left >= 0 ? 1 : max(0, book.cash / need) * (1 - 1e-12)
    guard scale > 0 else { return fills }
    for position in buys { execute(position, scale: scale) }
    return fills
  }
}
