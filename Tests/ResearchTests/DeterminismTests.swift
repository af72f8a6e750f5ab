import Engine
import Kernels
import Market
import Models
import Proofs
import Research
import SignalGraph
import Testing

/// Promise 2: the same bars, portfolio and seed give the same bytes, whatever the number of workers
/// and the order of symbols.
@Suite struct DeterminismTests {
  @Test(arguments: [1, 7])
  func `I, N3: any number of workers gives the same models, run hash and everything else`(
    workers: Int
  ) async throws {
    let base = try await Laboratory.base.value
    let other = try await Trial(
      training: base.portfolio, on: Laboratory.market, workers: workers)
    expectSame(other, base)
  }

  @Test func `the order of symbols and timeframes in the portfolio changes nothing`()
    async throws
  {
    let base = try await Laboratory.base.value
    var portfolio = Portfolio(
      name: "another order", symbols: ["LTC", "BTC", "ETH", "BTC"],
      timeframes: base.portfolio.timeframes.reversed())
    #expect(portfolio.symbols == base.portfolio.symbols)
    #expect(portfolio.primary == .h1)
    portfolio.costs = base.portfolio.costs
    portfolio.regime = base.portfolio.regime
    portfolio.forecast = base.portfolio.forecast
    portfolio.minimumBars = base.portfolio.minimumBars
    portfolio.split = base.portfolio.split
    portfolio.allocation = base.portfolio.allocation
    let other = try await Trial(training: portfolio, on: Laboratory.market)
    expectSame(other, base)
  }

  @Test func `a history takes its symbols in any order`() throws {
    let portfolio = Portfolio.small()
    let sorted = try Laboratory.market.history(portfolio)
    let reversed = try MarketHistory(
      symbols: portfolio.symbols.reversed(), timeframes: [.d1, .h1, .h4], primary: .h1, risk: .d1
    ) { symbol, timeframe in
      timeframe == .h1
        ? Laboratory.market.series(symbol)
        : BarSeries(symbol: symbol, timeframe: timeframe, calendar: .continuous)
    }
    #expect(reversed.symbols == sorted.symbols)
    #expect(reversed.grid.times == sorted.grid.times)
    for symbol in portfolio.symbols {
      for timeframe in [Timeframe.h1, .h4, .d1] {
        let key = NodeKey(symbol, timeframe)
        #expect(reversed.series(key) == sorted.series(key))
      }
    }
  }

  @Test func `another seed or another market gives another run`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.seed += 1
    let seed = try await Trial(training: portfolio, on: Laboratory.market)
    #expect(seed.outcome.run.hash != base.outcome.run.hash)
    let unskilled = try await Laboratory.unskilled.value
    #expect(unskilled.outcome.run.hash != base.outcome.run.hash)
  }

  @Test func `work done in parallel comes back in its order`() async throws {
    let items = Array(0..<200)
    for workers in [1, 2, 7, 300] {
      let results = try await concurrentMap(items, workers: workers) { item in
        var random = CounterRandom(seed: UInt64(item), path: ["delay"])
        for _ in 0..<random.below(5) { await Task.yield() }
        return item * item
      }
      #expect(results == items.map { $0 * $0 })
    }
    let nothing = try await concurrentMap([Int](), workers: 2) { $0 }
    #expect(nothing.isEmpty)
  }

  @Test func `a failure in parallel work is thrown, not swallowed`() async {
    struct Broken: Error, Equatable { var item: Int }
    await #expect(throws: Broken(item: 41)) {
      _ = try await concurrentMap(Array(0..<100), workers: 3) { item in
        if item == 41 { throw Broken(item: item) }
        return item
      }
    }
  }

  private func expectSame(_ other: Trial, _ base: Trial) {
    #expect(other.outcome.run.hash == base.outcome.run.hash)
    let end = Timestamp.distantFuture
    #expect(
      Trace(base.outcome).known(at: end).firstDifference(from: Trace(other.outcome).known(at: end))
        == nil)
    #expect(other.tensors.count == base.tensors.count)
    for (mine, theirs) in zip(other.tensors, base.tensors) {
      #expect(mine.name == theirs.name && mine.id == theirs.id)
      #expect(mine.tensors == theirs.tensors, "\(mine.name)")
    }
    for timeframe in base.portfolio.timeframes.map(\.timeframe) {
      #expect(other.skill.records[timeframe] == base.skill.records[timeframe])
    }
  }
}
