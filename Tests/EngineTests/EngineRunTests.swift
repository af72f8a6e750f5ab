import Engine
import Kernels
import Market
import Testing
import Trading

@Suite struct EngineRunTests {
  private func loop(_ market: GeneratedMarket, cash: Double = 100_000) -> StepLoop {
    var capital = CapitalSettings()
    capital.cash = cash
    return StepLoop(
      grid: market.grid, costs: CostSettings(commission: 0.001, slippage: 0.0005),
      capital: capital)
  }

  /// The hash written down anew from what it is said to hold.
  private func expected(
    _ run: EngineRun, symbols: [Symbol]? = nil, orders: [Order]? = nil, fills: [Fill]? = nil,
    equity: [Double]? = nil
  ) -> String {
    var sha = SHA256()
    for symbol in symbols ?? run.symbols { sha.update(symbol.name) }
    for order in orders ?? run.orders {
      sha.update(order.symbol.name)
      sha.update(order.decidedAt.milliseconds)
      sha.update(order.quantity)
    }
    for fill in fills ?? run.fills {
      sha.update(fill.symbol.name)
      sha.update(fill.time.milliseconds)
      sha.update(fill.quantity)
      sha.update(fill.price)
      sha.update(fill.fee)
    }
    for (time, value) in zip(run.times, equity ?? run.equity) {
      sha.update(time.milliseconds)
      sha.update(value)
    }
    return sha.hex()
  }

  @Test func `the hash is that of orders, fills and equity, and any bit of them changes it`()
    async throws
  {
    let market = GeneratedMarket(seed: 1, steps: 12)
    let run = try await loop(market).run(
      0..<market.grid.times.count, RandomTargets(seed: 1, chance: 1))
    #expect(run.orders.count > 5 && run.fills.count > 5)
    #expect(run.hash == expected(run))
    #expect(run.hash.count == 64)

    func flipped(_ value: Double, _ bit: UInt64) -> Double {
      Double(bitPattern: value.bitPattern ^ (1 << bit))
    }
    for bit in UInt64(0)..<64 {
      var orders = run.orders
      let which = Int(bit) % orders.count
      orders[which].quantity = flipped(orders[which].quantity, bit)
      #expect(expected(run, orders: orders) != run.hash)
      var fills = run.fills
      let place = Int(bit) % fills.count
      fills[place].quantity = flipped(fills[place].quantity, bit)
      #expect(expected(run, fills: fills) != run.hash)
      fills = run.fills
      fills[place].price = flipped(fills[place].price, bit)
      #expect(expected(run, fills: fills) != run.hash)
      fills = run.fills
      fills[place].fee = flipped(fills[place].fee, bit)
      #expect(expected(run, fills: fills) != run.hash)
      var equity = run.equity
      equity[Int(bit) % equity.count] = flipped(equity[Int(bit) % equity.count], bit)
      #expect(expected(run, equity: equity) != run.hash)
    }
  }

  @Test func `one last place of a price, a weight or the capital is another hash`() async throws {
    let market = GeneratedMarket(seed: 2, symbols: 2, steps: 10)
    let grid = market.grid
    let steps = 0..<grid.times.count
    let script = [0: [0.5, 0.25], grid.times.count - 1: [0.25, 0.5]]
    let run = try await loop(market).run(steps, ScriptedTargets(script: script))
    var hashes: Set<String> = [run.hash]

    // A weight of the last close: an order that is never filled.
    var other = script
    other[grid.times.count - 1] = [0.25 + 0x1p-54, 0.5]
    let ordered = try await loop(market).run(steps, ScriptedTargets(script: other))
    #expect(ordered.fills == run.fills && ordered.equity == run.equity)
    hashes.insert(ordered.hash)
    // The start capital.
    hashes.insert(
      try await loop(market, cash: 100_000.0.nextUp).run(
        steps, ScriptedTargets(script: script)
      ).hash)
    // The last close of a symbol: equity (and the last orders).
    var moved = market
    let bars = Array(market.series[0])
    moved.series[0] = BarSeries(
      symbol: market.series[0].symbol, timeframe: .h1, calendar: .continuous,
      bars: bars.dropLast() + [
        Bar(
          time: bars.last!.time, open: bars.last!.open, high: bars.last!.high,
          low: bars.last!.low, close: bars.last!.close * (1 + 1e-12), volume: 1)
      ])
    hashes.insert(
      try await loop(moved).run(steps, ScriptedTargets(script: script)).hash)
    // The name of a symbol.
    var renamed = market
    renamed.series[1] = BarSeries(
      symbol: "S2", timeframe: .h1, calendar: .continuous, bars: Array(market.series[1]))
    hashes.insert(
      try await loop(renamed).run(steps, ScriptedTargets(script: script)).hash)
    #expect(hashes.count == 5)
  }

  @Test func `nothing but orders, fills and equity goes in: reasons and volumes do not`()
    async throws
  {
    let market = GeneratedMarket(seed: 3, symbols: 2, steps: 10)
    let steps = 0..<market.grid.times.count
    var quiet = market
    quiet.series = market.series.map { one in
      BarSeries(
        symbol: one.symbol, timeframe: one.timeframe, calendar: one.calendar,
        bars: one.map { bar in
          var bar = bar
          bar.volume = 77
          return bar
        })
    }
    let weights: [Double] = [0.5, 0.25]
    let steady = try await loop(market).run(steps, SteadyTargets(weights: weights))
    let replayed = try loop(quiet).run(
      steps,
      WeightReplay(
        Dictionary(uniqueKeysWithValues: steps.map { (market.grid.knownAt($0), weights) })))
    #expect(steady.orders.map(\.reason) != replayed.orders.map(\.reason))
    #expect(steady.hash == replayed.hash)
  }
}
