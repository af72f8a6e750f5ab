import Engine
import Kernels
import Market
import Testing
import Trading

/// A: fills in or at the signal bar, or at stale prices.
@Suite struct DefectA_SameBarFillTests {
  @Test func `nothing is filled in the bar of its signal, nor where the symbol has no bar`()
    async throws
  {
    try await expectAll(0..<500) { one in
      var one = one
      one.features.removeAll { $0 == .delisting }
      let (run, loop) = try await one.run()
      return run.fills.compactMap { fill in
        let symbol = loop.grid.symbols.firstIndex(of: fill.symbol)!
        let series = loop.grid.series[symbol]
        if fill.isIntrabar { return nil }
        guard let bar = series.times.firstIndex(of: fill.time) else { return "\(fill) at no open" }
        let order = run.orders.last { $0.symbol == fill.symbol && $0.decidedAt <= fill.time }
        guard let order else { return "\(fill) without an order" }
        let price = series.opens[bar]
        let isOpen = fill.quantity > 0 ? fill.price >= price : fill.price <= price
        return order.decidedAt <= series.times[bar] && isOpen ? nil : "\(fill) off its open"
      }
    }
  }

  @Test func `no bar after a moment changes a byte before it, stops within bars included`()
    async throws
  {
    try await expectAll(0..<500) { one in
      let (run, loop) = try await one.run()
      let middle = run.times.count / 2
      let time = run.times[middle]
      let other = StepLoop(
        grid: one.market.corrupted(after: time, seed: 1).grid, costs: loop.fillModel.costs,
        capital: loop.capital, splits: loop.splits)
      let end = other.grid.times.firstIndex { $0 > time } ?? other.grid.times.count
      let wrong = try await other.run(0..<end, one.decisionMaker)
      let isSame =
        wrong.equity == Array(run.equity.prefix(end))
        && wrong.fills.filter { $0.time <= time } == run.fills.filter { $0.time <= time }
      return isSame ? [] : ["bars after \(time) changed what came before"]
    }
  }
}

/// D: cash and the order of execution.
@Suite struct DefectD_CashOrderTests {
  private typealias Day = DailyMarket.Day

  @Test func `a sale pays for a purchase of a symbol that stands before it`() async throws {
    let loop = DailyMarket.loop([
      DailyMarket.flat("A", 10, 0..<4), DailyMarket.flat("B", 10, 0..<4),
    ])
    let run = try await DailyMarket.run(loop, [0: [0, 1], 1: [1, 0]])
    #expect(run.fills.map { "\($0.symbol) \($0.quantity)" } == ["B 100.0", "B -100.0", "A 100.0"])
  }

  @Test func `all of the equity with fees scales the basket, and drops no order`() async throws {
    let loop = DailyMarket.loop([
      DailyMarket.series("A", [Day(0, 10, 10), Day(1, 11, 11)]),
      DailyMarket.series("B", [Day(0, 20, 20), Day(1, 22, 22)]),
    ]) { costs, _ in costs.commission = 0.01 }
    let run = try await DailyMarket.run(loop, [0: [0.5, 0.5]])
    #expect(run.fills.count == 2 && run.cash[1] >= 0 && run.cash[1] < 1e-6)
    #expect(abs(run.fills[0].quantity / run.fills[1].quantity - 2) < 1e-12)
  }

  @Test func `the target is sized at the signal's close, not at the fill`() async throws {
    let loop = DailyMarket.loop([
      DailyMarket.series("A", [Day(0, 10, 10), Day(1, 20, 20), Day(2, 20, 20)])
    ])
    let run = try await DailyMarket.run(loop, [0: [0.25]])
    #expect(run.fills[0].quantity == 25)
  }
}

/// F: missing, stale, late and ending data.
@Suite struct DefectF_MissingDataTests {
  @Test func `equity is a number at every bar of every market`() async throws {
    try await expectAll(0..<500) { one in
      let run = try await one.run().run
      return run.equity.allSatisfy(\.isFinite) && run.cash.allSatisfy(\.isFinite)
        ? [] : ["equity is no number"]
    }
  }

  @Test func `a symbol that nobody holds changes nothing by its gaps`() async throws {
    let whole = DailyMarket.flat("B", 7, 0..<6)
    let gaps = BarSeries(
      symbol: "B", timeframe: .d1, calendar: .continuous,
      bars: whole.filter { [0, 5].contains(Int($0.time.day - DailyMarket.start.day)) })
    let held = DailyMarket.flat("A", 10, 0..<6)
    let script: [Int: [Double?]] = [0: [0.5, nil], 3: [0.25, nil]]
    let one = try await DailyMarket.run(DailyMarket.loop([held, whole]), script)
    let other = try await DailyMarket.run(DailyMarket.loop([held, gaps]), script)
    #expect(one.equity == other.equity && one.fills == other.fills)
  }
}

/// H: calendars and clocks.
@Suite struct DefectH_CalendarTests {
  @Test func `weeks of clock changes are weeks like any other`() async throws {
    // Hourly bars over 2020-03-29 and 2020-10-25, when Europe's clocks changed.
    for (month, day) in [(3, 28), (10, 24)] {
      let start = Timestamp(year: 2020, month: month, day: day)
      let series = BarSeries(
        symbol: "A", timeframe: .h1, calendar: .continuous,
        bars: (0..<72).map {
          Bar(
            time: start + Int64($0) * 3_600_000, open: 10, high: 10, low: 10, close: 10, volume: 1)
        })
      var capital = CapitalSettings()
      capital.cashRate = 0.0365
      let loop = StepLoop(
        grid: BarGrid([series]), costs: CostSettings(commission: 0, slippage: 0),
        capital: capital)
      let run = try await loop.run(0..<72, SteadyTargets(weights: [0]))
      // 71 hours of a ten-thousandth a day, hour by hour.
      let hourly = 1 + 0.0001 / 24
      var expected = 100_000.0
      for _ in 0..<71 { expected *= hourly }
      #expect(abs(run.equity[71] / expected - 1) < 1e-12)
      #expect(zip(run.times, run.times.dropFirst()).allSatisfy { $1 - $0 == 3_600_000 })
    }
  }
}

/// I: nondeterminism.
@Suite struct DefectI_NondeterminismTests {
  @Test func `runs side by side give the bytes of runs alone`() async throws {
    let alone = try await EngineCase(seed: 5).run().run.hash
    let hashes = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<16 { group.addTask { try await EngineCase(seed: 5).run().run.hash } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(hashes == [alone])
  }
}
