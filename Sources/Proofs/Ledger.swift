public import Market
public import Trading

/// Promise 4, by the rules of bookkeeping: the books are kept a second time, from fills and bars alone.
///
/// After each fill cash and positions make what was there before less fee and slippage; every change
/// of the equity is price move - fee - slippage + interest; every fill stands at the open of its
/// symbol's next bar after the decision, worse by the slippage, with the commission on its notional.
public struct Ledger {
  private let grid: BarGrid
  private let firstStep: Int
  private let costs: CostSettings
  private let capital: CapitalSettings
  private let mayBorrow: Bool
  private var proof: Proof

  private var cash: Double
  private var units: [Double]
  private var marks: [Double?]
  private var equity: Double
  /// Each symbol's orders in order of time, and how many of them were decided by now.
  private var orders: [[Order]]
  private var decided: [Int]
  private var fees = 0.0
  private var slippage = 0.0

  /// Sums of a handful of products, each rounded: a relative error of some ulps, times a wide margin.
  private static let tolerance = 1e-10

  /// Checks an account.
  /// - Parameters:
  ///   - firstStep: the grid's step at which the account starts.
  ///   - mayBorrow: whether cash may be negative: leverage or short positions are allowed.
  public static func proof(
    _ account: AccountRecord, subject: String, grid: BarGrid, firstStep: Int, costs: CostSettings,
    capital: CapitalSettings, mayBorrow: Bool, promise: Promise = .booksBalance
  ) -> Proof {
    var ledger = Ledger(
      grid: grid, firstStep: firstStep, costs: costs, capital: capital, mayBorrow: mayBorrow,
      proof: Proof(
        promise, "the books kept a second time", subject: subject,
        compared: "cash, equity, weights, prices and fees of fills"))
    ledger.check(account)
    return ledger.proof
  }

  private init(
    grid: BarGrid, firstStep: Int, costs: CostSettings, capital: CapitalSettings, mayBorrow: Bool,
    proof: Proof
  ) {
    self.grid = grid
    self.firstStep = firstStep
    self.costs = costs
    self.capital = capital
    self.mayBorrow = mayBorrow
    self.proof = proof
    cash = capital.cash
    equity = capital.cash
    units = Array(repeating: 0, count: grid.symbols.count)
    marks = Array(repeating: nil, count: grid.symbols.count)
    orders = Array(repeating: [], count: grid.symbols.count)
    decided = Array(repeating: 0, count: grid.symbols.count)
  }

  private mutating func check(_ account: AccountRecord) {
    for order in account.orders {
      if let symbol = grid.symbols.firstIndex(of: order.symbol) { orders[symbol].append(order) }
    }
    var next = 0
    for step in account.times.indices {
      let gridStep = firstStep + step
      proof.expect(
        account.times[step] == grid.times[gridStep], "step \(step) stands at another time")
      var change = step > 0 ? interest(from: gridStep - 1, to: gridStep) : 0
      while next < account.fills.count, account.fills[next].time == account.times[step] {
        change += book(account.fills[next], gridStep)
        next += 1
      }
      change += markToClose(gridStep)
      compare(account, step, change)
    }
    proof.expect(
      next == account.fills.count, "\(account.fills.count - next) fills stand at no bar's open")
    proof.expect(isNear(account.fees, fees, fees), "fees \(account.fees), by hand \(fees)")
    proof.expect(
      isNear(account.slippage, slippage, slippage),
      "slippage \(account.slippage), by hand \(slippage)")
  }

  private mutating func interest(from: Int, to: Int) -> Double {
    let years = Double(grid.times[to] - grid.times[from]) / (365 * 86_400_000)
    let amount = cash * capital.cashRate * years
    cash += amount
    return amount
  }

  /// Books a fill and checks it. Returns how it changed the equity, the move to its open included.
  private mutating func book(_ fill: Fill, _ gridStep: Int) -> Double {
    let what = "fill of \(fill.symbol) at \(fill.time)"
    guard let symbol = grid.symbols.firstIndex(of: fill.symbol) else {
      proof.fail("\(what): no such symbol")
      return 0
    }
    guard let bar = grid.bar(symbol, at: gridStep) else {
      proof.fail("\(what): its symbol has no bar there")
      return 0
    }
    let open = grid.series[symbol].opens[bar]
    let price = fill.quantity > 0 ? open * (1 + costs.slippage) : open * (1 - costs.slippage)
    proof.expect(
      isNear(fill.price, price, price), "\(what): price \(fill.price), the open gives \(price)")
    let fee = abs(fill.quantity * fill.price) * costs.commission
    proof.expect(isNear(fill.fee, fee, fee), "\(what): fee \(fill.fee), by hand \(fee)")
    checkOrder(of: fill, bar: bar, symbol, what)

    let move = marks[symbol].map { units[symbol] * (open - $0) } ?? 0
    let before = cash + units[symbol] * open
    cash -= fill.quantity * fill.price + fill.fee
    units[symbol] += fill.quantity
    marks[symbol] = open
    let after = cash + units[symbol] * open
    proof.expect(
      isNear(after, before - fill.fee - fill.slippage, equity),
      "\(what): cash and position make \(after), before less costs \(before)")
    if !mayBorrow {
      proof.expect(cash > -Ledger.tolerance * equity, "\(what): cash is \(cash) after it")
    }
    fees += fill.fee
    slippage += fill.slippage
    return move - fill.fee - fill.slippage
  }

  /// The last order before the open: decided after the symbol's previous bar had opened, never larger
  /// on the other side.
  private mutating func checkOrder(of fill: Fill, bar: Int, _ symbol: Int, _ what: String) {
    let own = orders[symbol]
    while decided[symbol] < own.count, own[decided[symbol]].decidedAt <= fill.time {
      decided[symbol] += 1
    }
    guard decided[symbol] > 0 else {
      proof.fail("\(what): no order was decided before it")
      return
    }
    let order = own[decided[symbol] - 1]
    let known = grid.series[symbol].countKnown(at: order.decidedAt)
    proof.expect(
      known == bar, "\(what): ordered at \(order.decidedAt), \(bar - known) bars earlier or later")
    let isWithin =
      (order.quantity > 0) == (fill.quantity > 0) && abs(fill.quantity) <= abs(order.quantity)
    proof.expect(
      isWithin, "\(what): \(fill.quantity) units filled of \(order.quantity) ordered")
  }

  private mutating func markToClose(_ gridStep: Int) -> Double {
    var change = 0.0
    for symbol in units.indices {
      guard let bar = grid.bar(symbol, at: gridStep) else { continue }
      let close = grid.series[symbol].closes[bar]
      if let mark = marks[symbol] { change += units[symbol] * (close - mark) }
      marks[symbol] = close
    }
    return change
  }

  private mutating func compare(_ account: AccountRecord, _ step: Int, _ change: Double) {
    let when = "\(account.times[step])"
    var value = cash
    var gross = 0.0
    for symbol in units.indices {
      value += units[symbol] * (marks[symbol] ?? 0)
      gross += abs(units[symbol] * (marks[symbol] ?? 0))
    }
    proof.expect(
      isNear(account.equity[step], value, value),
      "\(when): equity \(account.equity[step]), cash and positions make \(value)")
    proof.expect(
      isNear(account.cash[step], cash, value),
      "\(when): cash \(account.cash[step]), by hand \(cash)")
    if !mayBorrow {
      proof.expect(account.cash[step] >= 0, "\(when): cash is \(account.cash[step])")
    }
    proof.expect(
      isNear(value - equity, change, value),
      "\(when): equity changed by \(value - equity), prices and costs explain \(change)")
    proof.expect(
      isNear(account.exposure[step] * value, gross, value),
      "\(when): exposure \(account.exposure[step]), by hand \(gross / value)")
    for symbol in units.indices {
      let worth = units[symbol] * (marks[symbol] ?? 0)
      let weight = account.weights[step * units.count + symbol]
      proof.expect(
        isNear(weight * value, worth, value),
        "\(when): weight \(weight) of \(grid.symbols[symbol]), by hand \(worth / value)")
    }
    equity = value
  }

  /// Whether two amounts are equal up to the rounding of sums of the size of `scale`.
  private func isNear(_ a: Double, _ b: Double, _ scale: Double) -> Bool {
    abs(a - b) <= Ledger.tolerance * max(abs(scale), abs(b))
  }
}
