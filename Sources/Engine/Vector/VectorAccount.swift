import Market
import Trading

/// The account of a vectorised run: cash, positions and waiting orders as a structure of arrays.
///
/// The rules are those of `FillModel` and `StepLoop`: fills at the next open of the symbol, sales before
/// purchases, purchases scaled by one factor to what cash (and credit) can pay. Nothing is allocated
/// after the start.
struct VectorAccount {
  let costs: CostSettings
  let capital: CapitalSettings
  let groups: Int
  let held: LaneBuffer
  /// Units that wait for the symbol's next open; 0 is none.
  let pending: LaneBuffer
  /// The symbols that have an order waiting, ascending from the time they are traded.
  private let waiting: UnsafeMutablePointer<Int32>
  private(set) var waitingCount = 0
  private let isListed: UnsafeMutablePointer<Bool>
  private let owner: Owner
  var cash: Double
  var curve: VectorCurve

  /// Frees what the account has allocated.
  private final class Owner {
    let waiting: UnsafeMutablePointer<Int32>
    let isListed: UnsafeMutablePointer<Bool>

    init(_ count: Int) {
      waiting = .allocate(capacity: count)
      isListed = .allocate(capacity: count)
      isListed.initialize(repeating: false, count: count)
    }

    deinit {
      waiting.deallocate()
      isListed.deallocate()
    }
  }

  init(_ table: PriceTable, _ costs: CostSettings, _ capital: CapitalSettings)
    throws(VectorError)
  {
    let unknown: [(String, Bool)] = [
      ("costs.impact", costs.impact != 0), ("costs.participation", costs.participation != nil),
      ("costs.borrow", costs.borrow != 0), ("costs.funding", costs.funding != 0),
      ("capital.maintenance", capital.maintenance != 0),
      ("capital.delist_after", capital.delistAfter != nil),
      ("capital.splits", capital.splits != nil),
    ]
    for (name, isSet) in unknown where isSet { throw .needsStepLoop(name) }
    self.costs = costs
    self.capital = capital
    groups = table.groups
    held = LaneBuffer(groups: groups)
    pending = LaneBuffer(groups: groups)
    owner = Owner(max(1, table.symbols.count))
    waiting = owner.waiting
    isListed = owner.isListed
    cash = capital.cash
    curve = VectorCurve(steps: table.times.count)
  }

  /// Makes `quantity` the order of a symbol; 0 withdraws it.
  mutating func order(_ symbol: Int, _ quantity: Double) {
    if quantity != 0 { curve.orders += 1 }
    // A withdrawn order stands in the list until the next trade.
    if quantity != 0, !isListed[symbol] {
      isListed[symbol] = true
      waiting[waitingCount] = Int32(symbol)
      waitingCount += 1
    }
    pending.values[symbol] = quantity
  }

  /// Interest on cash between two opens.
  mutating func accrue(from: Timestamp, to: Timestamp) {
    let rate = cash < 0 ? capital.debitRate ?? capital.cashRate : capital.cashRate
    guard rate != 0 else { return }
    let amount = cash * rate * (Double(to - from) / (365 * Double(Timestamp.millisecondsPerDay)))
    cash += amount
    curve.interest += amount
  }

  /// Fills what waits for this open.
  /// - Parameters:
  ///   - opens, marks: the row of opens, and that of the closes before, by symbol.
  ///   - filled: called with symbol and price after each fill.
  @inline(__always)
  mutating func trade(
    opens: UnsafePointer<Double>, marks: UnsafePointer<Double>,
    _ filled: (Int, Double) -> Void
  ) {
    sortWaiting()
    let concession = costs.slippage + costs.halfSpread
    for index in 0..<waitingCount {
      let symbol = Int(waiting[index])
      guard pending.values[symbol] < 0, opens[symbol] == opens[symbol] else { continue }
      filled(symbol, fill(symbol, pending.values[symbol], opens[symbol], 1 - concession))
    }
    let credit =
      capital.leverage > 1 ? max(0, (capital.leverage - 1) * equity(opens, marks)) : 0
    var (need, left, buys) = (0.0, cash, 0)
    for index in 0..<waitingCount {
      let symbol = Int(waiting[index])
      guard pending.values[symbol] > 0, opens[symbol] == opens[symbol] else { continue }
      let notional = pending.values[symbol] * (opens[symbol] * (1 + concession))
      let fee = costs.fee(notional: notional)
      need += notional + (costs.minimumCommission > 0 ? notional * costs.commission : fee)
      left -= notional + fee
      buys += 1
    }
    if buys > 0 {
      let minimums = Double(buys) * costs.minimumCommission
      let scale =
        left + credit >= 0 ? 1 : max(0, (cash + credit - minimums) / need) * (1 - 1e-12)
      let worth = scale == 1 ? 0 : max(0, equity(opens, marks))
      for index in 0..<waitingCount {
        let symbol = Int(waiting[index])
        let whole = pending.values[symbol]
        guard whole > 0, opens[symbol] == opens[symbol] else { continue }
        let quantity = scale == 1 ? whole : capital.payable(whole * scale)
        if Fill.isWorth(quantity * opens[symbol], of: worth) {
          filled(symbol, fill(symbol, quantity, opens[symbol], 1 + concession))
        }
        pending.values[symbol] = 0
      }
    }
    forgetFilled()
  }

  private mutating func fill(_ symbol: Int, _ quantity: Double, _ open: Double, _ factor: Double)
    -> Double
  {
    let price = open * factor
    let fee = costs.fee(notional: abs(quantity * price))
    cash -= quantity * price + fee
    curve.fees += fee
    curve.concession += abs(quantity * (price - open))
    curve.fills += 1
    held.values[symbol] += quantity
    pending.values[symbol] = 0
    return price
  }

  /// The equity with what trades at its open, after the sales.
  private func equity(_ opens: UnsafePointer<Double>, _ marks: UnsafePointer<Double>) -> Double {
    var equity = cash
    for symbol in 0..<groups * 8 where held.values[symbol] != 0 {
      equity += held.values[symbol] * marks[symbol]
    }
    for index in 0..<waitingCount {
      let symbol = Int(waiting[index])
      guard held.values[symbol] != 0, opens[symbol] == opens[symbol] else { continue }
      equity += held.values[symbol] * (opens[symbol] - marks[symbol])
    }
    return equity
  }

  /// Few orders wait at a time, and they mostly stand in order.
  private func sortWaiting() {
    guard waitingCount > 1 else { return }
    for index in 1..<waitingCount {
      let one = waiting[index]
      var place = index
      while place > 0, waiting[place - 1] > one {
        waiting[place] = waiting[place - 1]
        place -= 1
      }
      waiting[place] = one
    }
  }

  private mutating func forgetFilled() {
    var kept = 0
    for index in 0..<waitingCount {
      let symbol = Int(waiting[index])
      if pending.values[symbol] == 0 {
        isListed[symbol] = false
      } else {
        waiting[kept] = waiting[index]
        kept += 1
      }
    }
    waitingCount = kept
  }

  /// Closes the books of a run.
  mutating func finished(symbols: Int) -> VectorCurve {
    curve.quantities = (0..<symbols).map { held.values[$0] }
    return curve
  }
}
