public import Market
public import Trading

/// Promise 4, by the rules of bookkeeping: the books are kept a second time, from fills and bars alone.
///
/// After each fill cash and positions make what was there before less its costs; every change of the
/// equity is price move - costs of fills - borrow - funding + interest; every fill stands at the open of
/// its symbol's next bar after the decision, worse by slippage, half the spread and impact, with the
/// commission on its notional, within the part of the last bar's volume that it may take. A protective
/// order fills inside its bar's range, and what is traded no more at its last price.
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
  /// By symbol: what was filled of its last order, and what was filled in this step.
  private var filledOfOrder: [Double]
  private var filledInStep: [Double]
  private var sums = Sums()

  /// Sums of a handful of products, each rounded: a relative error of some ulps, times a wide margin.
  private static let tolerance = 1e-10

  /// Checks an account.
  /// - Parameters:
  ///   - firstStep: the grid's step at which the account starts.
  ///   - mayBorrow: whether cash may be negative: leverage, short positions or charges on what is held.
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
    filledOfOrder = units
    filledInStep = units
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
      var change = step > 0 ? hold(from: gridStep - 1, to: gridStep) : 0
      for symbol in filledInStep.indices { filledInStep[symbol] = 0 }
      while next < account.fills.count, belongs(account.fills[next], to: gridStep) {
        change += book(account.fills[next], gridStep)
        next += 1
      }
      change += markToClose(gridStep)
      compare(account, step, change)
    }
    proof.expect(
      next == account.fills.count, "\(account.fills.count - next) fills stand at no bar's open")
    for (name, booked, own) in sums.beside(account) {
      proof.expect(isNear(booked, own, capital.cash), "\(name) \(booked), by hand \(own)")
    }
  }

  private func belongs(_ fill: Fill, to gridStep: Int) -> Bool {
    fill.time == (fill.isIntrabar ? grid.knownAt(gridStep) : grid.times[gridStep])
  }

  /// Books what holding has earned and cost between two opens.
  private mutating func hold(from: Int, to: Int) -> Double {
    let years = Double(grid.times[to] - grid.times[from]) / (365 * 86_400_000)
    let rate = cash < 0 ? capital.debitRate ?? capital.cashRate : capital.cashRate
    let interest = cash * rate * years
    var (borrow, funding) = (0.0, 0.0)
    for symbol in units.indices {
      let value = units[symbol] * (marks[symbol] ?? 0)
      borrow += max(0, -value) * costs.borrow * years
      funding += value * costs.funding * years
    }
    cash += interest - borrow - funding
    sums.interest += interest
    sums.borrow += borrow
    sums.funding += funding
    return interest - borrow - funding
  }

  /// Books a fill and checks it. Returns how it changed the equity, the move to its price included.
  private mutating func book(_ fill: Fill, _ gridStep: Int) -> Double {
    let what = "fill of \(fill.symbol) at \(fill.time)"
    guard let symbol = grid.symbols.firstIndex(of: fill.symbol) else {
      proof.fail("\(what): no such symbol")
      return 0
    }
    let quoted: Double
    if let bar = grid.bar(symbol, at: gridStep) {
      quoted = check(fill, symbol, bar, what)
    } else {
      quoted = marks[symbol] ?? 0
      checkDelisted(fill, symbol, gridStep, quoted, what)
    }
    let move = marks[symbol].map { units[symbol] * (quoted - $0) } ?? 0
    let before = cash + units[symbol] * quoted
    cash -= fill.quantity * fill.price + fill.fee
    units[symbol] += fill.quantity
    marks[symbol] = quoted
    let after = cash + units[symbol] * quoted
    let cost = fill.fee + fill.slippage + fill.spread + fill.impact + fill.writeOff
    proof.expect(
      isNear(after, before - cost, equity),
      "\(what): cash and position make \(after), before less costs \(before)")
    if !mayBorrow {
      proof.expect(cash > -Ledger.tolerance * equity, "\(what): cash is \(cash) after it")
    }
    sums.add(fill)
    return move - cost
  }

  /// Checks price, fee, size and order of a fill in a bar. Returns the price before costs.
  private mutating func check(_ fill: Fill, _ symbol: Int, _ bar: Int, _ what: String) -> Double {
    let series = grid.series[symbol]
    let volume = bar > 0 ? series.volumes[bar - 1] : 0
    let size = abs(fill.quantity)
    let share = costs.impact > 0 ? (size < volume ? size / volume : 1) : 0
    let impact = costs.impact * share.squareRoot()
    let worse = costs.slippage + costs.halfSpread + impact
    let factor = fill.quantity > 0 ? 1 + worse : 1 - worse
    let quoted = fill.isIntrabar ? fill.price / factor : series.opens[bar]
    proof.expect(
      isNear(fill.price, quoted * factor, quoted),
      "\(what): price \(fill.price), the open gives \(quoted * factor)")
    let notional = abs(fill.quantity * fill.price)
    let fee = max(notional * costs.commission, min(costs.minimumCommission, notional))
    proof.expect(isNear(fill.fee, fee, fee), "\(what): fee \(fill.fee), by hand \(fee)")
    for (name, booked, part) in [
      ("slippage", fill.slippage, costs.slippage), ("spread", fill.spread, costs.halfSpread),
      ("impact", fill.impact, impact),
    ] {
      proof.expect(
        isNear(booked, size * quoted * part, size * quoted),
        "\(what): \(name) \(booked), by hand \(size * quoted * part)")
    }
    filledInStep[symbol] += size
    if let most = costs.participation {
      proof.expect(
        filledInStep[symbol] <= most * volume * (1 + Ledger.tolerance),
        "\(what): \(filledInStep[symbol]) units in a bar after one of \(volume)")
    }
    if fill.isIntrabar {
      proof.expect(
        quoted >= series.lows[bar] * (1 - Ledger.tolerance)
          && quoted <= series.highs[bar] * (1 + Ledger.tolerance),
        "\(what): a protective order at \(quoted), outside its bar")
      proof.expect(
        units[symbol] * fill.quantity < 0 && size <= abs(units[symbol]) * (1 + Ledger.tolerance),
        "\(what): a protective order of \(fill.quantity) beside \(units[symbol]) units")
    } else {
      checkOrder(of: fill, bar: bar, symbol, what)
    }
    return quoted
  }

  /// Without a bar a fill can only be the end of a symbol that is traded no more.
  private mutating func checkDelisted(
    _ fill: Fill, _ symbol: Int, _ gridStep: Int, _ quoted: Double, _ what: String
  ) {
    let series = grid.series[symbol]
    let known = series.countKnown(at: grid.times[gridStep])
    guard let limit = capital.delistAfter, known > 0,
      grid.times[gridStep] - series.knownAt(known - 1) >= limit,
      series.calendar.missedSlots(
        since: series.times[known - 1], at: grid.times[gridStep], grid.timeframe) > 0
    else {
      proof.fail("\(what): its symbol has no bar there")
      return
    }
    let loss = units[symbol] > 0 ? units[symbol] * quoted * capital.delistLoss : 0
    proof.expect(fill.quantity == -units[symbol], "\(what): it leaves a position")
    proof.expect(fill.fee == 0, "\(what): fee \(fill.fee) where nothing trades")
    proof.expect(
      isNear(fill.writeOff, loss, equity), "\(what): write-off \(fill.writeOff), by hand \(loss)")
  }

  /// The last order before the open: decided after the symbol's previous bar had opened (earlier where
  /// the rest of an order waits), never larger on the other side.
  private mutating func checkOrder(of fill: Fill, bar: Int, _ symbol: Int, _ what: String) {
    let own = orders[symbol]
    while decided[symbol] < own.count, own[decided[symbol]].decidedAt <= fill.time {
      decided[symbol] += 1
      filledOfOrder[symbol] = 0
    }
    guard decided[symbol] > 0 else {
      proof.fail("\(what): no order was decided before it")
      return
    }
    let order = own[decided[symbol] - 1]
    let known = grid.series[symbol].countKnown(at: order.decidedAt)
    let mayWait = costs.participation != nil && costs.remainder == .wait
    proof.expect(
      known == bar || (mayWait && known < bar),
      "\(what): ordered at \(order.decidedAt), \(bar - known) bars earlier or later")
    filledOfOrder[symbol] += abs(fill.quantity)
    let isWithin =
      (order.quantity > 0) == (fill.quantity > 0)
      && filledOfOrder[symbol] <= abs(order.quantity) * (1 + (mayWait ? Ledger.tolerance : 0))
    proof.expect(
      isWithin, "\(what): \(filledOfOrder[symbol]) units filled of \(order.quantity) ordered")
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
