import Engine
import Market
import Testing
import Trading

/// Lots, volumes and the least commission on their way through the loop.
@Suite struct OrderSizeTests {
  private typealias Day = DailyMarket.Day

  @Test func `whole shares are bought, and the same target again trades nothing`() async throws {
    let loop = DailyMarket.loop([DailyMarket.flat("A", 30, 0..<5)]) { _, capital in
      capital.lot = 1
    }
    let run = try await loop.run(0..<5, SteadyTargets(weights: [0.5]))
    #expect(run.fills.map(\.quantity) == [16])
    #expect(run.orders.count == 1)
  }

  @Test func `a basket that cash cannot pay for is cut to whole lots`() async throws {
    let loop = DailyMarket.loop([
      DailyMarket.series("A", [Day(0, 30, 30), Day(1, 40, 40)]),
      DailyMarket.series("B", [Day(0, 30, 30), Day(1, 40, 40)]),
    ]) { _, capital in capital.lot = 1 }
    // 16 of each at 40 would cost 1280: 12.5 of each, so 12.
    let run = try await DailyMarket.run(loop, [0: [0.5, 0.5]])
    #expect(run.fills.map(\.quantity) == [12, 12] && run.cash[1] == 40)
  }

  private let thin = DailyMarket.series(
    "A", (0..<6).map { Day($0, 10, 10, volume: $0 == 2 ? 0 : 100) })

  @Test func `an order beyond its part of the volume waits for the next opens`() async throws {
    let loop = DailyMarket.loop([thin]) { costs, _ in costs.participation = 0.2 }
    let run = try await DailyMarket.run(loop, [0: [0.5]])
    // 50 units: 20 at opens 1 and 2; nobody traded on day 2; the last 10 on day 4.
    #expect(run.fills.map(\.quantity) == [20, 20, 10])
    #expect(run.fills.map(\.time) == [1, 2, 4].map(DailyMarket.day))
    #expect(run.orders.count == 1)
  }

  @Test func `or it is cancelled`() async throws {
    let loop = DailyMarket.loop([thin]) { costs, _ in
      costs.participation = 0.2
      costs.remainder = .cancel
    }
    let run = try await DailyMarket.run(loop, [0: [0.5]])
    #expect(run.fills.map(\.quantity) == [20])
  }

  @Test func `a newer target replaces what waits`() async throws {
    let loop = DailyMarket.loop([thin]) { costs, _ in costs.participation = 0.2 }
    let run = try await DailyMarket.run(loop, [0: [0.5], 1: [0.25]])
    #expect(run.orders.map(\.quantity) == [50, 5])
    #expect(run.fills.map(\.quantity) == [20, 5])
  }

  @Test func `each part of the price has its own account`() async throws {
    let loop = DailyMarket.loop([thin]) { costs, _ in
      costs.slippage = 0.001
      costs.halfSpread = 0.002
      costs.impact = 0.04
      costs.commission = 0.001
      costs.minimumCommission = 2
    }
    let run = try await DailyMarket.run(loop, [0: [0.25]])
    // 25 of a volume of 100: impact .02; 10.23 a unit, and the least commission.
    let fill = run.fills[0]
    #expect(abs(fill.price - 10.23) < 1e-12)
    #expect(abs(fill.slippage - 0.25) < 1e-9 && abs(fill.spread - 0.5) < 1e-9)
    #expect(abs(fill.impact - 5) < 1e-9 && fill.fee == 2)
    #expect(abs(run.equity[1] - (1000 - 7.75)) < 1e-9)
    let book = run.book
    #expect(abs(book.fees + book.slippage + book.spread + book.impact - 7.75) < 1e-9)
  }
}
