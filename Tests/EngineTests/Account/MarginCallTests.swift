import Engine
import Market
import Testing
import Trading

/// Leverage, and what happens when it goes wrong.
@Suite struct MarginCallTests {
  private typealias Day = DailyMarket.Day

  private func loop(_ closes: [Double], leverage: Double, maintenance: Double) -> StepLoop {
    let days = closes.indices.map { Day($0, $0 == 0 ? closes[0] : closes[$0 - 1], closes[$0]) }
    return DailyMarket.loop([DailyMarket.series("A", days)]) { _, capital in
      capital.leverage = leverage
      capital.maintenance = maintenance
    }
  }

  @Test func `without leverage a target beyond the cash is scaled to it`() async throws {
    let run = try await DailyMarket.run(
      loop([10, 10, 10], leverage: 1, maintenance: 0), [0: [3]])
    #expect(abs(run.fills[0].quantity - 100) < 1e-9 && run.cash[1] >= 0)
  }

  @Test func `leverage buys up to its multiple of the equity`() async throws {
    let run = try await DailyMarket.run(
      loop([10, 10, 12], leverage: 2, maintenance: 0), [0: [3]])
    #expect(abs(run.fills[0].quantity - 200) < 1e-8)
    #expect(abs(run.cash[1] + 1000) < 1e-8 && abs(run.equity[2] - 1400) < 1e-7)
  }

  @Test func `a margin call brings the positions back to the leverage at the next open`()
    async throws
  {
    // 400 units at 10 on 1000; at 8 they are worth 3200, the equity is 200: 6.25 %.
    let run = try await DailyMarket.run(
      loop([10, 10, 8, 8], leverage: 4, maintenance: 0.1), [0: [4]])
    #expect(abs(run.equity[2] - 200) < 1e-7)
    #expect(run.orders.last?.reason == "margin call")
    #expect(run.orders.last?.decidedAt == DailyMarket.day(3))
    // Four times 200 is 800: 100 units stay.
    #expect(abs(run.fills[1].quantity + 300) < 1e-7 && run.fills[1].time == DailyMarket.day(3))
    #expect(abs(run.exposure[3] - 4) < 1e-9)
    // Above the margin nothing is called.
    let calm = try await DailyMarket.run(
      loop([10, 10, 8.5, 8.5], leverage: 4, maintenance: 0.1), [0: [4]])
    #expect(calm.fills.count == 1)
  }

  @Test func `an account without equity is closed, and a call outranks a new decision`()
    async throws
  {
    let run = try await DailyMarket.run(
      loop([10, 10, 7, 7, 7], leverage: 4, maintenance: 0.1), [0: [4], 2: [2], 3: [1]])
    #expect(abs(run.equity[2] + 200) < 1e-7)
    #expect(abs(run.fills[1].quantity + run.fills[0].quantity) < 1e-9)
    #expect(run.book.quantities == [0] && run.fills.count == 2)
  }

  @Test func `what was decided to fall further than the call, does`() async throws {
    let run = try await DailyMarket.run(
      loop([10, 10, 8, 8], leverage: 4, maintenance: 0.1), [0: [4], 2: [0]])
    #expect(run.book.quantities == [0])
    #expect(run.orders.map(\.reason) == ["script", "script"])
  }
}
