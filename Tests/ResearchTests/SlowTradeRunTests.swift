import Allocation
import Market
import Signals
import Testing

/// Trades that a limit slows down, in a run on prices written by hand.
@Suite struct SlowTradeRunTests {
  @Test func `a trade that turnover slows comes to its end, inside the band too`() async throws {
    let run = try await ScriptedRun(
      mode: .inOut, exit: ExitSettings(), days: 14, band: 0.25,
      limits: LimitSettings(turnover: 0.1), price: { _, _ in 100 },
      signal: { _, now in ScriptedRun.signal(at: now) })
    for symbol in ScriptedRun.symbols {
      // A twentieth a day: from .375 on what is missing is inside the band.
      let early = try #require(run.weight(symbol, at: ScriptedRun.close(day: 7, hour: 6)))
      #expect(abs(early - 0.4) < 1e-3)
      let late = try #require(run.weight(symbol, at: ScriptedRun.close(day: 12, hour: 6)))
      #expect(abs(late - 0.5) < 1e-3)
      // Nothing is traded once it is there.
      #expect(run.orders(symbol).count == 10)
    }
  }
}
