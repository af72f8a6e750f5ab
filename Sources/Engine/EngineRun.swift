import Kernels
public import Market
public import Trading

/// What a run of the step loop left behind: equity at every close, orders, fills, the last book.
public struct EngineRun: Sendable, Equatable, Codable {
  public let symbols: [Symbol]
  public let startCapital: Double
  /// Opens of the steps.
  public private(set) var times: [Timestamp] = []
  /// Closes of the steps, at which the equity stands.
  public private(set) var knownAt: [Timestamp] = []
  public private(set) var equity: [Double] = []
  public private(set) var cash: [Double] = []
  /// Fees on short positions and funding paid so far, in currency.
  public private(set) var holdingCosts: [Double] = []
  /// Sum of absolute weights.
  public private(set) var exposure: [Double] = []
  /// Weight of each symbol at each step: `step * symbols.count + symbol`.
  public private(set) var weights: [Double] = []
  public internal(set) var orders: [Order] = []
  public internal(set) var fills: [Fill] = []
  public internal(set) var book: Book

  init(symbols: [Symbol], startCapital: Double) {
    self.symbols = symbols
    self.startCapital = startCapital
    book = Book(symbols: symbols, cash: startCapital)
  }

  /// Makes room for so many steps.
  mutating func reserve(_ steps: Int) {
    times.reserveCapacity(steps)
    knownAt.reserveCapacity(steps)
    equity.reserveCapacity(steps)
    cash.reserveCapacity(steps)
    holdingCosts.reserveCapacity(steps)
    exposure.reserveCapacity(steps)
    weights.reserveCapacity(steps * symbols.count)
  }

  mutating func record(step: Timestamp, knownAt: Timestamp, _ book: Book) {
    times.append(step)
    self.knownAt.append(knownAt)
    let (equity, gross) = book.appendWeights(to: &weights)
    self.equity.append(equity)
    cash.append(book.cash)
    holdingCosts.append(book.borrow + book.funding)
    exposure.append(gross / equity)
  }

  /// Whether a fill had taken place when a step closed.
  public func hasFilled(_ fill: Fill, by step: Int) -> Bool {
    fill.time <= (fill.isIntrabar ? knownAt[step] : times[step])
  }

  /// SHA-256 over length-prefixed symbols, times and bit patterns of orders, fills and equity.
  ///
  /// No clock, path or version goes in: the same bars, portfolio, models and seed give the same hash
  /// on every machine.
  public var hash: String {
    var sha = SHA256()
    for symbol in symbols { sha.update(symbol.name) }
    for order in orders {
      sha.update(order.symbol.name)
      sha.update(order.decidedAt.milliseconds)
      sha.update(order.quantity)
    }
    for fill in fills {
      sha.update(fill.symbol.name)
      sha.update(fill.time.milliseconds)
      sha.update(fill.quantity)
      sha.update(fill.price)
      sha.update(fill.fee)
    }
    for step in times.indices {
      sha.update(times[step].milliseconds)
      sha.update(equity[step])
    }
    return sha.hex()
  }
}
