import Allocation
import Engine
import Market
import SignalGraph
import Signals
import Testing
import Trading

/// Exits that close a part of a position, in a run on prices written by hand.
@Suite struct PartialExitRunTests {
  private func at(_ day: Int, _ hour: Int) -> Timestamp { ScriptedRun.close(day: day, hour: hour) }

  /// Half at 1 range above the fill, a quarter at 2, the rest is left.
  private var exit: ExitSettings {
    var exit = ExitSettings()
    exit.atrTargets = [.init(ranges: 1, share: 0.5), .init(ranges: 2, share: 0.25)]
    return exit
  }

  /// A is filled at 100 with a range of 2; it stands at 102 from hour 5 on and at 104 from hour 9 on.
  private let rising: (Symbol, Timestamp) -> Double? = { symbol, now in
    let (first, second) = (ScriptedRun.close(day: 0, hour: 5), ScriptedRun.close(day: 0, hour: 9))
    return symbol == "B" || now < first ? 100 : now < second ? 102 : 104
  }

  @Test func `each target sells its share of what was entered, and the decisions keep to it`()
    async throws
  {
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 4, band: 0.25, price: rising,
      signal: { _, now in ScriptedRun.signal(at: now, atr: 2) })
    let fills = run.run.fills.filter { $0.symbol == "A" }
    try #require(fills.count >= 3)
    let entered = fills[0].quantity
    #expect(fills[0].time == at(0, 0) && fills[0].price == 100)
    #expect(fills[1].time == at(0, 5) && fills[1].reason == "exit: ATR target")
    #expect(abs(fills[1].quantity + 0.5 * entered) < 1e-9 * entered)
    #expect(fills[2].time == at(0, 9) && fills[2].reason == "exit: ATR target")
    #expect(abs(fills[2].quantity + 0.25 * entered) < 1e-9 * entered)
    // A quarter of its half is left, at every later decision too; B keeps its half.
    for day in 1...3 {
      #expect(abs(try #require(run.weight("A", at: at(day, 6))) - 0.125) < 0.01)
      #expect(abs(try #require(run.weight("B", at: at(day, 6))) - 0.5) < 0.03)
    }
    #expect(fills.count == 3)
    let line = try #require(run.decisions.first { $0.now == at(1, 0) }?.allocation).lines[0]
    #expect(line.reasons.contains(.partlyClosed(rule: "ATR target", kept: 0.25)))
    #expect(abs(line.tilted - 0.125) < 1e-12)
  }

  @Test func `a part that is closed at a decision trades whatever the band`() async throws {
    var small = ExitSettings()
    small.atrTargets = [.init(ranges: 1, share: 0.1)]
    let run = try await ScriptedRun(
      mode: .inOut, exit: small, days: 3, band: 0.5,
      price: { symbol, now in symbol == "A" && now >= at(1, 0) ? 102 : 100 },
      signal: { _, now in ScriptedRun.signal(at: now, atr: 2) })
    let sale = try #require(run.orders("A").first { !$0.isBuy })
    #expect(sale.decidedAt == at(1, 0) && sale.reason.hasPrefix("exit: ATR target"))
    #expect(abs(try #require(run.weight("A", at: at(1, 5))) - 0.45) < 0.01)
    // Later decisions are inside the band.
    #expect(run.orders("A").count == 2)
  }

  @Test func `a stop closes what a target has left, and the next position is whole again`()
    async throws
  {
    var both = exit
    both.stop = 0.05
    let run = try await ScriptedRun(
      mode: .inOut, exit: both, days: 4,
      price: { symbol, now in
        symbol == "B" || now < at(0, 5) ? 100 : now < at(0, 9) ? 102 : now < at(2, 0) ? 94 : 100
      }, signal: { _, now in ScriptedRun.signal(at: now, atr: 2) })
    let orders = run.orders("A")
    #expect(orders.prefix(3).map(\.decidedAt) == [at(0, 0), at(0, 5), at(0, 9)])
    #expect(orders[1].reason == "exit: ATR target" && orders[2].reason == "exit: stop")
    #expect(run.weight("A", at: at(0, 12)) == 0)
    // Opened again at the next decision with its full half.
    #expect(orders[3].decidedAt == at(1, 0))
    #expect(abs(try #require(run.weight("A", at: at(1, 2))) - 0.5) < 0.02)
  }

  @Test func `with a prior the part waits in cash until the decision after next`() async throws {
    let run = try await ScriptedRun(
      mode: .priorTilt, exit: exit, days: 5, band: 0.1,
      price: { symbol, now in symbol == "A" && now >= at(0, 5) ? 102 : 100 },
      signal: { _, now in ScriptedRun.signal(at: now, atr: 2) })
    #expect(abs(try #require(run.weight("A", at: at(0, 6))) - 0.25) < 0.01)
    #expect(abs(try #require(run.weight("A", at: at(1, 6))) - 0.25) < 0.01)
    #expect(abs(try #require(run.weight("A", at: at(2, 6))) - 0.5) < 0.01)
    for day in 0...4 { #expect(abs(try #require(run.weight("B", at: at(day, 6))) - 0.5) < 0.01) }
  }
}
