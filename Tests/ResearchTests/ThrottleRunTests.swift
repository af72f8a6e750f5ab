import Allocation
import Engine
import Market
import SignalGraph
import Signals
import Testing
import Trading

/// The drawdown throttle in a run, on prices written by hand.
@Suite struct ThrottleRunTests {
  private func at(_ day: Int, _ hour: Int) -> Timestamp { ScriptedRun.close(day: day, hour: hour) }

  private func run(
    _ throttle: ThrottleSettings, days: Int, price: @escaping (Timestamp) -> Double
  ) async throws -> ScriptedRun {
    try await ScriptedRun(
      mode: .inOut, exit: ExitSettings(), days: days, limits: LimitSettings(throttle: throttle),
      price: { symbol, now in symbol == "A" ? price(now) : 100 },
      signal: { _, now in ScriptedRun.signal(at: now) })
  }

  @Test func `weights follow equity below its high, by hand`() async throws {
    // Half in A, which falls from 100 to 60 on day 1: equity falls to .8. From reduce .1 to halt .3
    // that is half the way to a floor of .2: .6. Half of .6 in A, which stays: equity stays at .8.
    let fall = at(1, 10)
    let run = try await run(
      ThrottleSettings(reduce: 0.1, halt: 0.3, floor: 0.2), days: 4
    ) { $0 >= fall ? 60 : 100 }
    let throttles = run.decisions.compactMap { $0.allocation?.throttle }
    try #require(throttles.count >= 4)
    let expected = [1, 1, 0.6, 0.6]
    for (throttle, expected) in zip(throttles, expected) {
      #expect(abs(throttle - expected) < 1e-9)
    }
    #expect(abs(try #require(run.weight("A", at: at(3, 0))) - 0.3) < 1e-9)
    let line = try #require(run.decisions[2].allocation?.lines[0])
    #expect(
      line.reasons.contains {
        if case .drawdownThrottle(let scale) = $0 { abs(scale - 0.6) < 1e-9 } else { false }
      })
  }

  @Test func `a halt between two decisions holds, and is lifted after its time`() async throws {
    // A falls to 20 for an hour in the middle of day 1: equity is at .6 there, and at 1 at midnight.
    // The halt of two days began at 10:00 of day 1: decisions of days 2 and 3 are in cash.
    let (from, until) = (at(1, 10), at(1, 11))
    let run = try await run(
      ThrottleSettings(
        reduce: 0.1, halt: 0.3, floor: 0, resumeAfter: 2 * Timestamp.millisecondsPerDay), days: 6
    ) { $0 >= from && $0 < until ? 20 : 100 }
    let throttles = run.decisions.compactMap { $0.allocation?.throttle }
    try #require(throttles.count >= 6)
    #expect(throttles.prefix(6) == [1, 1, 0, 0, 1, 1])
    #expect(run.weight("A", at: at(2, 1)) == 0 && run.weight("A", at: at(4, 0)) == 0)
    #expect(try #require(run.weight("A", at: at(4, 1))) > 0.4)
  }

  @Test func `without a throttle the same fall changes nothing`() async throws {
    let fall = at(1, 10)
    let run = try await run(ThrottleSettings(), days: 4) { $0 >= fall ? 60 : 100 }
    #expect(run.decisions.compactMap { $0.allocation?.throttle }.allSatisfy { $0 == 1 })
  }
}
