import Market
import Trading

/// Trading written a second time, as plainly as it can be: weights in, equity out.
///
/// At a close a weight becomes `weight * equity / close` units; the difference is traded at the open
/// of the symbol's next bar, sales first, worse by slippage, half the spread and impact, with commission
/// on top. Buys that cash and credit cannot pay for are all scaled by one factor, and not made where that
/// leaves next to nothing. Protective orders are taken from the account as they filled; `Ledger` checks
/// those.
struct PlainAccount {
  private let grid: BarGrid
  private let costs: CostSettings
  private let capital: CapitalSettings
  private(set) var cash: Double
  private(set) var units: [Double]
  private(set) var prices: [Double]
  /// Units to trade at the next open; 0 is none.
  private var pending: [Double]

  init(grid: BarGrid, costs: CostSettings, capital: CapitalSettings, from step: Int) {
    self.grid = grid
    self.costs = costs
    self.capital = capital
    cash = capital.cash
    units = Array(repeating: 0, count: grid.symbols.count)
    pending = units
    // A price of 0: not listed yet.
    prices = grid.symbols.indices.map { symbol in
      step > 0 ? grid.lastClose(symbol, at: step - 1) ?? 0 : 0
    }
  }

  var equity: Double {
    units.indices.reduce(cash) { $0 + units[$1] * prices[$1] }
  }

  /// Whether a symbol has had a bar.
  func isPriced(_ symbol: Int) -> Bool { prices[symbol] > 0 }

  /// Trades and marks one step.
  /// - Parameters:
  ///   - stops: the fills of protective orders within the step's bars.
  ///   - rests: what the volume did not take of them, to be traded at the next open.
  mutating func advance(to step: Int, isFirst: Bool, stops: [Fill] = [], rests: [Order] = []) {
    if !isFirst {
      let years = Double(grid.times[step] - grid.times[step - 1]) / (365 * 86_400_000)
      hold(years)
      closeDelisted(step)
      trade(step)
      for stop in stops { take(stop) }
      for rest in rests {
        if let symbol = grid.symbols.firstIndex(of: rest.symbol) { pending[symbol] = rest.quantity }
      }
    }
    for symbol in units.indices {
      if let bar = grid.bar(symbol, at: step) { prices[symbol] = grid.series[symbol].closes[bar] }
    }
  }

  private mutating func hold(_ years: Double) {
    let rate = cash < 0 ? capital.debitRate ?? capital.cashRate : capital.cashRate
    var charge = -cash * rate
    for symbol in units.indices {
      let value = units[symbol] * prices[symbol]
      charge += value * costs.funding + max(0, -value) * costs.borrow
    }
    cash -= charge * years
  }

  private mutating func closeDelisted(_ step: Int) {
    guard let limit = capital.delistAfter else { return }
    for symbol in units.indices where grid.bar(symbol, at: step) == nil {
      let series = grid.series[symbol]
      let known = series.countKnown(at: grid.times[step])
      guard known > 0, grid.times[step] - series.knownAt(known - 1) >= limit,
        series.calendar.missedSlots(
          since: series.times[known - 1], at: grid.times[step], grid.timeframe) > 0
      else { continue }
      cash += units[symbol] * prices[symbol] * (units[symbol] > 0 ? 1 - capital.delistLoss : 1)
      units[symbol] = 0
      pending[symbol] = 0
    }
  }

  private mutating func take(_ stop: Fill) {
    guard let symbol = grid.symbols.firstIndex(of: stop.symbol) else { return }
    cash -= stop.quantity * stop.price + stop.fee
    units[symbol] += stop.quantity
    pending[symbol] = 0
  }

  private func price(_ symbol: Int, _ quantity: Double, _ open: Double, _ volume: Double) -> Double
  {
    var worse = costs.slippage + costs.halfSpread
    if costs.impact > 0 {
      worse += costs.impact * min(1, volume > 0 ? abs(quantity) / volume : 1).squareRoot()
    }
    return open * (quantity > 0 ? 1 + worse : 1 - worse)
  }

  private func fee(_ value: Double) -> Double {
    max(value * costs.commission, min(value, costs.minimumCommission))
  }

  private mutating func trade(_ step: Int) {
    var opens: [Int: Double] = [:]
    var volumes: [Int: Double] = [:]
    var due = Array(repeating: 0.0, count: units.count)
    for symbol in units.indices where pending[symbol] != 0 {
      guard let bar = grid.bar(symbol, at: step) else { continue }
      let series = grid.series[symbol]
      opens[symbol] = series.opens[bar]
      volumes[symbol] = bar > 0 ? series.volumes[bar - 1] : 0
      due[symbol] = pending[symbol]
      if let part = costs.participation, abs(pending[symbol]) > part * volumes[symbol]! {
        let most = part * volumes[symbol]!
        due[symbol] = capital.inLots(pending[symbol] > 0 ? most : -most)
      }
      pending[symbol] = costs.remainder == .wait ? pending[symbol] - due[symbol] : 0
    }
    let symbols = opens.keys.sorted()
    func value(_ symbol: Int, _ quantity: Double) -> Double {
      abs(quantity) * price(symbol, quantity, opens[symbol]!, volumes[symbol]!)
    }
    for symbol in symbols where due[symbol] < 0 {
      cash += value(symbol, due[symbol]) - fee(value(symbol, due[symbol]))
      units[symbol] += due[symbol]
    }
    let buys = symbols.filter { due[$0] > 0 }
    func cost(_ symbol: Int, _ quantity: Double) -> Double {
      value(symbol, quantity) + fee(value(symbol, quantity))
    }
    // Credit is a multiple of what the account is worth, with what trades at its open.
    var worth = cash
    for symbol in units.indices {
      worth += units[symbol] * (due[symbol] != 0 ? opens[symbol]! : prices[symbol])
    }
    let means = cash + max(0, (capital.leverage - 1) * worth)
    let need = buys.reduce(0) { $0 + cost($1, due[$1]) }
    var share = 1.0
    if need > means {
      let least = Double(buys.count) * costs.minimumCommission
      let full =
        least > 0
        ? buys.reduce(0) { $0 + value($1, due[$1]) * (1 + costs.commission) } : need
      share = max(0, (means - least) / full)
    }
    for symbol in buys {
      let quantity = share < 1 ? capital.payable(share * due[symbol]) : due[symbol]
      // What is left of cash after a purchase that took all of it buys nothing.
      guard share == 1 || quantity * opens[symbol]! > 1e-9 * max(0, worth) else { continue }
      cash -= cost(symbol, quantity)
      units[symbol] += quantity
    }
  }

  /// Orders what leads to the weights at the prices of now; nil leaves a symbol and its order alone.
  mutating func order(_ weights: [Double?]) {
    let value = max(0, equity)
    for symbol in units.indices {
      guard let weight = weights[symbol], isPriced(symbol) else { continue }
      let wanted = weight == 0 ? 0 : capital.inLots(weight * value / prices[symbol])
      let quantity = wanted - units[symbol]
      pending[symbol] = abs(quantity) * prices[symbol] > 1e-12 * value ? quantity : 0
    }
  }

  /// Where equity is below the maintenance margin, orders every position down to the leverage.
  mutating func callMargin() {
    let gross = units.indices.reduce(0) { $0 + abs(units[$1] * prices[$1]) }
    guard capital.maintenance > 0, equity < capital.maintenance * gross else { return }
    let kept = max(0, min(1, capital.leverage * equity / gross))
    for symbol in units.indices {
      let (held, most) = (units[symbol], capital.inLots(units[symbol] * kept))
      let wanted = held + pending[symbol]
      let falls = wanted == 0 || ((wanted > 0) == (held > 0) && abs(wanted) <= abs(most))
      if held == 0 {
        pending[symbol] = 0
      } else if !falls {
        pending[symbol] = most - held
      }
    }
  }
}
