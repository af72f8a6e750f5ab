import Engine
import Market
import Testing
import Trading

/// Splits, and symbols that are traded no more.
@Suite struct ListingTests {
  private typealias Day = DailyMarket.Day

  @Test func `a split changes units and prices, and no value`() async throws {
    let days = [Day(0, 10, 10), Day(1, 10, 12), Day(2, 6, 6), Day(3, 6, 6)]
    let loop = DailyMarket.loop(
      [DailyMarket.series("A", days)],
      splits: [Split(symbol: "A", time: DailyMarket.day(2), ratio: 2)])
    let run = try await DailyMarket.run(loop, [0: [0.5]])
    #expect(run.equity == [1000, 1100, 1100, 1100])
    #expect(run.book.quantities == [100])
    #expect(run.book.entryPrices == [5] && run.book.bestMarks == [6])
    #expect(run.fills.count == 1)
  }

  @Test func `an order that waits is split too, and so is the price it was sized by`() async throws
  {
    let days = [Day(0, 10, 10), Day(1, 5, 5)]
    let loop = DailyMarket.loop(
      [DailyMarket.series("A", days)],
      splits: [Split(symbol: "A", time: DailyMarket.day(1), ratio: 2)])
    let run = try await DailyMarket.run(loop, [0: [0.5]])
    #expect(run.fills.map(\.quantity) == [100] && run.equity[1] == 1000)
  }

  private let delisted = [
    DailyMarket.series("A", [Day(0, 10, 10), Day(1, 10, 8)]), DailyMarket.flat("B", 1, 0..<6),
  ]

  @Test func `a position without bars is held at its last price, unless a rule closes it`()
    async throws
  {
    let held = try await DailyMarket.run(DailyMarket.loop(delisted), [0: [0.5, nil]])
    #expect(held.book.quantities == [50, 0] && held.equity.last == 900)
    let loop = DailyMarket.loop(delisted) { _, capital in
      capital.delistAfter = 2 * Timestamp.millisecondsPerDay
    }
    let closed = try await DailyMarket.run(loop, [0: [0.5, nil], 2: [0, nil]])
    // Its last bar closed at the start of day 2; two days later it is closed.
    #expect(closed.fills.map(\.time) == [1, 4].map(DailyMarket.day))
    #expect(closed.fills[1].price == 8 && closed.fills[1].reason == "no bars any more")
    #expect(closed.book.quantities == [0, 0] && closed.cash.last == 900)
  }

  @Test func `what cannot be recovered is written off, for long positions`() async throws {
    let loop = DailyMarket.loop(delisted) { _, capital in
      capital.delistAfter = Timestamp.millisecondsPerDay
      capital.delistLoss = 0.25
    }
    let long = try await DailyMarket.run(loop, [0: [0.5, nil]])
    #expect(long.book.writeOffs == 100 && long.equity.last == 800)
    let short = try await DailyMarket.run(loop, [0: [-0.5, nil]])
    #expect(short.book.writeOffs == 0 && short.equity.last == 1100)
  }

  @Test func `a symbol that is listed late joins at its first open after its first close`()
    async throws
  {
    let late = DailyMarket.series("A", [Day(3, 4, 5), Day(4, 5, 5), Day(5, 5, 5)])
    let loop = DailyMarket.loop([late, DailyMarket.flat("B", 1, 0..<6)])
    let run = try await loop.run(0..<6, SteadyTargets(weights: [0.5, nil]))
    #expect(run.fills.map(\.time) == [DailyMarket.day(4)] && run.fills[0].quantity == 100)
  }

  @Test func `a night and a long weekend delist nobody`() async throws {
    // From a Thursday to a Tuesday: Easter.
    let share = DailyMarket.series(
      "A", [Day(0, 10, 10), Day(1, 10, 10), Day(6, 10, 10)], calendar: .sessions)
    let loop = DailyMarket.loop([share, DailyMarket.flat("B", 1, 0..<8)]) { _, capital in
      (capital.delistAfter, capital.delistLoss) = (2 * Timestamp.millisecondsPerDay, 0.3)
    }
    let run = try await DailyMarket.run(loop, [0: [0.5, nil]])
    #expect(run.book.writeOffs == 0 && run.book.quantities[0] == 50)
  }

  @Test func `an order does not wait longer than a position`() async throws {
    let gone = DailyMarket.series("A", [Day(0, 10, 10), Day(9, 500, 500), Day(10, 250, 250)])
    let loop = DailyMarket.loop([gone, DailyMarket.flat("B", 1, 0..<11)]) { _, capital in
      capital.delistAfter = 5 * Timestamp.millisecondsPerDay
    }
    #expect(try await DailyMarket.run(loop, [0: [0.5, nil]]).fills.isEmpty)
  }

  @Test func `across a split the volume before it counts in the new units, and lots stay whole`()
    async throws
  {
    let days = [
      Day(0, 10, 10, volume: 1000), Day(1, 100, 100, volume: 1000), Day(2, 100, 100, volume: 1000),
    ]
    let loop = DailyMarket.loop(
      [DailyMarket.series("A", days)],
      splits: [Split(symbol: "A", time: DailyMarket.day(1), ratio: 0.1)]
    ) { costs, capital in
      (capital.cash, capital.lot, costs.participation) = (10_000, 1, 0.1)
      costs.remainder = .wait
    }
    // 305 old units are 30 new ones; 1000 old units traded, 100 new ones, of which a tenth may be filled.
    let run = try await DailyMarket.run(loop, [0: [0.305]])
    #expect(run.fills.map(\.quantity) == [10, 20])
  }
}
