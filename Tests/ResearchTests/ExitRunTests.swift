import Allocation
import Engine
import Market
import SignalGraph
import Signals
import Testing
import Trading

/// Exit rules in a run, on prices written by hand: when they fire, why, and what follows.
@Suite struct ExitRunTests {
  private func at(_ day: Int, _ hour: Int) -> Timestamp { ScriptedRun.close(day: day, hour: hour) }

  /// Everything stands at 100 but A, which moves at one close of day 1.
  private func moving(to price: Double, from hour: Int = 10) -> (Symbol, Timestamp) -> Double? {
    let moment = at(1, hour)
    return { symbol, now in symbol == "A" && now >= moment ? price : 100 }
  }

  @Test func `a stop closes its symbol at the next open, and no other trades until the decision`()
    async throws
  {
    var exit = ExitSettings()
    exit.stop = 0.05
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 4, price: moving(to: 94),
      signal: { _, now in ScriptedRun.signal(at: now) })
    let orders = run.orders("A")
    try #require(orders.count >= 3)
    #expect(orders[0].decidedAt == at(0, 0) && orders[0].isBuy)
    #expect(orders[1].decidedAt == at(1, 10) && !orders[1].isBuy)
    #expect(orders[1].reason == "exit: stop")
    // The fresh signal of the next decision opens it again, at a price that is no loss.
    #expect(orders[2].decidedAt == at(2, 0) && orders[2].isBuy)
    #expect(run.orders("A").filter { $0.reason == "exit: stop" }.count == 1)

    let fill = try #require(run.run.fills.first { $0.reason == "exit: stop" })
    #expect(fill.time == at(1, 10) && fill.price == 94)
    #expect(try #require(run.weight("A", at: at(1, 10))) > 0.4)
    for hour in 11...24 { #expect(run.weight("A", at: at(1, hour)) == 0) }
    let between = run.run.orders.filter { $0.decidedAt > at(1, 0) && $0.decidedAt < at(2, 0) }
    #expect(between.map(\.symbol) == ["A"])
    let decision = try #require(run.decisions.first { $0.now == at(1, 10) })
    #expect(decision.allocation == nil)
    #expect(decision.targets == [0, nil] && decision.reasons == ["exit: stop", ""])
  }

  @Test func `what a limit kept out is opened by the signal of the day, not by an old one`()
    async throws
  {
    var exit = ExitSettings()
    exit.maxBars = .all(60)
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 6, limits: LimitSettings(positions: 1),
      price: { _, _ in 100 },
      signal: { _, now in
        // One place only. Both ask on day 0; afterwards nobody does, and an exit frees the place.
        ScriptedRun.signal(at: now, conviction: now <= at(0, 0) ? 0.5 : 0)
      })
    // What is alone takes the other's share, and B stays closed.
    #expect(run.orders("A").map(\.isBuy) == [true, true, false] && run.orders("B").isEmpty)
  }

  @Test func `where limits count on hedges, an exit between decisions decides all weights anew`()
    async throws
  {
    var exit = ExitSettings()
    exit.stop = 0.05
    // B is short against A; its rise closes it, and A alone is net .5.
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 4, limits: LimitSettings(net: 0.1),
      price: { symbol, now in symbol == "B" && now >= at(1, 10) ? 106 : 100 },
      signal: { symbol, now in
        ScriptedRun.signal(at: now, conviction: symbol == "A" ? 0.5 : -0.5)
      })
    #expect(abs(try #require(run.weight("A", at: at(1, 9))) - 0.5) < 1e-3)
    let decision = try #require(run.decisions.first { $0.now == at(1, 10) })
    let allocation = try #require(decision.allocation)
    #expect(allocation.lines[1].target == 0 && decision.reasons[1] == "exit: stop")
    #expect(abs(allocation.net) <= 0.1 + 1e-12 && allocation.unreached.isEmpty)
    #expect(abs(try #require(run.weight("A", at: at(1, 12))) - 0.1) < 1e-3)
    // The schedule goes on as it was, and nothing else is decided between.
    let decided = run.decisions.filter { $0.allocation != nil }.map(\.now)
    #expect(decided.prefix(5) == [at(0, 0), at(1, 0), at(1, 10), at(2, 0), at(3, 0)])
  }

  @Test func `a decision between those of the schedule does not shorten the time in cash`()
    async throws
  {
    var exit = ExitSettings()
    exit.stop = 0.05
    let run = try await ScriptedRun(
      mode: .priorTilt, exit: exit, days: 6, limits: LimitSettings(volatility: 10),
      price: { symbol, now in now >= at(1, symbol == "A" ? 10 : 15) ? 94 : 100 },
      signal: { _, now in ScriptedRun.signal(at: now) })
    #expect(run.decisions.first { $0.now == at(1, 15) }?.allocation != nil)
    for symbol in ScriptedRun.symbols {
      let back = run.orders(symbol).first { $0.decidedAt > at(1, 15) && $0.isBuy }
      #expect(back?.decidedAt == at(3, 0))
    }
  }

  @Test func `a loss just short of the stop closes nothing`() async throws {
    var exit = ExitSettings()
    exit.stop = 0.05
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 3, price: moving(to: 95.01),
      signal: { _, now in ScriptedRun.signal(at: now) })
    #expect(!run.run.orders.contains { $0.reason.hasPrefix("exit") })
  }

  @Test func `a trailing stop counts from the best close since the fill`() async throws {
    var exit = ExitSettings()
    exit.trailing = 0.05
    // Up to 120, then down 5 % from there: still a gain.
    let (up, down) = (at(1, 5), at(1, 9))
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 3,
      price: { symbol, now in
        symbol == "B" || now < up ? 100 : now < down ? 120 : 114
      }, signal: { _, now in ScriptedRun.signal(at: now) })
    let order = try #require(run.orders("A").first { $0.reason.hasPrefix("exit") })
    #expect(order.reason == "exit: trailing stop" && order.decidedAt == down && !order.isBuy)
    #expect(!run.orders("B").contains { $0.reason.hasPrefix("exit") })
  }

  @Test func `a gain beyond the target is taken`() async throws {
    var exit = ExitSettings()
    exit.target = 0.1
    exit.stop = 0.05
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 3, price: moving(to: 110.5),
      signal: { _, now in ScriptedRun.signal(at: now) })
    let order = try #require(run.orders("A").first { $0.reason.hasPrefix("exit") })
    #expect(order.reason == "exit: target" && order.decidedAt == at(1, 10))
  }

  @Test(arguments: [0.7, 0.8, 0.95])
  func `N6: another regime than at entry closes once it is confirmed`(confidence: Double)
    async throws
  {
    var exit = ExitSettings()
    exit.regimeChange = 0.8
    let moment = at(1, 15)
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 4, price: { _, _ in 100 },
      signal: { symbol, now in
        symbol == "B" && now >= moment
          ? ScriptedRun.signal(at: now, label: 2, confidence: confidence)
          : ScriptedRun.signal(at: now)
      })
    let exits = run.run.orders.filter { $0.reason.hasPrefix("exit") }
    guard confidence >= 0.8 else {
      #expect(exits.isEmpty)
      return
    }
    // Opened again in the new regime, it is not closed again.
    #expect(exits.map(\.symbol) == ["B"])
    #expect(exits[0].decidedAt == moment && exits[0].reason == "exit: regime change")
    #expect(try #require(run.weight("B", at: at(3, 0))) > 0.4)
  }

  @Test func `there is no way back in before the primary node has spoken again`() async throws {
    var exit = ExitSettings()
    exit.stop = 0.05
    // From the stop on A's primary node is silent; it speaks again on day 4 at 06:00.
    let (last, back) = (at(1, 10), at(4, 6))
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 6, price: moving(to: 94),
      signal: { symbol, now in
        ScriptedRun.signal(
          at: now, heard: symbol == "A" && now >= last && now < back ? last : nil)
      })
    let orders = run.orders("A")
    #expect(orders[1].decidedAt == last && orders[1].reason == "exit: stop")
    #expect(orders[2].decidedAt == at(5, 0) && orders[2].isBuy)
    for day in 2...4 { #expect(run.weight("A", at: at(day, 3)) == 0) }
    let lines = run.decisions.filter { $0.now > last && $0.now < back }
      .compactMap { $0.allocation?.lines[0] }
    #expect(lines.count == 3 && lines.allSatisfy { $0.reasons.contains(.notEntered) })
  }

  @Test func `a rule that fires at a decision is part of it, and its symbol stays out`()
    async throws
  {
    var exit = ExitSettings()
    exit.stop = 0.05
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 5,
      price: { symbol, now in
        symbol == "A" && now >= at(2, 0) ? 94 : 100
      }, signal: { _, now in ScriptedRun.signal(at: now) })
    let orders = run.orders("A")
    #expect(orders[1].decidedAt == at(2, 0) && !orders[1].isBuy)
    let decision = try #require(run.decisions.first { $0.now == at(2, 0) })
    let line = try #require(decision.allocation).lines[0]
    #expect(line.target == 0 && line.reasons.contains(.exit(rule: "stop")))
    #expect(orders[2].decidedAt == at(3, 0) && orders[2].isBuy)
  }

  @Test(arguments: [AllocationSettings.Mode.inOut, .priorTilt], [10, 24])
  func `a rule's sales are called its exit, at a decision or not, at once or bit by bit`(
    mode: AllocationSettings.Mode, hour: Int
  ) async throws {
    var exit = ExitSettings()
    exit.stop = 0.05
    // A dips for one close: the rule does not fire again while a bar takes a twenty-fifth of the position.
    let dip = at(1, hour)
    for fillable in [nil, 20.0] {
      let run = try await ScriptedRun(
        mode: mode, exit: exit, days: 4, fillable: fillable,
        price: { symbol, now in symbol == "A" && now == dip ? 94 : 100 },
        signal: { symbol, now in
          ScriptedRun.signal(at: now, heard: symbol == "A" && now >= dip ? dip : nil)
        })
      let sales = run.run.fills.filter { $0.symbol == "A" && $0.quantity < 0 }
      #expect(sales.first?.time == dip && Set(sales.map(\.reason)) == ["exit: stop"])
      #expect(abs(sales.reduce(0) { $0 + $1.quantity } + 500) < 1e-6)
      // The decision after it orders anew what is left.
      let next = at(hour == 24 ? 3 : 2, 0)
      let isLeft = run.orders("A").contains { $0.decidedAt == next && !$0.isBuy }
      #expect(isLeft == (fillable != nil))
    }
  }

  @Test func `without a conviction nothing is opened, and an open one keeps its size`()
    async throws
  {
    let silent = at(2, 12)
    let run = try await ScriptedRun(
      mode: .inOut, exit: ExitSettings(), days: 5, price: { _, _ in 100 },
      signal: { symbol, now in
        ScriptedRun.signal(at: now, conviction: symbol == "A" && now < silent ? 0.5 : 0)
      })
    #expect(run.orders("B").isEmpty)
    // A was opened at the first decision; a signal that falls silent is no exit rule.
    #expect(try #require(run.weight("A", at: at(4, 12))) > 0.99)
    let lines = run.decisions.compactMap { $0.allocation?.lines[1] }
    #expect(lines.allSatisfy { $0.reasons == [.notEntered] })
  }

  @Test(arguments: [10, 24])
  func `with a prior a stop means cash until the decision after next`(hour: Int) async throws {
    var exit = ExitSettings()
    exit.stop = 0.05
    let run = try await ScriptedRun(
      mode: .priorTilt, exit: exit, days: 7, price: moving(to: 94, from: hour),
      signal: { _, now in ScriptedRun.signal(at: now) })
    let stop = at(1, hour)
    let exits = run.orders("A").filter { !$0.isBuy && $0.decidedAt == stop }
    #expect(exits.count == 1)
    // At 10:00: decisions on days 2 (next) and 3 (after next). At midnight: of days 3 and 4.
    let next = hour == 24 ? 3 : 2
    for day in [next, next + 1] { #expect(run.weight("A", at: at(day, 0)) == 0) }
    #expect(run.orders("A").filter { $0.decidedAt > stop }.first?.decidedAt == at(next + 1, 0))
    #expect(try #require(run.weight("A", at: at(next + 1, 1))) > 0.4)
    // The place in the prior waits in cash: B keeps its half.
    for day in 1...5 { #expect(abs(try #require(run.weight("B", at: at(day, 6))) - 0.5) < 0.02) }
    let line = try #require(run.decisions.first { $0.now == at(next, 0) }?.allocation).lines[0]
    #expect(line.reasons.contains(.stopped(rule: "stop")))
  }

  @Test func `a symbol without bars cannot be stopped, and its order waits for its next open`()
    async throws
  {
    var exit = ExitSettings()
    exit.stop = 0.05
    // The close of 10:00 is the last for five hours.
    let (last, back) = (at(1, 10), at(1, 16))
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 3,
      price: { symbol, now in
        guard symbol == "A" else { return 100 }
        if now > last && now < back { return nil }
        return now >= back ? 80 : now >= last ? 94 : 100
      }, signal: { _, now in ScriptedRun.signal(at: now) })
    #expect(run.orders("A").filter { $0.reason == "exit: stop" }.map(\.decidedAt) == [last])
    let fill = try #require(run.run.fills.first { $0.reason == "exit: stop" })
    // The bar that closes at 16:00 opens at 15:00, where the last one closed.
    #expect(fill.time == at(1, 15) && fill.price == 94)
  }
}
