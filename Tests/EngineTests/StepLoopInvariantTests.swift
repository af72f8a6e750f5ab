import Engine
import Kernels
import Market
import Testing
import Trading

/// What holds on any market and for any targets: the promises on books and order of execution.
@Suite struct StepLoopInvariantTests {
  private static let markets = 0..<300

  private func loop(_ market: GeneratedMarket, rate: Double = 0.05) -> StepLoop {
    var capital = CapitalSettings()
    capital.cashRate = rate
    return StepLoop(
      grid: market.grid, costs: CostSettings(commission: 0.002, slippage: 0.001),
      capital: capital)
  }

  private func run(
    _ seed: Int, gross: Double = 1, short: Bool = false
  ) async throws -> (run: EngineRun, grid: BarGrid) {
    let loop = loop(GeneratedMarket(seed: seed))
    let run = try await loop.run(
      0..<loop.grid.times.count, RandomTargets(seed: seed, gross: gross, short: short))
    return (run, loop.grid)
  }

  /// Every change of equity, told by the fills and the bars alone.
  private func expectBalance(_ run: EngineRun, _ grid: BarGrid) {
    var quantities = Array(repeating: 0.0, count: grid.symbols.count)
    var cash = run.startCapital
    var next = 0
    var (fees, slippage, interest) = (0.0, 0.0, 0.0)
    for step in run.times.indices {
      var change = 0.0
      if step > 0 {
        for symbol in quantities.indices where quantities[symbol] != 0 {
          let (now, before) = (
            grid.lastClose(symbol, at: step)!, grid.lastClose(symbol, at: step - 1)!
          )
          change += quantities[symbol] * (now - before)
        }
        let hours = Double(run.times[step] - run.times[step - 1]) / 3_600_000
        let earned = cash * 0.05 * hours / (365 * 24)
        change += earned
        cash += earned
        interest += earned
      }
      while next < run.fills.count, run.fills[next].time <= run.times[step] {
        let fill = run.fills[next]
        let symbol = grid.symbols.firstIndex(of: fill.symbol)!
        let bar = grid.series[symbol][grid.bar(symbol, at: step)!]
        #expect(fill.time == bar.time)
        change += fill.quantity * (bar.close - bar.open) - fill.fee - fill.slippage
        cash -= fill.quantity * fill.price + fill.fee
        quantities[symbol] += fill.quantity
        fees += fill.fee
        slippage += fill.slippage
        next += 1
      }
      let before = step > 0 ? run.equity[step - 1] : run.startCapital
      let scale = run.startCapital
      #expect(abs(run.equity[step] - before - change) < 1e-9 * scale)
      #expect(abs(run.cash[step] - cash) < 1e-9 * scale)
      var gross = 0.0
      for symbol in quantities.indices {
        let value = quantities[symbol] * (grid.lastClose(symbol, at: step) ?? 0)
        let weight = run.weights[step * quantities.count + symbol]
        #expect(abs(weight - value / run.equity[step]) < 1e-9)
        gross += abs(weight)
      }
      #expect(abs(run.exposure[step] - gross) < 1e-9)
    }
    #expect(next == run.fills.count)
    #expect(abs(run.book.fees - fees) < 1e-9 * run.startCapital)
    #expect(abs(run.book.slippage - slippage) < 1e-9 * run.startCapital)
    #expect(abs(run.book.interest - interest) < 1e-9 * run.startCapital)
  }

  @Test func `books balance at every bar, and cash stays at or above zero`() async throws {
    var fills = 0
    for seed in Self.markets {
      let (run, grid) = try await run(seed)
      expectBalance(run, grid)
      #expect(run.cash.allSatisfy { $0 >= 0 })
      #expect(run.equity.allSatisfy { $0.isFinite && $0 > 0 })
      fills += run.fills.count
    }
    #expect(fills > 10_000)
  }

  @Test func `they balance with shorts and with targets beyond the cash`() async throws {
    var shorts = 0
    var scaled = 0
    for seed in Self.markets {
      let (run, grid) = try await run(seed, gross: seed % 2 == 0 ? 1 : 1.6, short: true)
      expectBalance(run, grid)
      #expect(run.cash.allSatisfy { $0 >= 0 })
      if run.weights.contains(where: { $0 < 0 }) { shorts += 1 }
      if run.cash.contains(where: { $0 < 1e-6 * run.startCapital }) { scaled += 1 }
    }
    #expect(shorts > 250)
    #expect(scaled > 10)
  }

  @Test func `a fill is at the next open of its symbol, worse by the slippage`() async throws {
    for seed in Self.markets {
      let (run, grid) = try await run(seed, short: true)
      for fill in run.fills {
        let symbol = grid.symbols.firstIndex(of: fill.symbol)!
        let series = grid.series[symbol]
        let order = try #require(
          run.orders.last { $0.symbol == fill.symbol && $0.decidedAt <= fill.time })
        let bar = try #require(series.times.firstIndex { $0 >= order.decidedAt })
        #expect(series.times[bar] == fill.time)
        #expect(fill.price == series.opens[bar] * (fill.quantity > 0 ? 1 + 0.001 : 1 - 0.001))
        #expect(fill.reason == order.reason)
        // In full, but for purchases that cash could not pay for.
        #expect((fill.quantity > 0) == (order.quantity > 0))
        #expect(fill.quantity == order.quantity || order.quantity > 0)
        #expect(abs(fill.quantity) <= abs(order.quantity))
      }
      let opens = run.fills.map { "\($0.time.milliseconds) \($0.symbol)" }
      #expect(Set(opens).count == opens.count)
      for (before, after) in zip(run.fills, run.fills.dropFirst()) {
        #expect(before.time <= after.time)
        if before.time == after.time {
          let rank = { (fill: Fill) in (fill.quantity > 0 ? 1 : 0, fill.symbol) }
          #expect(rank(before) < rank(after))
        }
      }
    }
  }

  @Test func `the order in which symbols are given changes no bit`() async throws {
    for seed in 0..<50 {
      let market = GeneratedMarket(seed: seed, symbols: 6)
      let decisions = RandomTargets(seed: seed, short: true)
      let steps = 0..<market.grid.times.count
      let run = try await loop(market).run(steps, decisions)
      var random = CounterRandom(seed: UInt64(seed), path: ["permutation"])
      for _ in 0..<3 {
        var order = Array(market.series.indices)
        random.shuffle(&order)
        var permuted = market
        permuted.series = order.map { market.series[$0] }
        let other = try await loop(permuted).run(steps, decisions)
        #expect(other.hash == run.hash)
        #expect(other.fills == run.fills && other.book == run.book)
      }
    }
  }

  @Test func `a run is the same every time`() async throws {
    for seed in 0..<20 {
      let (first, _) = try await run(seed)
      let (second, _) = try await run(seed)
      #expect(first.hash == second.hash)
    }
  }

  @Test func `the weights that are held trade nothing, however prices move`() async throws {
    for seed in 0..<100 {
      let loop = loop(GeneratedMarket(seed: seed), rate: 0)
      let decisions = HeldWeights(
        first: RandomTargets(seed: seed, short: true, chance: 1), until: 10)
      let run = try await loop.run(0..<loop.grid.times.count, decisions)
      let last = loop.grid.knownAt(9)
      #expect(run.orders.allSatisfy { $0.decidedAt <= last })
      #expect(run.orders.count > 5)
    }
  }

  /// A market that stands still.
  private func still(costs: CostSettings) -> StepLoop {
    let series = ["A", "B"].map { name in
      BarSeries(
        symbol: Symbol(name), timeframe: .h1, calendar: .continuous,
        bars: (0..<20).map { step in
          Bar(
            time: Timestamp(seconds: 3600 * Int64(step)), open: 7, high: 7, low: 7, close: 7,
            volume: 1)
        })
    }
    return StepLoop(grid: BarGrid(series), costs: costs, capital: CapitalSettings())
  }

  @Test func `the same target at the same prices trades once`() async throws {
    let free = still(costs: CostSettings(commission: 0, slippage: 0))
    let run = try await free.run(0..<20, SteadyTargets(weights: [0.3, 0.6]))
    #expect(run.orders.count == 2 && run.fills.count == 2)
    #expect(run.equity.allSatisfy { abs($0 - 100_000) < 1e-9 })
    let full = try await free.run(0..<20, SteadyTargets(weights: [0.5, 0.5]))
    #expect(full.orders.count == 2 && abs(full.cash[19]) < 1e-9)
  }

  @Test func `with costs it trades only what the costs took`() async throws {
    let costs = CostSettings(commission: 0.002, slippage: 0.001)
    let run = try await still(costs: costs).run(0..<20, SteadyTargets(weights: [0.3, 0.6]))
    // 90 000 bought for .1 % and .2002 % of it; each further trade is the weight of the last costs.
    let first = 90_000 * (0.001 + 0.002 * 1.001)
    #expect(abs(run.equity[1] - (100_000 - first)) < 1e-9 * 100_000)
    for order in run.orders.dropFirst(2) {
      #expect(order.quantity < 0)
      #expect(abs(order.quantity * 7) <= 0.6 * first * (1 + 1e-9))
    }
    #expect(run.equity[19] > 100_000 - first - 2)
  }
}
