import Engine
import Market
import Testing
import Trading

/// The step loop on small markets, every number worked by hand.
@Suite struct StepLoopTests {
  private let start = Timestamp(year: 2020, month: 1, day: 1)

  private func day(_ index: Int) -> Timestamp {
    start + Int64(index) * Timestamp.millisecondsPerDay
  }

  /// Daily bars of (day, open, close).
  private func series(_ symbol: Symbol, _ bars: [(Int, Double, Double)]) -> BarSeries {
    BarSeries(
      symbol: symbol, timeframe: .d1, calendar: .continuous,
      bars: bars.map { index, open, close in
        Bar(
          time: day(index), open: open, high: max(open, close), low: min(open, close),
          close: close, volume: 1)
      })
  }

  private func loop(
    _ series: [BarSeries], commission: Double = 0, slippage: Double = 0, cash: Double = 1000,
    rate: Double = 0
  ) -> StepLoop {
    var capital = CapitalSettings()
    capital.cash = cash
    capital.cashRate = rate
    return StepLoop(
      grid: BarGrid(series), costs: CostSettings(commission: commission, slippage: slippage),
      capital: capital)
  }

  private func run(_ loop: StepLoop, _ script: [Int: [Double?]]) async throws -> EngineRun {
    try await loop.run(0..<loop.grid.times.count, ScriptedTargets(script: script))
  }

  @Test func `three bars with every number`() async throws {
    let loop = loop(
      [series("A", [(0, 90, 100), (1, 110, 120), (2, 100, 90)])], commission: 0.005,
      slippage: 0.02)
    let run = try await run(loop, [0: [0.5], 1: [0.25], 2: [0]])
    #expect(run.times == [day(0), day(1), day(2)])
    #expect(run.knownAt == [day(1), day(2), day(3)])
    #expect(run.orders.map(\.decidedAt) == [day(1), day(2), day(3)])
    #expect(run.fills.map(\.time) == [day(1), day(2)])

    // Close 0: half of 1000 at 100 is 5 units. Open 1: 110 + 2 %.
    #expect(run.orders[0].quantity == 5)
    #expect(run.fills[0].quantity == 5)
    #expect(abs(run.fills[0].price - 112.2) < 1e-12)
    #expect(abs(run.fills[0].fee - 2.805) < 1e-12)
    #expect(abs(run.fills[0].slippage - 11) < 1e-12)
    #expect(run.equity[0] == 1000 && run.cash[0] == 1000 && run.exposure[0] == 0)
    // Cash 1000 - 561 - 2.805; equity with 5 units at 120.
    #expect(abs(run.cash[1] - 436.195) < 1e-9)
    #expect(abs(run.equity[1] - 1036.195) < 1e-9)
    #expect(abs(run.exposure[1] - 600 / 1036.195) < 1e-12)
    #expect(abs(run.weights[1] - 600 / 1036.195) < 1e-12)

    // Close 1: a quarter is 259.04875 / 120 units. Open 2: 100 - 2 %.
    let kept = 0.25 * 1036.195 / 120
    let sold = 5 - kept
    #expect(abs(run.orders[1].quantity + sold) < 1e-12)
    #expect(abs(run.fills[1].price - 98) < 1e-12)
    #expect(abs(run.fills[1].fee - sold * 98 * 0.005) < 1e-12)
    #expect(abs(run.fills[1].slippage - sold * 2) < 1e-12)
    let cash = 436.195 + sold * 98 * 0.995
    #expect(abs(run.cash[2] - cash) < 1e-9)
    #expect(abs(run.cash[2] - 713.2463032) < 1e-7)
    #expect(abs(run.equity[2] - (cash + kept * 90)) < 1e-9)
    #expect(abs(run.equity[2] - 907.5328657) < 1e-7)

    // The order of the last close finds no bar any more.
    #expect(run.orders[2].quantity == -run.book.quantities[0])
    #expect(run.fills.count == 2)
    #expect(run.book.equity == run.equity[2])
    #expect(abs(run.book.entryPrices[0]! - 112.2) < 1e-12)
  }

  @Test func `a sale pays for a purchase at the same open`() async throws {
    let loop = loop([
      series("A", [(0, 10, 10), (1, 10, 10), (2, 10, 10)]),
      series("B", [(0, 20, 20), (1, 20, 20), (2, 25, 25)]),
    ])
    let run = try await run(loop, [0: [0, 1], 1: [1, 0]])
    #expect(run.fills.map(\.symbol) == ["B", "B", "A"])
    #expect(run.fills.map(\.quantity) == [50, -50, 100])
    #expect(run.equity == [1000, 1000, 1250])
    #expect(run.weights == [0, 0, 0, 1, 0.8, 0])
    #expect(run.cash == [1000, 0, 250])
  }

  @Test func `a short position by hand`() async throws {
    let loop = loop(
      [series("A", [(0, 100, 100), (1, 100, 80), (2, 90, 90)])], slippage: 0.01)
    let run = try await run(loop, [0: [-0.5], 1: [0]])
    // 5 units at 99, bought back at 90.9.
    #expect(abs(run.equity[1] - (1000 + 495 - 400)) < 1e-9)
    #expect(abs(run.equity[2] - (1000 + 495 - 454.5)) < 1e-9)
    #expect(run.book.quantities == [0] && run.book.entryPrices == [nil])
  }

  @Test func `an order waits for the next bar of its symbol, a position keeps its last price`()
    async throws
  {
    let loop = loop([
      series("A", [(0, 10, 10), (1, 11, 12), (2, 12, 12), (3, 12, 12), (4, 12, 12)]),
      series("B", [(0, 20, 20), (3, 25, 30), (4, 40, 50)]),
    ])
    let run = try await run(loop, [0: [0.5, 0.5]])
    #expect(run.fills.map(\.symbol) == ["A", "B"])
    #expect(run.fills.map(\.time) == [day(1), day(3)])
    #expect(run.fills.map(\.price) == [11, 25])
    #expect(run.orders.map(\.decidedAt) == [day(1), day(1)])
    // 50 units of A at 11; the 25 of B wait, and at 25 the 450 left in cash pay for 18 of them.
    #expect(run.orders.map(\.quantity) == [50, 25])
    #expect(run.fills[0].quantity == 50 && abs(run.fills[1].quantity - 18) < 1e-9)
    #expect(run.cash[1] == 450 && run.cash[2] == 450 && abs(run.cash[3]) < 1e-8)
    for (equity, expected) in zip(run.equity, [1000.0, 1050, 1050, 1140, 1500]) {
      #expect(abs(equity - expected) < 1e-8)
    }

    // Sold at close 3 while B pauses: held at its last price until it trades.
    let pause = self.loop([
      series("A", [(0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 1, 1), (4, 1, 1)]),
      series("B", [(0, 20, 20), (1, 20, 40), (4, 10, 10)]),
    ])
    let held = try await self.run(pause, [0: [nil, 0.5], 2: [nil, 0]])
    #expect(held.equity == [1000, 1500, 1500, 1500, 750])
    #expect(held.orders.map(\.quantity) == [25, -25])
    #expect(held.fills.map(\.time) == [day(1), day(4)])
    #expect(held.book.quantities == [0, 0])
  }

  @Test func `a newer target replaces an order that waits, and no target leaves it`() async throws {
    let a = series("A", [(0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 1, 1)])
    let b = series("B", [(0, 20, 20), (3, 20, 20)])
    let replaced = try await run(loop([a, b]), [0: [nil, 0.5], 1: [0.1, nil], 2: [nil, 0.25]])
    #expect(replaced.orders.map(\.quantity) == [25, 100, 12.5])
    #expect(replaced.fills.map(\.quantity) == [100, 12.5])
    let left = try await run(loop([a, b]), [0: [nil, 0.5], 1: [0.1, nil]])
    #expect(left.fills.map(\.quantity) == [100, 25])
    // Back to what is held: the waiting order is withdrawn.
    let withdrawn = try await run(loop([a, b]), [0: [nil, 0.5], 2: [nil, 0]])
    #expect(withdrawn.orders.count == 1 && withdrawn.fills.isEmpty)
  }

  @Test func `a symbol has no order before its first bar`() async throws {
    let loop = loop([
      series("A", [(0, 10, 10), (1, 10, 10), (2, 10, 10), (3, 10, 10)]),
      series("B", [(2, 50, 40), (3, 50, 50)]),
    ])
    let run = try await loop.run(0..<4, SteadyTargets(weights: [0.5, 0.5]))
    let late = run.orders.filter { $0.symbol == "B" }
    #expect(late.map(\.decidedAt) == [day(3)])
    #expect(late.map(\.quantity) == [12.5])
    #expect(run.fills.filter { $0.symbol == "B" }.map(\.price) == [50])
    // Listed at 40, bought at 50: no gain from the close before.
    #expect(run.equity == [1000, 1000, 1000, 1000])
  }

  @Test func `a run may begin anywhere; what traded before has its last price`() async throws {
    let loop = loop([
      series("A", [(0, 10, 10), (1, 10, 10), (2, 10, 10), (3, 10, 10)]),
      series("B", [(0, 20, 25), (3, 50, 100)]),
    ])
    let run = try await loop.run(1..<4, SteadyTargets(weights: [0, 0.5]))
    #expect(run.times == [day(1), day(2), day(3)])
    // At 25 half the account is 20 units, until they have doubled twice.
    #expect(run.orders.map(\.quantity) == [20, 20, -10])
    #expect(run.fills.map(\.quantity) == [20])
    // Filled with all the cash there was, and doubled.
    #expect(run.equity == [1000, 1000, 2000])
    #expect(run.startCapital == 1000)
  }

  @Test func `a run over nothing is the start capital`() async throws {
    let loop = loop([series("A", [(0, 10, 10)])])
    let run = try await loop.run(0..<0, SteadyTargets(weights: [1]))
    #expect(run.equity.isEmpty && run.fills.isEmpty && run.orders.isEmpty)
    #expect(run.book.equity == 1000)
  }

  @Test func `interest accrues on cash, over gaps too, and on nothing else`() async throws {
    // .0365 a year is one in ten thousand a day.
    let bars = series("A", [(0, 10, 10), (1, 10, 10), (4, 10, 10)])
    let idle = try await run(loop([bars], rate: 0.0365), [:])
    #expect(abs(idle.equity[1] - 1000.1) < 1e-9)
    #expect(abs(idle.equity[2] - 1000.1 * 1.0003) < 1e-9)
    #expect(abs(idle.book.interest - (idle.equity[2] - 1000)) < 1e-9)
    // Bought at the open of day 1: the whole account earned for one day, a tenth for three.
    let invested = try await run(loop([bars], rate: 0.0365), [0: [0.9]])
    #expect(abs(invested.equity[1] - 1000.1) < 1e-9)
    #expect(abs(invested.equity[2] - (1000.1 + 100.1 * 0.0003)) < 1e-9)
    // A negative rate costs; a rate of zero gives nothing at all.
    let charged = try await run(loop([bars], rate: -0.0365), [:])
    #expect(abs(charged.equity[1] - 999.9) < 1e-9)
    #expect(try await run(loop([bars]), [:]).book.interest == 0)
  }

  @Test func `a short account that has lost everything can only close`() async throws {
    let loop = loop([
      series("A", [(0, 10, 10), (1, 10, 40), (2, 40, 40), (3, 40, 40)]),
      series("B", [(0, 5, 5), (1, 5, 5), (2, 5, 5), (3, 5, 5)]),
    ])
    let run = try await loop.run(
      0..<4, ScriptedTargets(script: [0: [-1, 0], 1: [-1, 0.5], 2: [0.5, -0.5]]))
    // 100 units short at 10, bought back at 40 with the 2000 that are there.
    #expect(run.equity[1] == -2000)
    #expect(run.orders.map(\.symbol) == ["A", "A", "A"])
    #expect(run.orders[1].quantity == 100)
    #expect(abs(run.fills[1].quantity - 50) < 1e-9)
    #expect(run.cash.allSatisfy { $0 >= 0 })
    #expect(abs(run.orders[2].quantity - 50) < 1e-9)
    #expect(run.book.quantities[1] == 0)
  }

  @Test func `an error of the decision ends the run with it`() async throws {
    let loop = loop([series("A", [(0, 10, 10), (1, 10, 10)])])
    await #expect(throws: FailingTargets.Failure(step: 1)) {
      try await loop.run(0..<2, FailingTargets(step: 1))
    }
  }
}
