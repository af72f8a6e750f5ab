public import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// Turns orders into fills at the open of the next bar.
///
/// A buy fills above the open by the slippage, a sale below it; commission comes on top. Within one
/// open, sales come before buys, each in the order of symbols, so that the result does not depend on
/// the order of arrival. Buys that cash, and credit where there is leverage, cannot pay for are all
/// scaled by one factor, and rounded down to whole lots.
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
    func filled(_ position: Int, _ quantity: Double) -> Fill {
      fill(
        orders[position].order, open: opens[position], at: time, quantity: quantity,
        volume: volumes.isEmpty ? 0 : volumes[position])
    }
    func execute(_ position: Int, scale: Double) {
      let whole = orders[position].order.quantity
      let quantity = scale == 1 ? whole : capital.inLots(whole * scale)
      guard quantity != 0 else { return }
      let fill = filled(position, quantity)
      book.apply(fill, at: orders[position].index)
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
    let credit = capital.leverage > 1 ? max(0, (capital.leverage - 1) * book.equity) : 0
    // A scaled purchase may pay the least commission in full.
    let minimums = Double(buys.count) * costs.minimumCommission
    var need = 0.0
    // What is left is counted as the book counts it, so that not even rounding overdraws it.
    var left = book.cash
    for position in buys {
      let fill = filled(position, orders[position].order.quantity)
      let notional = fill.quantity * fill.price
      need += notional + (minimums > 0 ? notional * costs.commission : fill.fee)
      left -= notional + fill.fee
    }
    let scale =
      left + credit >= 0 ? 1 : max(0, (book.cash + credit - minimums) / need) * (1 - 1e-12)
    guard scale > 0 else { return fills }
    for position in buys { execute(position, scale: scale) }
    return fills
  }
}
