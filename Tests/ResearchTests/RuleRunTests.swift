import Allocation
import Engine
import Market
import SignalGraph
import Signals
import Testing
import Trading

/// The rules that need more than one close to judge, in a run on prices and signals written by hand.
@Suite struct RuleRunTests {
  private func at(_ day: Int, _ hour: Int) -> Timestamp { ScriptedRun.close(day: day, hour: hour) }

  private func settings(_ change: (inout ExitSettings) -> Void) -> ExitSettings {
    var settings = ExitSettings()
    change(&settings)
    return settings
  }

  /// The exits of A: when, and by which rule.
  private func exits(
    _ exit: ExitSettings, days: Int = 3, price: (Timestamp) -> Double = { _ in 100 },
    signal: (Timestamp) -> SymbolSignal
  ) async throws -> [(at: Timestamp, reason: String)] {
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: days, price: { $0 == "A" ? price($1) : 100 },
      signal: { symbol, now in symbol == "A" ? signal(now) : ScriptedRun.signal(at: now) })
    return run.orders("A").filter { $0.reason.hasPrefix("exit") }.map { ($0.decidedAt, $0.reason) }
  }

  @Test func `time counts closes from that of the fill's bar on`() async throws {
    // Decided at midnight, filled at its open, first close at 01:00.
    let found = try await exits(settings { $0.maxBars = .all(5) }, days: 2) {
      ScriptedRun.signal(at: $0)
    }
    // Opened again at each day's decision.
    #expect(found.map(\.at) == [at(0, 5), at(1, 5)])
    #expect(found.allSatisfy { $0.reason == "exit: time" })
  }

  @Test func `time goes by the regime at entry, not by the one that came after`() async throws {
    let found = try await exits(settings { $0.maxBars = .byState([4, 9, 2]) }, days: 1) {
      ScriptedRun.signal(at: $0, label: $0 <= at(0, 0) ? 1 : 2)
    }
    #expect(found.map(\.at) == [at(0, 9)])
  }

  @Test func `an ATR stop keeps the range of the decision that opened the position`() async throws {
    // Range 2 when it is opened, 10 afterwards: the stop stands at 94, not at 70.
    let path: (Timestamp) -> Double = { $0 < at(0, 7) ? 100 : $0 < at(0, 9) ? 94.5 : 94 }
    let found = try await exits(settings { $0.atrStop = 3 }, days: 1, price: path) {
      ScriptedRun.signal(at: $0, atr: $0 <= at(0, 0) ? 2 : 10)
    }
    #expect(found.map(\.at) == [at(0, 9)] && found[0].reason == "exit: ATR stop")
  }

  @Test func `a sigma stop keeps the forecast of the decision that opened the position`()
    async throws
  {
    // A deviation of 2 % when it is opened, 10 % afterwards: the stop stands at 94, not at 70.
    let path: (Timestamp) -> Double = { $0 < at(0, 7) ? 100 : $0 < at(0, 9) ? 94.5 : 93.9 }
    let found = try await exits(settings { $0.sigmaStop = 3 }, days: 1, price: path) {
      ScriptedRun.signal(at: $0, variance: $0 <= at(0, 0) ? 4e-4 : 1e-2)
    }
    #expect(found.map(\.at) == [at(0, 9)] && found[0].reason == "exit: sigma stop")
  }

  @Test func `an ATR trail that a wilder market would lower stays where it was`() async throws {
    // 120 less 2 ranges of 3 is 114, whatever the range does later.
    let path: (Timestamp) -> Double = {
      $0 < at(0, 5) ? 100 : $0 < at(0, 8) ? 120 : $0 < at(0, 11) ? 114.5 : 113.9
    }
    let found = try await exits(settings { $0.atrTrailing = 2 }, days: 1, price: path) {
      ScriptedRun.signal(at: $0, atr: $0 < at(0, 6) ? 3 : 30)
    }
    #expect(found.map(\.at) == [at(0, 11)] && found[0].reason == "exit: ATR trailing stop")
  }

  @Test func `once at breakeven a position closes at its fill price at the latest`() async throws {
    let path: (Timestamp) -> Double = {
      $0 < at(0, 5) ? 100 : $0 < at(0, 8) ? 104 : $0 < at(0, 11) ? 100.5 : 99.9
    }
    let found = try await exits(
      settings {
        $0.atrTrailing = 50
        $0.breakeven = 2
      }, days: 1, price: path
    ) { ScriptedRun.signal(at: $0, atr: 2) }
    #expect(found.map(\.at) == [at(0, 11)])
    // 3 ranges would have been 106.
    let never = try await exits(
      settings {
        $0.atrTrailing = 50
        $0.breakeven = 3
      }, days: 1, price: path
    ) { ScriptedRun.signal(at: $0, atr: 2) }
    #expect(never.isEmpty)
  }

  @Test func `a regime change that does not last is none`() async throws {
    let exit = settings {
      $0.regimeChange = 0.8
      $0.confirm = 3
    }
    // Two closes, a pause, then for good.
    let found = try await exits(exit, days: 1) { now in
      let isOther = (at(0, 4)...at(0, 5)).contains(now) || now >= at(0, 7)
      return ScriptedRun.signal(at: now, label: isOther ? 2 : 0)
    }
    #expect(found.map(\.at) == [at(0, 9)] && found[0].reason == "exit: regime change")
    // Without the confidence it does not count either.
    let unsure = try await exits(exit, days: 1) { now in
      ScriptedRun.signal(
        at: now, label: now >= at(0, 4) ? 2 : 0, confidence: now == at(0, 5) ? 0.7 : 0.9)
    }
    #expect(unsure.map(\.at) == [at(0, 8)])
  }

  @Test func `a model with another number of states does not close what the last one opened`()
    async throws
  {
    let exit = settings { $0.regimeChange = 0.8 }
    // From 06:00 a fold with two states instead of three: state 1 of 3 becomes state 0 of 2.
    func signal(_ now: Timestamp, turns: Timestamp) -> SymbolSignal {
      now < at(0, 6)
        ? ScriptedRun.signal(at: now, label: 1, states: 3)
        : ScriptedRun.signal(at: now, label: now < turns ? 0 : 1, states: 2)
    }
    let calm = try await exits(exit, days: 1) { signal($0, turns: at(2, 0)) }
    #expect(calm.isEmpty)
    // What the new model then sees change is a change, though it is the number of the entry again.
    let turned = try await exits(exit, days: 1) { signal($0, turns: at(0, 9)) }
    #expect(turned.map(\.at) == [at(0, 9)] && turned[0].reason == "exit: regime change")
    // With as many states as before a number means what it meant.
    let same = try await exits(exit, days: 1) {
      ScriptedRun.signal(at: $0, label: $0 < at(0, 6) ? 1 : 0, states: 3)
    }
    #expect(same.map(\.at) == [at(0, 6)])
  }

  @Test func `closes of another regime are counted anew under another number of states`()
    async throws
  {
    let exit = settings {
      $0.regimeChange = 0.8
      $0.confirm = 3
    }
    // Two closes in another regime, then another model, which sees two more.
    let found = try await exits(exit, days: 1) { now in
      now < at(0, 6)
        ? ScriptedRun.signal(at: now, label: now < at(0, 4) ? 0 : 2, states: 3)
        : ScriptedRun.signal(at: now, label: (at(0, 8)...at(0, 9)).contains(now) ? 1 : 0, states: 2)
    }
    #expect(found.isEmpty)
  }

  @Test func `a reversal and a loss of confidence close`() async throws {
    let reversal = try await exits(settings { $0.reversal = .entry }, days: 1) {
      ScriptedRun.signal(at: $0, reversal: $0 == at(0, 6) ? -0.3 : $0 == at(0, 3) ? 0.3 : 0)
    }
    #expect(reversal.map(\.at) == [at(0, 6)] && reversal[0].reason == "exit: reversal")
    let confidence = try await exits(settings { $0.lowConfidence = 0.5 }, days: 1) {
      ScriptedRun.signal(at: $0, confidence: $0 == at(0, 6) ? 0.49 : 0.5)
    }
    #expect(confidence.map(\.at) == [at(0, 6)] && confidence[0].reason == "exit: low confidence")
  }

  @Test func `with a prior, too, the regime at entry is that of the decision`() async throws {
    let run = try await ScriptedRun(
      mode: .priorTilt, exit: settings { $0.regimeChange = 0.8 }, days: 3, price: { _, _ in 100 },
      signal: { symbol, now in
        ScriptedRun.signal(at: now, label: symbol == "A" && now >= at(1, 10) ? 1 : 0)
      })
    let exits = run.run.orders.filter { $0.reason.hasPrefix("exit") }
    #expect(exits.map(\.symbol) == ["A"] && exits.map(\.decidedAt) == [at(1, 10)])
  }

  @Test func `a refused signal opens nothing until the rule lets it pass`() async throws {
    let run = try await ScriptedRun(
      mode: .inOut, exit: ExitSettings(), days: 4, price: { _, _ in 100 },
      signal: { symbol, now in
        ScriptedRun.signal(at: now, refusal: symbol == "A" && now < at(2, 0) ? .lowVolume : nil)
      })
    #expect(run.orders("A").map(\.decidedAt) == [at(2, 0)])
    // Once it stands, a refusal closes nothing.
    let open = try await ScriptedRun(
      mode: .inOut, exit: ExitSettings(), days: 4, price: { _, _ in 100 },
      signal: { symbol, now in
        ScriptedRun.signal(at: now, refusal: symbol == "A" && now > at(0, 0) ? .lowVolume : nil)
      })
    #expect(open.orders("A").filter { !$0.isBuy && $0.reason.hasPrefix("exit") }.isEmpty)
    #expect(try #require(open.weight("A", at: at(3, 12))) > 0.49)
  }

  @Test func `method conviction gives each position its own size and leaves the rest in cash`()
    async throws
  {
    var heavy = SizingSettings()
    heavy.weight = 3
    let run = try await ScriptedRun(
      mode: .inOut, exit: ExitSettings(), days: 2, method: .conviction,
      sizing: [heavy, SizingSettings()], price: { _, _ in 100 },
      signal: { symbol, now in
        ScriptedRun.signal(
          at: now, conviction: symbol == "A" ? 0.5 : -1, entrySize: symbol == "A" ? 0.8 : 1)
      })
    // Shares 1.5 and .5. A: .1 * .5 * 1.5 * 1.5 * .8 = .09. B: .1 * 1 * 2 * .5 = .1, short.
    #expect(abs(try #require(run.weight("A", at: at(0, 5))) - 0.09) < 1e-12)
    #expect(abs(try #require(run.weight("B", at: at(0, 5))) + 0.1) < 1e-12)
  }

  // MARK: Why no trade

  private func outcomes(_ run: ScriptedRun, _ symbol: Int) -> [DecisionOutcome] {
    run.decisions.filter { $0.allocation != nil }.map { $0.outcomes[symbol] }
  }

  @Test func `each decision has one outcome a symbol`() async throws {
    let refusals: [EntryRefusal?] = [.gated, .belowThreshold, .notConfirmed, nil, .gated, nil]
    let run = try await ScriptedRun(
      mode: .inOut, exit: settings { $0.stop = 0.05 }, days: 6, band: 0.25,
      price: { symbol, now in symbol == "A" && now >= at(4, 12) ? 90 : 100 },
      signal: { symbol, now in
        let day = min(5, Int((now - at(0, 0)) / Timestamp.millisecondsPerDay))
        return symbol == "A"
          ? ScriptedRun.signal(
            at: now, heard: now > at(4, 12) ? at(4, 12) : nil, refusal: refusals[day])
          : ScriptedRun.signal(at: now, conviction: 0)
      })
    // Opened on day 3, held, stopped on day 4, no fresh signal since.
    let found = outcomes(run, 0)
    #expect(found.prefix(4) == ["gated", "below threshold", "not confirmed", .traded])
    // The whole account, up to rounding.
    #expect(found[4] == .onTarget || found[4] == .insideBand)
    #expect(found[5] == .afterExit)
    #expect(outcomes(run, 1).allSatisfy { $0 == "conflicted" })
  }

  @Test func `with a prior: inside the band, on target, stopped, stale`() async throws {
    let run = try await ScriptedRun(
      mode: .priorTilt, exit: settings { $0.stop = 0.3 }, days: 6, band: 0.25,
      price: { symbol, now in
        if symbol == "B" { return now > at(3, 0) ? nil : 100 }
        return now < at(0, 12) ? 100 : now < at(2, 12) ? 103 : 60
      }, signal: { _, now in ScriptedRun.signal(at: now) })
    let (a, b) = (outcomes(run, 0), outcomes(run, 1))
    #expect(a[0] == .traded && a[1] == .insideBand && a[2] == .insideBand)
    #expect(a[3] == .afterStop)
    #expect(b[0] == .traded && b[1] == .insideBand)
    // A whole day without a bar, and it may not be held on; there is no bar to sell at either.
    #expect(b[5] == .stalePrice)
    let counts = run.decisions.filter { $0.allocation != nil }
    #expect(counts.allSatisfy { $0.outcomes.count == 2 })
    #expect(run.decisions.filter { $0.allocation == nil }.allSatisfy { $0.outcomes.isEmpty })
  }
}
