import Trading

/// The orders that wait for the next open of their symbol, at most one a symbol.
///
/// Few symbols have one at a time, so these are listed: a step looks at no other.
struct WaitingOrders: Sendable, Equatable {
  private var orders: [Order?]
  /// The symbols that have one, ascending.
  private(set) var symbols: [Int]

  init(symbols count: Int) {
    self.init(Array(repeating: nil, count: count))
  }

  private init(_ orders: [Order?]) {
    self.orders = orders
    symbols = orders.indices.filter { orders[$0] != nil }
  }

  /// The order of a symbol; nil where none waits.
  subscript(symbol: Int) -> Order? {
    get { orders[symbol] }
    set {
      if newValue == nil {
        if orders[symbol] != nil { symbols.removeAll { $0 == symbol } }
      } else if orders[symbol] == nil {
        insert(symbol)
      }
      orders[symbol] = newValue
    }
  }

  private mutating func insert(_ symbol: Int) {
    // They mostly come in order.
    if let last = symbols.last, last > symbol {
      symbols.insert(symbol, at: symbols.firstIndex { $0 > symbol } ?? symbols.count)
    } else {
      symbols.append(symbol)
    }
  }

  /// Hands out every waiting order, in the order of symbols.
  /// - Parameter rest: what goes on waiting of an order; nil where nothing does.
  mutating func handOut(_ rest: (_ symbol: Int, _ order: Order) -> Order?) {
    var kept = 0
    for index in symbols.indices {
      let symbol = symbols[index]
      guard let order = orders[symbol] else { continue }
      orders[symbol] = rest(symbol, order)
      guard orders[symbol] != nil else { continue }
      symbols[kept] = symbol
      kept += 1
    }
    symbols.removeSubrange(kept...)
  }
}

extension WaitingOrders: Codable {
  init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([Order?].self))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(orders)
  }
}
