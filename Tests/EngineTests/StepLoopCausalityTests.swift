import Engine
import Market
import Testing
import Trading

/// No look-ahead: the future changes nothing that was decided, filled or counted before.
@Suite struct StepLoopCausalityTests {
  private func run(_ market: GeneratedMarket, _ seed: Int) async throws -> EngineRun {
    let grid = market.grid
    var capital = CapitalSettings()
    capital.cashRate = 0.03
    let loop = StepLoop(
      grid: grid, costs: CostSettings(commission: 0.001, slippage: 0.0005), capital: capital)
    return try await loop.run(
      0..<grid.times.count, RandomTargets(seed: seed, short: seed % 2 == 0, chance: 0.6))
  }

  /// Compares all that carries a stamp at or before `time`.
  private func expectSamePast(_ a: EngineRun, _ b: EngineRun, until time: Timestamp) {
    let (x, y) = (past(a, time), past(b, time))
    #expect(x.orders == y.orders)
    #expect(x.fills == y.fills)
    #expect(x.equity == y.equity)
    #expect(x.cash == y.cash)
    #expect(x.weights == y.weights)
  }

  private func past(_ run: EngineRun, _ time: Timestamp) -> (
    orders: [Order], fills: [Fill], equity: [UInt64], cash: [UInt64], weights: [UInt64]
  ) {
    let steps = run.knownAt.count { $0 <= time }
    return (
      run.orders.filter { $0.decidedAt <= time }, run.fills.filter { $0.time <= time },
      run.equity.prefix(steps).map(\.bitPattern), run.cash.prefix(steps).map(\.bitPattern),
      run.weights.prefix(steps * run.symbols.count).map(\.bitPattern)
    )
  }

  @Test func `bars that open after a moment change nothing stamped at or before it`() async throws {
    var compared = 0
    for seed in 0..<60 {
      let market = GeneratedMarket(seed: seed)
      let run = try await run(market, seed)
      for step in stride(from: 0, to: run.times.count - 1, by: 7) {
        // An open: fills stamped with it stand, although its bar is not known yet.
        for time in [run.times[step], run.times[step] + 1] {
          let other = try await self.run(market.corrupted(after: time, seed: step), seed)
          expectSamePast(run, other, until: time)
          compared += past(run, time).orders.count
        }
        #expect(
          run.hash
            != (try await self.run(
              market.corrupted(after: run.times[step], seed: step), seed)).hash)
      }
    }
    #expect(compared > 10_000)
  }

  @Test func `bars that are not known at a close change nothing decided at it`() async throws {
    for seed in 0..<60 {
      let market = GeneratedMarket(seed: seed)
      let run = try await run(market, seed)
      for step in stride(from: 3, to: run.times.count - 1, by: 11) {
        // All bars from the next one on, its open included.
        let close = run.knownAt[step]
        let other = try await self.run(
          market.corrupted(after: run.times[step], seed: step), seed)
        #expect(
          run.orders.filter { $0.decidedAt <= close }
            == other.orders.filter { $0.decidedAt <= close })
        #expect(
          run.fills.filter { $0.time < close } == other.fills.filter { $0.time < close })
        #expect(run.equity.prefix(step + 1) == other.equity.prefix(step + 1))
      }
    }
  }

  @Test func `a market that ends earlier gives the first part of the same run`() async throws {
    for seed in 0..<60 {
      let market = GeneratedMarket(seed: seed)
      let run = try await run(market, seed)
      for step in [5, 20, 41] {
        let short = try await self.run(market.truncated(after: run.times[step]), seed)
        #expect(short.times == Array(run.times.prefix(step + 1)))
        #expect(short.equity == Array(run.equity.prefix(step + 1)))
        #expect(short.orders == run.orders.filter { $0.decidedAt <= run.knownAt[step] })
        #expect(short.fills == run.fills.filter { $0.time <= run.times[step] })
      }
    }
  }
}
