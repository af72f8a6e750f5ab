import Engine
import Market
import Signals
import Testing
import Trading

/// E: stops, and N10, N5 and L11 of the original: stops on closes only, against the price of the signal.
@Suite struct DefectE_StopTests {
  private typealias Day = DailyMarket.Day

  private func rules(_ exit: ExitSettings, entryAt step: Int, _ grid: BarGrid) -> SignalRules {
    var column = ExtraColumn(name: "go")
    for index in grid.times.indices {
      column.append(index == step ? 1 : 0, knownAt: grid.knownAt(index))
    }
    var size = PositionSizeSettings()
    size.rule = .notional
    size.notional = 500
    return SignalRules(
      signals: [column], entry: [EntrySettings()], exit: [exit], size: size, bases: [0])
  }

  private func run(_ days: [Day], _ set: (inout ExitSettings) -> Void) throws -> EngineRun {
    var exit = ExitSettings()
    set(&exit)
    let loop = DailyMarket.loop([DailyMarket.series("A", days)])
    return try loop.run(0..<days.count, rules(exit, entryAt: 0, loop.grid))
  }

  @Test func `N10: a stop is measured from the fill, not from the close of the signal`()
    async throws
  {
    // Signal at 10, filled at 20: 18.5 is a loss of 7.5 %, no gain of 85 %.
    let run = try run([Day(0, 10, 10), Day(1, 20, 20), Day(2, 20, 18.5), Day(3, 18, 18)]) {
      $0.stop = 0.05
    }
    #expect(run.fills.map(\.price) == [20, 18] && run.fills[1].reason == "exit: stop")
  }

  @Test func `a touch counts, and an exit never comes before its entry`() throws {
    let run = try run([
      Day(0, 10, 10), Day(1, 10, 10, low: 9.5), Day(2, 10, 10),
    ]) {
      $0.stop = 0.05
      $0.intrabar = true
    }
    #expect(run.fills.map(\.price) == [10, 9.5] && run.fills[1].time > run.fills[0].time)
  }

  @Test func `a gap through the stop fills at the open`() throws {
    let run = try run([Day(0, 10, 10), Day(1, 10, 10), Day(2, 7, 8, high: 12)]) {
      $0.stop = 0.05
      $0.intrabar = true
    }
    #expect(run.fills.map(\.price) == [10, 7])
  }

  @Test func `a tight trailing stop cannot earn from the bar it stands in`() throws {
    // freqtrade's trap: sold at the high less a hair of the same bar.
    let days = (0..<20).map { Day($0, 10, 10, high: 11, low: 9) }
    let run = try run(days) {
      $0.trailing = 0.001
      $0.intrabar = true
    }
    #expect(run.equity.allSatisfy { $0 <= 1000 })
    #expect(run.fills.count == 2 && run.fills[1].price < 10)
  }

  @Test func `the trailing level starts anew with each position`() throws {
    // The original's highest price was never reset: the second position would be stopped at once.
    var column = ExtraColumn(name: "go")
    let days = [100.0, 100, 200, 150, 100, 100, 100, 100].enumerated().map { Day($0, $1, $1) }
    let loop = DailyMarket.loop([DailyMarket.series("A", days)])
    for index in days.indices { column.append(1, knownAt: loop.grid.knownAt(index)) }
    var exit = ExitSettings()
    exit.trailing = 0.2
    var size = PositionSizeSettings()
    size.rule = .notional
    size.notional = 100
    let run = try loop.run(
      0..<days.count,
      SignalRules(signals: [column], entry: [EntrySettings()], exit: [exit], size: size, bases: [0])
    )
    #expect(run.orders.map(\.reason) == ["signal", "exit: trailing stop", "signal"])
    #expect(run.book.quantities[0] > 0)
  }

  @Test func `N5: a position of twice the notional is twice as large`() throws {
    func bought(_ notional: Double) throws -> Double {
      var column = ExtraColumn(name: "go")
      let loop = DailyMarket.loop([DailyMarket.flat("A", 10, 0..<3)])
      for index in 0..<3 { column.append(index == 0 ? 1 : 0, knownAt: loop.grid.knownAt(index)) }
      var size = PositionSizeSettings()
      size.rule = .notional
      size.notional = notional
      let run = try loop.run(
        0..<3,
        SignalRules(
          signals: [column], entry: [EntrySettings()], exit: [ExitSettings()], size: size,
          bases: [0]))
      return run.book.quantities[0]
    }
    #expect(try bought(100) == 10)
    #expect(try bought(200) == 20)
  }

  @Test func `N10: a short position earns when prices fall`() async throws {
    let loop = DailyMarket.loop([
      DailyMarket.series("A", [Day(0, 10, 10), Day(1, 10, 8), Day(2, 8, 8)])
    ])
    let run = try await DailyMarket.run(loop, [0: [-0.5], 1: [0]])
    #expect(run.equity == [1000, 1100, 1100])
  }
}

/// G: what a metric is computed from.
@Suite struct DefectG_MetricInputTests {
  @Test func `the first point of the equity is the start capital, and flat days stand in it`()
    async throws
  {
    let run = try await DailyMarket.run(
      DailyMarket.loop([DailyMarket.flat("A", 10, 0..<5)]) { costs, _ in costs.slippage = 0.01 },
      [2: [0.5]])
    #expect(run.equity.count == 5 && run.equity[0] == run.startCapital)
    #expect(Array(run.equity.prefix(3)) == [1000, 1000, 1000] && run.equity[3] == 995)
  }

  @Test func `slippage and commission are paid on both sides and booked`() async throws {
    let loop = DailyMarket.loop([DailyMarket.flat("A", 10, 0..<4)]) { costs, _ in
      costs.commission = 0.01
      costs.slippage = 0.02
    }
    let run = try await DailyMarket.run(loop, [0: [0.5], 1: [0]])
    // 50 units: .2 a unit each way, and a hundredth of 510 and of 490.
    #expect(abs(run.book.slippage - 20) < 1e-9 && abs(run.book.fees - 10) < 1e-9)
    #expect(abs(run.equity[2] - 970) < 1e-9)
  }
}

/// J: survivorship.
@Suite struct DefectJ_SurvivorshipTests {
  @Test func `what is delisted stays in the run, with its loss`() async throws {
    let gone = DailyMarket.series(
      "GONE", [DailyMarket.Day(0, 10, 10), DailyMarket.Day(1, 10, 10), DailyMarket.Day(2, 10, 1)])
    let loop = DailyMarket.loop([gone, DailyMarket.flat("B", 1, 0..<6)]) { _, capital in
      capital.delistAfter = Timestamp.millisecondsPerDay
    }
    let run = try await DailyMarket.run(loop, [0: [nil, 0.5]])
    #expect(run.symbols == ["B", "GONE"] && run.equity.last == 550)
    #expect(run.book.quantities == [0, 0] && run.fills.count == 2)
  }
}
