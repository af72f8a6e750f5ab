import Market
import Trading

/// Trading written a second time, as plainly as it can be: weights in, equity out.
///
/// At a close a weight becomes `weight * equity / close` units; the difference is traded at the open
/// of the symbol's next bar, sales first, worse by the slippage, with commission on top. Buys that
/// cash cannot pay for are all scaled by one factor.
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
  mutating func advance(to step: Int, isFirst: Bool) {
    if !isFirst {
      let years = Double(grid.times[step] - grid.times[step - 1]) / (365 * 86_400_000)
      cash += cash * capital.cashRate * years
      trade(step)
    }
    for symbol in units.indices {
      if let bar = grid.bar(symbol, at: step) { prices[symbol] = grid.series[symbol].closes[bar] }
    }
  }

  private mutating func trade(_ step: Int) {
    var opens: [Int: Double] = [:]
    for symbol in units.indices where pending[symbol] != 0 {
      if let bar = grid.bar(symbol, at: step) { opens[symbol] = grid.series[symbol].opens[bar] }
    }
    let symbols = opens.keys.sorted()
    for symbol in symbols where pending[symbol] < 0 {
      let value = -pending[symbol] * opens[symbol]! * (1 - costs.slippage)
      cash += value * (1 - costs.commission)
      units[symbol] += pending[symbol]
    }
    let buys = symbols.filter { pending[$0] > 0 }
    func cost(_ symbol: Int) -> Double {
      pending[symbol] * opens[symbol]! * (1 + costs.slippage) * (1 + costs.commission)
    }
    let need = buys.reduce(0) { $0 + cost($1) }
    let share = need > cash ? max(0, cash / need) : 1
    for symbol in buys {
      cash -= share * cost(symbol)
      units[symbol] += share * pending[symbol]
    }
    for symbol in symbols { pending[symbol] = 0 }
  }

  /// Orders what leads to the weights at the prices of now; nil leaves a symbol and its order alone.
  mutating func order(_ weights: [Double?]) {
    let value = max(0, equity)
    for symbol in units.indices {
      guard let weight = weights[symbol], isPriced(symbol) else { continue }
      let wanted = weight == 0 ? 0 : weight * value / prices[symbol]
      let quantity = wanted - units[symbol]
      pending[symbol] = abs(quantity) * prices[symbol] > 1e-12 * value ? quantity : 0
    }
  }
}
