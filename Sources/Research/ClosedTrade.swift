public import Market
public import Trading

/// A part of a position that was closed, with what it earned.
///
/// Each fill that reduces a position closes that many units, bought at the average price and the average
/// time of the position; commissions go with the units. A rebalanced portfolio is seldom flat, so whole
/// positions from flat to flat would be few and years long.
public struct ClosedTrade: Sendable, Equatable {
  public var symbol: Symbol
  /// Mean time of the entries, by units.
  public var openedAt: Timestamp
  public var closedAt: Timestamp
  /// Units closed: above 0 of a long position, below 0 of a short one.
  public var quantity: Double
  /// Average price paid (received, if short), slippage included.
  public var entryPrice: Double
  public var exitPrice: Double
  /// Commission on entry and exit, in currency.
  public var fees: Double
  /// After commission, in currency.
  public var profit: Double
  /// Why it was closed.
  public var reason: String

  /// Profit over the value at entry.
  public var returnOnEntry: Double { profit / (abs(quantity) * entryPrice) }

  /// In milliseconds.
  public var holdingTime: Int64 { closedAt - openedAt }

  /// The trades that fills closed, in their order. What is still open has none.
  ///
  /// - Parameters:
  ///   - fills: in order of time.
  ///   - splits: those of the run, in any order; quantities and prices are those at the exit.
  public static func all(_ fills: [Fill], splits: [Split] = []) -> [ClosedTrade] {
    var open: [Symbol: OpenPosition] = [:]
    var closed: [ClosedTrade] = []
    var coming = splits.sorted { $0.time < $1.time }[...]
    for fill in fills {
      while let split = coming.first, split.time <= fill.time {
        open[split.symbol]?.split(split.ratio)
        coming.removeFirst()
      }
      var position = open[fill.symbol] ?? OpenPosition()
      let held = position.quantity
      guard held != 0, (held > 0) != (fill.quantity > 0) else {
        position.add(fill.quantity, at: fill.price, time: fill.time, fee: fill.fee)
        open[fill.symbol] = position
        continue
      }
      // A fill beyond the position closes all of it and opens the rest on the other side.
      let units = min(abs(held), abs(fill.quantity))
      let part = units / abs(fill.quantity)
      closed.append(position.close(units, by: fill, fee: fill.fee * part))
      if part < 1 {
        position = OpenPosition()
        position.add(
          fill.quantity * (1 - part), at: fill.price, time: fill.time, fee: fill.fee * (1 - part))
      }
      open[fill.symbol] = position
    }
    return closed
  }
}

/// What is held of a symbol, at average price and time.
private struct OpenPosition {
  var quantity = 0.0
  private var price = 0.0
  private var fees = 0.0
  /// Milliseconds after `start`, averaged: the epoch's own numbers would lose digits.
  private var age = 0.0
  private var start = Timestamp(milliseconds: 0)

  mutating func add(_ units: Double, at price: Double, time: Timestamp, fee: Double) {
    if quantity == 0 { start = time }
    let after = quantity + units
    if after != 0 {
      self.price = (self.price * quantity + price * units) / after
      age = (age * quantity + Double(time - start) * units) / after
    }
    quantity = after
    fees += fee
  }

  mutating func split(_ ratio: Double) {
    quantity *= ratio
    price /= ratio
  }

  mutating func close(_ units: Double, by fill: Fill, fee: Double) -> ClosedTrade {
    let part = units / abs(quantity)
    let signed = quantity > 0 ? units : -units
    let entryFee = fees * part
    let trade = ClosedTrade(
      symbol: fill.symbol, openedAt: start + Int64(age), closedAt: fill.time, quantity: signed,
      entryPrice: price, exitPrice: fill.price, fees: entryFee + fee,
      profit: signed * (fill.price - price) - entryFee - fee, reason: fill.reason)
    quantity = part == 1 ? 0 : quantity - signed
    fees -= entryFee
    return trade
  }
}
