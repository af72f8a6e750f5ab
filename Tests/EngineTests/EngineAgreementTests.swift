import Engine
import Kernels
import Market
import Signals
import Testing
import Trading

/// The second engine beside the first: it finds what differs, and only that.
@Suite struct EngineAgreementTests {
  /// Ten bars at 100, but the eighth closes at 110.
  private var grid: BarGrid {
    let start = Timestamp(year: 2020, month: 1, day: 1)
    let bars = (0..<10).map { step in
      let close = step == 7 ? 110.0 : 100
      return Bar(
        time: start + Int64(step) * Timeframe.h1.milliseconds, open: 100, high: close, low: 100,
        close: close, volume: 1)
    }
    return BarGrid([
      BarSeries(symbol: Symbol("A"), timeframe: .h1, calendar: .continuous, bars: bars)
    ])
  }

  private func loop(
    _ grid: BarGrid, splits: [Split] = [],
    _ set: (inout CostSettings, inout CapitalSettings) -> Void = { _, _ in }
  ) -> StepLoop {
    var (costs, capital) = (CostSettings(commission: 0, slippage: 0), CapitalSettings())
    capital.cash = 1000
    set(&costs, &capital)
    return StepLoop(grid: grid, costs: costs, capital: capital, splits: splits)
  }

  /// Decided at the close of step 6, so that it fills at the open of step 7.
  private func replay(_ weight: Double) -> WeightReplay {
    WeightReplay([grid.knownAt(6): [weight]])
  }

  @Test func `weights that were not those of the run differ at the first close after their fill`()
    throws
  {
    let loop = loop(grid)
    let run = try loop.run(0..<10, replay(0.5))
    #expect(try EngineAgreement.check(run, of: loop, replay(0.5)) == .sameCurve(within: 0))
    // Five units gain 50, four gain 40.
    let error = try #require(throws: EngineDisagreement.self) {
      try EngineAgreement.check(run, of: loop, replay(0.4))
    }
    #expect(error.close == grid.knownAt(7) && error.difference.step == 7)
    #expect(error.difference.figure == .equity)
    #expect(error.difference.first == 1050 && error.difference.second == 1040)
    #expect(
      error.description.hasPrefix(
        "two engines do not agree: at 2020-01-01T08:00Z equity is 1050.0 by the step loop and 1040.0 by "
      ))
  }

  @Test func `settings that the second engine does not know are named`() throws {
    func kept(
      splits: [Split] = [], _ set: (inout CostSettings, inout CapitalSettings) -> Void
    ) throws -> EngineAgreement {
      let loop = loop(grid, splits: splits, set)
      return try EngineAgreement.check(try loop.run(0..<10, replay(0.5)), of: loop, replay(0.5))
    }
    #expect(try kept { costs, _ in costs.impact = 0.1 } == .notChecked(setting: "costs.impact"))
    #expect(try kept { costs, _ in costs.borrow = 0.1 } == .notChecked(setting: "costs.borrow"))
    #expect(
      try kept { _, capital in capital.maintenance = 0.1 }
        == .notChecked(setting: "capital.maintenance"))
    #expect(
      try kept { _, capital in capital.splits = "split" }
        == .notChecked(setting: "capital.splits"))
    let split = Split(symbol: Symbol("A"), time: grid.times[3], ratio: 2)
    #expect(try kept(splits: [split]) { _, _ in } == .notChecked(setting: "capital.splits"))
  }

  /// Weights that use all cash and credit at prices that return, where rounding has most to decide.
  @Test func `weights on generated markets come to the same curve`() throws {
    var fills = 0
    for seed in 0..<400 {
      var random = CounterRandom(seed: UInt64(seed), path: ["second engine"])
      let grid = GeneratedMarket(seed: seed, symbols: 1 + seed % 10, steps: 60).grid
      let count = grid.symbols.count
      let loop = loop(grid) { costs, capital in
        if random.uniform() < 0.5 { costs = CostSettings(commission: 0.001, slippage: 0.0005) }
        if random.uniform() < 0.3 { capital.lot = 1 }
        if random.uniform() < 0.3 { capital.leverage = 2 }
        if random.uniform() < 0.3 { capital.cashRate = 0.05 }
      }
      var weights: [Timestamp: [Double]] = [:]
      for step in grid.times.indices where random.uniform() < 0.5 {
        let short = random.uniform() < 0.3
        weights[grid.knownAt(step)] = (0..<count).map { symbol in
          (short && symbol % 2 == 1 ? -1 : 1) * loop.capital.leverage / Double(count)
        }
      }
      let replay = WeightReplay(weights)
      let run = try loop.run(0..<grid.times.count, replay)
      let agreement = try EngineAgreement.check(run, of: loop, replay)
      guard case .sameCurve(let largest) = agreement, largest < 1e-10 else {
        Issue.record("seed \(seed): \(agreement)")
        continue
      }
      fills += run.fills.count
    }
    #expect(fills > 10_000)
  }

  private struct RulesCase {
    var grid: BarGrid
    var columns: [ExtraColumn]
    var entry: [EntrySettings]
    var exit: [ExitSettings]

    /// Every second symbol may not be sold short, and columns have values where bars are missing.
    init(seed: Int) {
      var random = CounterRandom(seed: UInt64(seed), path: ["second engine rules"])
      let grid = GeneratedMarket(seed: seed, symbols: 1 + seed % 10, steps: 60).grid
      (self.grid, columns, entry, exit) = (grid, [], [], [])
      for symbol in grid.symbols.indices {
        var column = ExtraColumn(name: "go")
        for step in grid.times.indices {
          let value = random.uniform() < 0.2 ? (random.uniform() < 0.4 ? -1.0 : 2) : 0
          column.append(value, knownAt: grid.knownAt(step))
        }
        columns.append(column)
        var (entry, exit) = (EntrySettings(), ExitSettings())
        entry.short = symbol % 2 == 0
        if random.uniform() < 0.8 { exit.stop = 0.02 }
        if random.uniform() < 0.5 { exit.trailing = 0.03 }
        if random.uniform() < 0.3 { exit.target = 0.02 }
        if random.uniform() < 0.3 { exit.maxBars = .all(1 + random.below(8)) }
        self.entry.append(entry)
        self.exit.append(exit)
      }
    }

    /// Positions of a third of the equity: from four on, cash does not suffice.
    func rules(base: Double = 1.0 / 3) -> SignalRules {
      var size = PositionSizeSettings()
      size.rule = .fixed
      return SignalRules(
        signals: columns, entry: entry, exit: exit, size: size,
        bases: columns.map { _ in base })
    }
  }

  @Test func `columns on generated markets come to the same curve`() throws {
    var fills = 0
    for seed in 0..<400 {
      let one = RulesCase(seed: seed)
      let loop = loop(one.grid) { costs, _ in
        if seed % 2 == 0 { costs = CostSettings(commission: 0.001, slippage: 0.0005) }
      }
      let run = try loop.run(0..<one.grid.times.count, one.rules())
      let agreement = try EngineAgreement.check(run, of: loop, one.rules())
      guard case .sameCurve(let largest) = agreement, largest < 1e-10 else {
        Issue.record("seed \(seed): \(agreement)")
        continue
      }
      fills += run.fills.count
    }
    #expect(fills > 5_000)
  }

  @Test func `a column, a size or a stop that were not those of the run are found`() throws {
    let one = RulesCase(seed: 9)
    let loop = loop(one.grid)
    let run = try loop.run(0..<one.grid.times.count, one.rules())
    func isFound(_ rules: SignalRules) -> Bool {
      do {
        _ = try EngineAgreement.check(run, of: loop, rules)
        return false
      } catch { return error is EngineDisagreement }
    }
    #expect(!isFound(one.rules()))
    #expect(isFound(one.rules(base: 1.0 / 3 + 1e-6)))
    var other = one
    other.exit = other.exit.map { _ in ExitSettings() }
    #expect(isFound(other.rules()))
    other = one
    for symbol in other.entry.indices { other.entry[symbol].short.toggle() }
    #expect(isFound(other.rules()))
  }

  @Test func `exits that need more than closes are named`() throws {
    func kept(_ set: (inout ExitSettings) -> Void) throws -> EngineAgreement {
      var one = RulesCase(seed: 2)
      for symbol in one.exit.indices {
        (one.exit[symbol].stop, one.exit[symbol].trailing) = (0.02, 0.03)
        set(&one.exit[symbol])
      }
      let loop = loop(one.grid)
      let run = try loop.run(0..<one.grid.times.count, one.rules())
      return try EngineAgreement.check(run, of: loop, one.rules())
    }
    #expect(try kept { $0.intrabar = true } == .notChecked(setting: "exit.intrabar"))
    #expect(try kept { $0.trailingAfter = 0.01 } == .notChecked(setting: "exit.trailing_after"))
  }
}
