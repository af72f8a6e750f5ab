import Engine
import Market
import Testing
import Trading

/// Protective orders on their way through the loop.
@Suite struct IntrabarExitTests {
  private typealias Day = DailyMarket.Day

  private func bracket(stop: Double? = nil, trailing: Double? = nil, target: Double? = nil)
    -> Bracket
  {
    var bracket = Bracket()
    (bracket.stop, bracket.trailing, bracket.target) = (stop, trailing, target)
    return bracket
  }

  @Test func `a position is closed in the bar that reaches its stop, stamped with its close`()
    async throws
  {
    let loop = DailyMarket.loop([
      DailyMarket.series(
        "A", [Day(0, 10, 10), Day(1, 10, 10), Day(2, 10, 11, low: 8), Day(3, 11, 11)])
    ]) { costs, _ in costs.slippage = 0.01 }
    let run = try await DailyMarket.run(loop, [0: [0.5]], brackets: [bracket(stop: 0.1)])
    // Bought at 10.1, so the stop is at 9.09, filled a hundredth below.
    let fill = try #require(run.fills.last)
    #expect(run.fills.count == 2 && fill.isIntrabar && fill.reason == "exit: stop")
    #expect(fill.time == DailyMarket.day(3) && abs(fill.price - 9.09 * 0.99) < 1e-12)
    #expect(run.book.quantities == [0] && run.cash[2] == run.equity[2])
  }

  @Test func `a stop protects from the open of the entry's own bar on`() async throws {
    let loop = DailyMarket.loop([
      DailyMarket.series("A", [Day(0, 10, 10), Day(1, 10, 10, low: 7), Day(2, 10, 10)])
    ])
    let run = try await DailyMarket.run(loop, [0: [0.5]], brackets: [bracket(stop: 0.1)])
    #expect(run.fills.map(\.price) == [10, 9] && run.equity[1] == 950)
    #expect(run.fills[1].time >= run.fills[0].time)
  }

  @Test func `the trailing stop follows closes, not highs of the bar it stands in`() async throws {
    let loop = DailyMarket.loop([
      DailyMarket.series(
        "A",
        [
          Day(0, 10, 10), Day(1, 10, 12, high: 20), Day(2, 12, 12, high: 30, low: 10),
          Day(3, 12, 12, low: 9),
        ])
    ])
    // From the close of 12: 9.6. The highs of 20 and 30 would have stopped it earlier.
    let run = try await DailyMarket.run(loop, [0: [0.5]], brackets: [bracket(trailing: 0.2)])
    #expect(run.fills.count == 2 && abs(run.fills[1].price - 9.6) < 1e-12)
    #expect(run.fills[1].time == DailyMarket.day(4))
  }

  @Test func `what the volume does not take becomes a market order`() async throws {
    let loop = DailyMarket.loop([
      DailyMarket.series(
        "A",
        [
          Day(0, 10, 10, volume: 1000), Day(1, 10, 10, volume: 60), Day(2, 10, 9, low: 8),
          Day(3, 7, 7),
        ])
    ]) { costs, _ in costs.participation = 0.5 }
    let run = try await DailyMarket.run(loop, [0: [0.5]], brackets: [bracket(stop: 0.1)])
    #expect(run.fills.map(\.quantity) == [50, -30, -20])
    #expect(run.fills.map(\.price) == [10, 9, 7])
    #expect(run.orders.last?.decidedAt == DailyMarket.day(3))
  }

  @Test(arguments: ["A", "Z"] as [Symbol])
  func `what stops bring pays for what stops cost, whatever the symbols are called`(
    short: Symbol
  ) async throws {
    // At one open the short gaps up and a long one down, both beyond their stops.
    let loop = DailyMarket.loop([
      DailyMarket.series(short, [Day(0, 10, 10), Day(1, 10, 10), Day(2, 18, 18), Day(3, 30, 30)]),
      DailyMarket.series("M", [Day(0, 10, 10), Day(1, 10, 10), Day(2, 8, 8), Day(3, 8, 8)]),
      DailyMarket.series("N", [Day(0, 10, 10), Day(1, 10, 10), Day(2, 10, 10), Day(3, 10, 10)]),
    ])
    let weights: [Double?] = short == "A" ? [-0.9, 0.9, 0.9] : [0.9, 0.9, -0.9]
    let run = try await DailyMarket.run(
      loop, [0: weights], brackets: Array(repeating: bracket(stop: 0.1), count: 3))
    // 1000 + 900 - 1800 = 100 in cash; 90 at 8 bring 720, and 820 cover 45.6 of 90 at 18.
    let covered = try #require(run.fills.first { $0.isIntrabar && $0.symbol == short })
    #expect(abs(covered.quantity - 820 / 18.0) < 1e-9)
    #expect(run.cash[2] >= 0)
  }

  @Test func `the decision maker is told what fired`() async throws {
    actor Listener: DecisionMaker {
      var heard: [[Bracket.Trigger?]] = []
      let script: BracketedScript
      init(_ script: BracketedScript) { self.script = script }
      func decide(_ moment: Moment) async -> Targets? {
        heard.append(moment.stopped)
        return await script.decide(moment)
      }
    }
    let loop = DailyMarket.loop([
      DailyMarket.series("A", [Day(0, 10, 10), Day(1, 10, 10), Day(2, 10, 12, high: 20)]),
      DailyMarket.flat("B", 1, 0..<3),
    ])
    let listener = Listener(
      BracketedScript(script: [0: [0.5, 0.25]], brackets: [bracket(target: 0.5), nil]))
    let run = try await loop.run(0..<3, listener)
    #expect(await listener.heard == [[], [], [.target, nil]])
    #expect(run.equity[2] == 1250)
  }
}
