public import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// Turns orders into fills at the open of the next bar.
///
/// A buy fills above the open by the slippage, a sale below it; commission comes on top. Within one
/// open, sales come before buys, each in the order of symbols, so that the result does not depend on
/// the order of arrival. Buys that cash, and credit where there is leverage, cannot pay for are all
/// scaled by one factor, and rounded down to whole lots; what is then worth no trade is none.
public struct FillModel: Sendable {
  public var costs: CostSettings
  public var capital: CapitalSettings

  public init(costs: CostSettings, capital: CapitalSettings = CapitalSettings()) {
    self.costs = costs
    self.capital = capital
  }

  /// The fill of one order at a quoted price.
  /// - Parameter volume: units traded in the symbol's last closed bar.
  public func fill(
    _ order: Order, open: Double, at time: Timestamp, quantity: Double, volume: Double = 0
  ) -> Fill {
    let impact = costs.impact(quantity: quantity, volume: volume)
    let concession = costs.concession(quantity: quantity, volume: volume)
    let price = quantity > 0 ? open * (1 + concession) : open * (1 - concession)
    var fill = Fill(
      time: time, symbol: order.symbol, quantity: quantity, price: price,
      fee: costs.fee(notional: abs(quantity * price)),
      slippage: abs(quantity * (price - open)), reason: order.reason)
    fill.decidedAt = order.decidedAt
    if costs.halfSpread > 0 || impact > 0 {
      let cost = fill.slippage
      fill.spread = cost * costs.halfSpread / concession
      fill.impact = cost * impact / concession
      fill.slippage = cost * costs.slippage / concession
    }
    return fill
  }

  /// Fills the orders of one open and books them.
  /// - Parameters:
  ///   - orders: at most one a symbol, as (index of the symbol in the book, order), in any order.
  ///   - opens: the open of each order's symbol.
  ///   - volumes: units traded in the last closed bar of each order's symbol; none where neither
  ///     impact nor participation is asked for.
  /// - Returns: the fills in the order in which they took place.
  public func fill(
    _ orders: [(index: Int, order: Order)], opens: [Double], volumes: [Double] = [],
    at time: Timestamp, in book: inout Book
  ) -> [Fill] {
    var fills: [Fill] = []
    let quoted = orders.indices.map { position in
      QuotedOrder(
        index: orders[position].index, order: orders[position].order, price: opens[position],
        volume: volumes.isEmpty ? 0 : volumes[position])
    }
    fill(quoted.sorted { $0.index < $1.index }, at: time, in: &book, into: &fills)
    return fills
  }

  /// Fills the orders of one open, books them and adds the fills to `fills` in the order in which they
  /// took place.
  /// - Parameter orders: at most one a symbol, ascending by index.
  public func fill(
    _ orders: [QuotedOrder], at time: Timestamp, in book: inout Book, into fills: inout [Fill]
  ) {
    #if PLANTED_DEFECTS
      let orders = PlantedDefect.dictionaryOrder.isPlanted ? hashed(orders) : orders
    #endif
    func filled(_ position: Int, _ quantity: Double) -> Fill {
      fill(
        orders[position].order, open: orders[position].price, at: time, quantity: quantity,
        volume: orders[position].volume)
    }
    var buys = 0
    for position in orders.indices {
      let (index, quantity) = (orders[position].index, orders[position].order.quantity)
      book.mark(index, at: orders[position].price)
      if quantity < 0 {
        let fill = filled(position, quantity)
        book.apply(fill, at: index)
        fills.append(fill)
      } else if quantity > 0 {
        buys += 1
      }
    }
    guard buys > 0 else { return }
    let credit = capital.leverage > 1 ? max(0, (capital.leverage - 1) * book.equity) : 0
    // A scaled purchase may pay the least commission in full.
    let minimums = Double(buys) * costs.minimumCommission
    var need = 0.0
    // What is left is counted as the book counts it, so that not even rounding overdraws it.
    var left = book.cash
    let firstBuy = fills.count
    for position in orders.indices where orders[position].order.quantity > 0 {
      let fill = filled(position, orders[position].order.quantity)
      let notional = fill.quantity * fill.price
      need += notional + (minimums > 0 ? notional * costs.commission : fill.fee)
      left -= notional + fill.fee
      fills.append(fill)
    }
    if left + credit >= 0 {
      var next = firstBuy
      for position in orders.indices where orders[position].order.quantity > 0 {
        book.apply(fills[next], at: orders[position].index)
        next += 1
      }
      return
    }
    fills.removeSubrange(firstBuy...)
    let scale = max(0, (book.cash + credit - minimums) / need) * (1 - 1e-12)
    guard scale > 0 else { return }
    // What cannot be paid for is ordered again at every decision: each of them would spend the rest of
    // the rest, until cash has no digits left.
    let equity = max(0, book.equity)
    for position in orders.indices where orders[position].order.quantity > 0 {
      let quantity = capital.payable(orders[position].order.quantity * scale)
      guard Fill.isWorth(quantity * orders[position].price, of: equity) else { continue }
      let fill = filled(position, quantity)
      book.apply(fill, at: orders[position].index)
      fills.append(fill)
    }
  }

  #if PLANTED_DEFECTS
    private func hashed(_ orders: [QuotedOrder]) -> [QuotedOrder] {
      Array(Set(orders.indices)).map { orders[$0] }
    }
  #endif
}
