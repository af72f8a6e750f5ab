import Engine
import Market
import Testing
import Trading

/// What positions and debts cost while they are held.
@Suite struct HoldingCostTests {
  private typealias Day = DailyMarket.Day

  @Test func `a short position pays for borrowing, by calendar time`() async throws {
    // .365 a year is a thousandth a day; nothing trades on days 2 and 3.
    let loop = DailyMarket.loop([
      DailyMarket.series("A", [Day(0, 10, 10), Day(1, 10, 10), Day(4, 10, 20), Day(5, 20, 20)])
    ]) { costs, _ in costs.borrow = 0.365 }
    let run = try await DailyMarket.run(loop, [0: [-0.5]])
    // 50 units short at 10: .5 a day for three days, then 1 on the 1000 of the next close.
    #expect(abs(run.book.borrow - 2.5) < 1e-9)
    #expect(abs(run.equity[3] - (1000 - 500 - 2.5)) < 1e-9)
    #expect(run.book.funding == 0 && run.book.interest == 0)
    let long = try await DailyMarket.run(loop, [0: [0.5]])
    #expect(long.book.borrow == 0)
  }

  @Test func `funding goes from long to short positions`() async throws {
    let loop = DailyMarket.loop([DailyMarket.flat("A", 10, 0..<3)]) { costs, _ in
      costs.funding = 0.365
    }
    let long = try await DailyMarket.run(loop, [0: [0.5]])
    #expect(abs(long.book.funding - 0.5) < 1e-9 && abs(long.equity[2] - 999.5) < 1e-9)
    let short = try await DailyMarket.run(loop, [0: [-0.5]])
    #expect(abs(short.book.funding + 0.5) < 1e-9 && abs(short.equity[2] - 1000.5) < 1e-9)
  }

  @Test func `a debt has a rate of its own`() async throws {
    let loop = DailyMarket.loop([DailyMarket.flat("A", 10, 0..<3)]) { _, capital in
      capital.leverage = 2
      capital.cashRate = 0.0365
      capital.debitRate = 0.365
    }
    let run = try await DailyMarket.run(loop, [0: [2]])
    // A day of interest on 1000, ordered before it; then a day on the debt of 999.9.
    #expect(abs(run.cash[1] + 999.9) < 1e-9)
    #expect(abs(run.cash[2] - run.cash[1] * 1.001) < 1e-9)
    #expect(abs(run.book.interest - (0.1 - 0.9999)) < 1e-9)
  }

  @Test func `a weekend costs three days, and each calendar steps on its own`() async throws {
    // Days 0 and 1 are Thursday and Friday (2020-01-02, -03) of the stock; the coin trades on.
    let stock = DailyMarket.series(
      "STOCK", [Day(1, 10, 10), Day(2, 10, 10), Day(5, 12, 12), Day(6, 12, 12)],
      calendar: .sessions)
    let coin = DailyMarket.flat("COIN", 5, 1..<7)
    let loop = DailyMarket.loop([stock, coin]) { costs, _ in costs.borrow = 0.365 }
    // Decided on Saturday's close, when the fee of a day was paid: the stock's order waits for Monday's open.
    let run = try await DailyMarket.run(loop, [0: [nil, -0.5], 2: [0.25, 0]])
    let bought = run.fills.map { "\($0.symbol) \($0.time.date) \($0.quantity)" }
    #expect(
      bought == ["STOCK 2020-01-03 -50.0", "COIN 2020-01-05 49.975", "STOCK 2020-01-06 50.0"])
    // Friday to Monday: 500 short for three days.
    #expect(abs(run.book.borrow - 1.5) < 1e-9)
  }
}
