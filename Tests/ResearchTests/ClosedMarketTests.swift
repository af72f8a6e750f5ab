import Allocation
import Engine
import Kernels
import Market
import SignalGraph
import Signals
import Testing
import Trading

/// What is decided while a market is closed: a coin with a bar a day beside a share without weekends,
/// half of the account each, through allocator and step loop.
@Suite struct ClosedMarketTests {
  private static let start = Timestamp(year: 2018, month: 1, day: 1)
  /// A Friday, in days since the start, which is a Monday.
  private static let friday = 60

  private static func time(_ day: Int) -> Timestamp {
    start + Int64(day) * Timestamp.millisecondsPerDay
  }

  /// Closes that swing about 100; every bar opens at 101.
  /// - Parameter missing: days without a bar of the share, weekends aside.
  private static func series(_ symbol: Symbol, without missing: Set<Int>) -> BarSeries {
    var random = CounterRandom(seed: 3, path: [symbol.name])
    var series = BarSeries(
      symbol: symbol, timeframe: .d1, calendar: symbol == "COIN" ? .continuous : .sessions)
    for day in 0..<77 {
      let close = 100 * Elementary.exp(0.004 * random.normal())
      guard symbol == "COIN" || day % 7 < 5 && !missing.contains(day) else { continue }
      series.append(
        Bar(
          time: time(day), open: 101, high: max(101, close), low: min(101, close), close: close,
          volume: 1))
    }
    return series
  }

  /// - Parameters:
  ///   - sizes: the regime's size of a symbol at the close of a day; 1 where none is given.
  ///   - missing: days without a bar of the share.
  ///   - participation: units that a bar may fill; each has a volume of 1.
  private func run(
    _ sizes: [Symbol: [Int: Double]], without missing: Set<Int> = [],
    participation: Double? = nil, cash: Double = 100_000
  ) async throws -> EngineRun {
    let grid = BarGrid(["COIN", "SHARE"].map { Self.series($0, without: missing) })
    let rules = AllocatorRules(
      allocator: try Allocator(
        settings: AllocationSettings(volatilityTarget: nil, minimumObservations: 20)),
      exit: [ExitSettings(), ExitSettings()], decisionEvery: Timestamp.millisecondsPerDay,
      riskPeriodsPerYear: CommonYear(grid).periods, staleAfter: 3 * Timestamp.millisecondsPerDay,
      primary: .d1, calendars: grid.series.map(\.calendar))
    let steps = grid.steps(from: Self.time(50), to: Self.time(77))
    let signals = grid.symbols.map { symbol in
      steps.map { step in
        var signal = ScriptedRun.signal(at: grid.knownAt(step))
        let day = Int((grid.times[step] - Self.start) / Timestamp.millisecondsPerDay)
        signal.regimeSize = sizes[symbol]?[day] ?? 1
        return signal
      }
    }
    let maker = PortfolioRun(
      PortfolioAllocator(try AllocatorState(rules: rules, riskGrid: grid)), signals: signals,
      firstStep: steps.lowerBound)
    var (costs, capital) = (CostSettings(commission: 0, slippage: 0), CapitalSettings())
    (costs.participation, capital.cash) = (participation, cash)
    return try await StepLoop(grid: grid, costs: costs, capital: capital).run(steps, maker)
  }

  private func fills(_ run: EngineRun, _ symbol: Symbol) -> [(day: Int, quantity: Double)] {
    run.fills.filter { $0.symbol == symbol }.map { fill in
      (Int((fill.time - Self.start) / Timestamp.millisecondsPerDay), fill.quantity)
    }
  }

  @Test func `H: an order waits for its market's next bar, at the last decision's quantity`()
    async throws
  {
    // Half of the share from Friday's close on.
    let half = Dictionary(uniqueKeysWithValues: (Self.friday..<77).map { ($0, 0.5) })
    let run = try await run(["SHARE": half])
    let own = fills(run, "SHARE")
    #expect(own.map(\.day) == [50, Self.friday + 3])
    #expect(run.fills.allSatisfy { $0.price == 101 })
    // Decided anew on Saturday and Sunday, for the coin has moved meanwhile.
    let orders = run.orders.filter { $0.symbol == "SHARE" && $0.decidedAt > Self.time(60) }
    #expect(orders.map(\.decidedAt) == [Self.time(61), Self.time(62), Self.time(63)])
    #expect(own[1].quantity == orders[2].quantity && own[1].quantity < 0)
    #expect(abs(own[1].quantity / own[0].quantity + 0.5) < 0.05)
  }

  @Test func `a decision that holds withdraws it`() async throws {
    let run = try await run(["SHARE": [Self.friday: 0.5]])
    #expect(run.orders.contains { $0.symbol == "SHARE" && $0.decidedAt == Self.time(61) })
    #expect(fills(run, "SHARE").map(\.day) == [50])
    // So does one that holds none: what was to be bought is not.
    let none = Dictionary(uniqueKeysWithValues: (49..<77).map { ($0, $0 == 60 ? 1.0 : 0) })
    let empty = try await self.run(["SHARE": none])
    #expect(empty.orders.contains { $0.symbol == "SHARE" && $0.decidedAt == Self.time(61) })
    #expect(fills(empty, "SHARE").isEmpty)
  }

  @Test func `a decision that holds withdraws what the volume has left of an order, too`()
    async throws
  {
    // Five units of each are wanted and a bar fills one; the last of them is inside the band.
    let run = try await run([:], participation: 1, cash: 1000)
    for symbol in run.symbols {
      #expect(fills(run, symbol).map(\.day) == [50, 51, 52, 53])
      #expect(fills(run, symbol).allSatisfy { $0.quantity == 1 })
      // Two were ordered when one of them was filled.
      #expect(try #require(run.orders.last { $0.symbol == symbol }).quantity > 1.5)
    }
  }

  @Test func `a later decision replaces it, and an open market does not wait`() async throws {
    let none = Dictionary(
      uniqueKeysWithValues: (Self.friday..<77).map { ($0, $0 == Self.friday ? 0.5 : 0) })
    let run = try await run(["SHARE": none, "COIN": [Self.friday: 0.5]])
    let own = fills(run, "SHARE")
    #expect(own.map(\.day) == [50, Self.friday + 3] && own[1].quantity == -own[0].quantity)
    // The coin is halved on Saturday and bought back on Sunday.
    #expect(fills(run, "COIN").map(\.day) == [50, Self.friday + 1, Self.friday + 2])
  }

  @Test(arguments: [[60, 63], [60, 63, 64, 65, 66]])
  func `neither a holiday of five nights nor an outage sells what cannot be sold`(missing: [Int])
    async throws
  {
    // What is stale could be sold at its first fresh bar only, when it is stale no more.
    let run = try await run([:], without: Set(missing))
    #expect(fills(run, "SHARE").map(\.day) == [50])
    #expect(run.orders.count { $0.symbol == "SHARE" } == 1)
  }
}
