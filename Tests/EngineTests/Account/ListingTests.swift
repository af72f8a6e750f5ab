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

  /// Hourly bars at 10, by hours from Wednesday's midnight.
  private func hourly(_ symbol: Symbol, _ calendar: TradingCalendar, _ open: [Range<Int>])
    -> BarSeries
  {
    BarSeries(
      symbol: symbol, timeframe: .h1, calendar: calendar,
      bars: open.joined().map { hour in
        Bar(
          time: DailyMarket.start + Int64(hour) * Timeframe.h1.milliseconds, open: 10, high: 10,
          low: 10, close: 10, volume: 1000)
      })
  }

  @Test(
    arguments: [
      // Six hours of a weekday; more than four nights after Friday it has ended.
      (.sessions, 12, [0..<6, 24..<30, 48..<54, 120..<126, 144..<150, 168..<174], 168),
      // From Sunday to Friday 22:00, New York's hours in winter, and 21:00, those in summer; on Monday at
      // one it has ended.
      (.weekdays, 24, [0..<70, 118..<192], 121), (.weekdays, 24, [0..<69, 117..<192], 121),
    ] as [(TradingCalendar, Int64, [Range<Int>], Int)])
  func `no evening and no currency's weekend delists, an end does`(
    calendar: TradingCalendar, limit: Int64, open: [Range<Int>], end: Int
  ) async throws {
    func run(_ open: [Range<Int>]) async throws -> EngineRun {
      let series = [hourly("A", calendar, open), hourly("B", .continuous, [0..<192])]
      let loop = DailyMarket.loop(series) { _, capital in
        capital.delistAfter = limit * Timeframe.h1.milliseconds
        capital.delistLoss = 0.25
      }
      return try await DailyMarket.run(loop, [0: [0.5, nil]])
    }
    let held = try await run(open)
    #expect(held.fills.count == 1 && held.book.quantities == [50, 0] && held.book.writeOffs == 0)
    // Nothing after Friday.
    let ended = try await run(open.filter { $0.upperBound <= 72 })
    #expect(ended.fills.map(\.reason) == ["script", "no bars any more"])
    #expect(
      ended.fills.last?.time == DailyMarket.start + Int64(end) * Timeframe.h1.milliseconds)
    #expect(ended.book.quantities == [0, 0] && ended.book.writeOffs == 125)
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
