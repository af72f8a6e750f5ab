import Allocation
import Engine
import Market
import SignalGraph
import Signals
import Testing
import Trading

/// `exit.intrabar` on its whole way: from the exit settings through the allocator's memory into the
/// market, and back into what the allocator decides. A is bought at 100 (or sold short at 100) at the
/// open of hour 0 in every case.
@Suite struct PortfolioIntrabarTests {
  private typealias Hour = ScriptedPortfolio.Hour

  private func exit(
    stop: Double? = nil, trailing: Double? = nil, target: Double? = nil,
    _ change: (inout ExitSettings) -> Void = { _ in }
  ) -> ExitSettings {
    var exit = ExitSettings()
    exit.intrabar = true
    (exit.stop, exit.trailing, exit.target) = (stop, trailing, target)
    change(&exit)
    return exit
  }

  private func hour(_ index: Int) -> Timestamp { ScriptedPortfolio.hour(index) }

  private func expect(
    _ run: ScriptedPortfolio, _ price: Double, at time: Timestamp, _ reason: String,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let exit = try #require(run.firstExit, sourceLocation: location)
    #expect(run.fills[0].price == 100 && run.fills[0].time == hour(0), sourceLocation: location)
    #expect(abs(exit.price - price) < 1e-9, sourceLocation: location)
    #expect(exit.time == time && exit.isIntrabar, sourceLocation: location)
    #expect(exit.reason == "exit: \(reason)", sourceLocation: location)
    #expect(run.fills[1].quantity == -run.fills[0].quantity, sourceLocation: location)
  }

  @Test func `a gap through the stop fills at the open`() async throws {
    let run = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(90, 92, high: 97, low: 89)], exit: exit(stop: 0.05))
    try expect(run, 90, at: hour(2), "stop")
  }

  @Test func `a touch fills at the level, and a cent above it does not`() async throws {
    let touched = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(99, 99, low: 95)], exit: exit(stop: 0.05))
    try expect(touched, 95, at: hour(2), "stop")
    let missed = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(99, 99, low: 95.01)], exit: exit(stop: 0.05))
    #expect(missed.run.fills.allSatisfy { !$0.isIntrabar })
  }

  @Test func `stop and target in one bar: the stop; and the target where it stands alone`()
    async throws
  {
    let both = exit(stop: 0.05, target: 0.1)
    let stopped = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(100, 105, high: 112, low: 94)], exit: both)
    try expect(stopped, 95, at: hour(2), "stop")
    let taken = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(100, 105, high: 112, low: 96)], exit: both)
    try expect(taken, 110, at: hour(2), "target")
    // Beyond the target the open is better than the level.
    let gapped = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(115, 93, high: 116, low: 90)], exit: both)
    try expect(gapped, 115, at: hour(2), "target")
  }

  @Test func `the entry's own bar is watched from its open on`() async throws {
    let run = try await ScriptedPortfolio(
      [Hour(100, 101, low: 94)], exit: exit(stop: 0.05))
    try expect(run, 95, at: hour(1), "stop")
  }

  @Test func `the trailing level is that of the closes before the bar`() async throws {
    // The close of 110 makes it 101.2, whatever the highs of 130 and 140 were; the close of 120 makes
    // it 110.4 from the next bar on.
    let run = try await ScriptedPortfolio(
      [
        Hour(100, 110, high: 130), Hour(110, 120, high: 140, low: 102),
        Hour(119, 118, low: 110),
      ], exit: exit(trailing: 0.08))
    try expect(run, 110.4, at: hour(3), "trailing stop")
  }

  @Test func `a trailing level that waits for a gain stands from the bar after it`() async throws {
    let waits = exit(trailing: 0.04) { $0.trailingAfter = 0.1 }
    // 9 % gained: nothing stands at 104.64. 11 %: 106.56.
    let run = try await ScriptedPortfolio(
      [Hour(100, 109), Hour(109, 111, low: 104), Hour(110, 110, low: 106)], exit: waits)
    try expect(run, 106.56, at: hour(3), "trailing stop")
  }

  @Test func `a short position is the mirror image`() async throws {
    let both = exit(stop: 0.05, target: 0.1)
    let stopped = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(100, 95, high: 106, low: 88)], exit: both, conviction: -0.5)
    #expect(stopped.fills[0].quantity < 0)
    try expect(stopped, 105, at: hour(2), "stop")
    let gapped = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(108, 99, high: 109, low: 98)], exit: both, conviction: -0.5)
    try expect(gapped, 108, at: hour(2), "stop")
    let taken = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(100, 95, high: 104, low: 89)], exit: both, conviction: -0.5)
    try expect(taken, 90, at: hour(2), "target")
    let trailed = try await ScriptedPortfolio(
      [Hour(100, 90, low: 70), Hour(90, 80, high: 97, low: 60), Hour(81, 82, high: 87)],
      exit: exit(trailing: 0.08), conviction: -0.5)
    try expect(trailed, 86.4, at: hour(3), "trailing stop")
  }

  @Test func `ranges at entry count, and those of later bars do not`() async throws {
    // 2 ranges of 2 below 100. From the first close on the range is 50.
    let run = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(100, 98, low: 97), Hour(98, 98, low: 96)],
      exit: exit { $0.atrStop = 2 }, atr: { $0 > hour(0) ? 50 : 2 })
    try expect(run, 96, at: hour(3), "ATR stop")
  }

  @Test func `the ATR trailing level is the one that the closes before have left`() async throws {
    // 3 ranges of 1 below the best close: 97, then 107 from the close of 110 on, and not lower when
    // the range grows to 4 (98) at the next close.
    let run = try await ScriptedPortfolio(
      [
        Hour(100, 110, high: 115), Hour(110, 109, low: 108), Hour(109, 109, low: 106),
      ],
      exit: exit { $0.atrTrailing = 3 }, atr: { $0 > hour(1) ? 4 : 1 })
    try expect(run, 107, at: hour(3), "ATR trailing stop")
  }

  @Test func `what is stopped within the bar is not sold again at its close`() async throws {
    // The close of 90 is beyond the stop too; the rule on closes finds nothing held.
    let run = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(100, 90, low: 89)], exit: exit(stop: 0.05), days: 1)
    try expect(run, 95, at: hour(2), "stop")
    #expect(run.fills.count == 2)
    let orders = run.run.orders.filter { $0.symbol == "A" && $0.decidedAt < hour(24) }
    #expect(orders.count == 1)
    for (time, weight) in zip(run.run.knownAt, weights(run)) where time >= hour(2) {
      #expect(weight == 0)
    }
  }

  private func weights(_ run: ScriptedPortfolio) -> [Double] {
    stride(from: 0, to: run.run.weights.count, by: 2).map { run.run.weights[$0] }
  }

  @Test func `the next decision's fresh signal opens it again, with levels of its own`()
    async throws
  {
    // Stopped at 95; bought again at 90, where the stop of the new position is 85.5.
    var hours = [Hour(100, 100), Hour(100, 90, low: 89)]
    while hours.count < 24 { hours.append(Hour(90, 90)) }
    hours += [Hour(90, 90), Hour(90, 88, low: 86), Hour(88, 88, low: 85)]
    let run = try await ScriptedPortfolio(hours, exit: exit(stop: 0.05))
    let fills = run.fills
    try #require(fills.count == 4)
    #expect(fills[2].time == hour(24) && fills[2].price == 90 && !fills[2].isIntrabar)
    #expect(fills[3].time == hour(27) && abs(fills[3].price - 85.5) < 1e-9)
  }

  @Test func `a decision at the very close of the stop's bar does not open it`() async throws {
    // Stopped in the last hour of day 0; the decision at its close keeps out, that of day 2 may enter.
    var hours = [Hour(100, 100)]
    while hours.count < 23 { hours.append(Hour(100, 100)) }
    hours += [Hour(100, 96, low: 94)]
    let run = try await ScriptedPortfolio(hours, exit: exit(stop: 0.05), days: 3)
    try expect(run, 95, at: hour(24), "stop")
    let midnight = try #require(run.decisions.first { $0.now == hour(24) })
    #expect(midnight.outcomes[0] == .afterExit)
    #expect(run.fills.count == 3 && run.fills[2].time == hour(48))
  }

  @Test func `with a prior it waits in cash until the decision after next`() async throws {
    let run = try await ScriptedPortfolio(
      [Hour(100, 100), Hour(100, 96, low: 94)], exit: exit(stop: 0.05), mode: .priorTilt, days: 4)
    try expect(run, 95, at: hour(2), "stop")
    #expect(run.fills[2].time == hour(48) && run.fills[2].quantity > 0)
    let next = try #require(run.decisions.first { $0.now == hour(24) })
    #expect(next.outcomes[0] == .afterStop)
  }
}
