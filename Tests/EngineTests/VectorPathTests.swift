import Engine
import Kernels
import Market
import Signals
import Testing
import Trading

/// Two paths, one semantics: where they overlap, the vectorised runs give what the step loop gives.
@Suite struct VectorPathTests {
  /// A random account within what both paths know.
  private func settings(_ seed: Int) -> (costs: CostSettings, capital: CapitalSettings) {
    var random = CounterRandom(seed: UInt64(seed), path: ["overlap"])
    var costs = CostSettings(commission: 0.002 * random.uniform(), slippage: 0.001)
    var capital = CapitalSettings()
    if random.uniform() < 0.5 { costs.halfSpread = 0.002 * random.uniform() }
    if random.uniform() < 0.5 { costs.minimumCommission = 20 * random.uniform() }
    if random.uniform() < 0.5 { capital.cashRate = random.uniform() }
    if random.uniform() < 0.3 { capital.debitRate = random.uniform() }
    if random.uniform() < 0.3 { capital.lot = random.uniform() < 0.5 ? 1 : 0.125 }
    if random.uniform() < 0.3 { capital.leverage = 1 + 2 * random.uniform() }
    return (costs, capital)
  }

  private func expectSame(
    _ vector: VectorCurve, _ run: EngineRun, _ seed: Int,
    location: SourceLocation = #_sourceLocation
  ) {
    let scale = run.startCapital
    var worst = 0.0
    for step in run.equity.indices {
      worst = max(
        worst, abs(vector.equity[step] - run.equity[step]) / max(scale, abs(run.equity[step])))
      worst = max(
        worst, abs(vector.cash[step] - run.cash[step]) / max(scale, abs(run.equity[step])))
    }
    let book = run.book
    #expect(worst < 1e-12, "seed \(seed)", sourceLocation: location)
    #expect(vector.equity.count == run.equity.count, sourceLocation: location)
    #expect(vector.fills == run.fills.count, "seed \(seed)", sourceLocation: location)
    #expect(vector.orders == run.orders.count, "seed \(seed)", sourceLocation: location)
    #expect(abs(vector.fees - book.fees) < 1e-10 * scale, sourceLocation: location)
    #expect(
      abs(vector.concession - book.slippage - book.spread) < 1e-10 * scale,
      sourceLocation: location)
    #expect(abs(vector.interest - book.interest) < 1e-10 * scale, sourceLocation: location)
    for (own, held) in zip(vector.quantities, book.quantities) {
      #expect(abs(own - held) <= 1e-9 * max(1, abs(held)), sourceLocation: location)
    }
  }

  @Test func `replayed weights agree on random markets and accounts`() async throws {
    var fills = 0
    for seed in 0..<1500 {
      var random = CounterRandom(seed: UInt64(seed), path: ["weights"])
      let grid = GeneratedMarket(seed: seed, symbols: 1 + seed % 11, steps: 50).grid
      let (costs, capital) = settings(seed)
      let count = grid.symbols.count
      var steps: [Int] = []
      var rows: [[Double]] = []
      for step in grid.times.indices where random.uniform() < 0.4 {
        steps.append(step)
        rows.append(
          (0..<count).map { _ in
            let kind = random.uniform()
            if kind < 0.1 { return .nan }
            if kind < 0.2 { return 0 }
            return (kind < 0.4 ? -1 : 1.3) * random.uniform() * capital.leverage / Double(count)
          })
      }
      let script = Dictionary(
        uniqueKeysWithValues: zip(steps, rows.map { row in row.map { $0.isNaN ? nil : $0 } }))
      let run = try await StepLoop(grid: grid, costs: costs, capital: capital)
        .run(0..<grid.times.count, ScriptedTargets(script: script))
      let vector = try VectorReplay(
        PriceTable(grid), steps: steps, weights: rows.flatMap { $0 }
      ).run(costs: costs, capital: capital)
      expectSame(vector, run, seed)
      fills += run.fills.count
    }
    #expect(fills > 50_000)
  }

  @Test func `rules on a column agree on random markets, exits and accounts`() throws {
    var reasons: Set<String> = []
    for seed in 0..<1500 {
      var random = CounterRandom(seed: UInt64(seed), path: ["rules"])
      let grid = GeneratedMarket(seed: seed, symbols: 1 + seed % 11, steps: 60).grid
      let (costs, capital) = settings(seed)
      let count = grid.symbols.count
      var columns: [ExtraColumn] = []
      var entries: [VectorRules.Entry] = []
      var exits: [ExitSettings] = []
      var bases: [Double] = []
      var short = EntrySettings()
      short.short = true
      for symbol in 0..<count {
        var column = ExtraColumn(name: "go")
        for step in grid.times.indices {
          let value = (random.uniform() < 0.2 ? 1.0 : 0) * (random.uniform() < 0.3 ? -1 : 1)
          guard grid.bar(symbol, at: step) != nil else { continue }
          column.append(value, knownAt: grid.knownAt(step))
          if value != 0 { entries.append(.init(step: step, symbol: symbol, isLong: value > 0)) }
        }
        columns.append(column)
        var exit = ExitSettings()
        if random.uniform() < 0.7 { exit.stop = 0.03 * random.uniform() + 0.001 }
        if random.uniform() < 0.7 { exit.trailing = 0.03 * random.uniform() + 0.001 }
        if random.uniform() < 0.5 { exit.target = 0.04 * random.uniform() + 0.001 }
        if random.uniform() < 0.3 { exit.maxBars = .all(1 + random.below(10)) }
        exits.append(exit)
        // Where cash is spent to the last bit, rounding alone decides whether there is a fill.
        bases.append(0.9 * random.uniform() / Double(count))
      }
      entries.sort { ($0.step, $0.symbol) < ($1.step, $1.symbol) }
      var size = PositionSizeSettings()
      size.rule = random.uniform() < 0.5 ? .fixed : .notional
      size.notional = 60_000 * random.uniform() / Double(count)
      let run = try StepLoop(grid: grid, costs: costs, capital: capital).run(
        0..<grid.times.count,
        SignalRules(
          signals: columns, entry: Array(repeating: short, count: count), exit: exits, size: size,
          bases: bases))
      let vector = try VectorRules(
        PriceTable(grid), entries: entries, exit: exits, size: size, bases: bases
      ).run(costs: costs, capital: capital)
      expectSame(vector, run, seed)
      reasons.formUnion(run.orders.map(\.reason))
    }
    #expect(
      reasons == ["signal", "exit: stop", "exit: trailing stop", "exit: target", "exit: time"])
  }

  @Test func `weights that are held are no orders, however small lots are`() async throws {
    // Of 5e10 lots a billionth, which is allowed for rounding, is fifty lots more than are held.
    let bars = (0..<20).map { step -> Bar in
      let price = 100 + Double(step)
      return Bar(
        time: Timestamp(year: 2020, month: 1, day: 1) + Int64(step) * Timeframe.h1.milliseconds,
        open: price, high: price, low: price, close: price, volume: 1)
    }
    let grid = BarGrid([
      BarSeries(symbol: "S", timeframe: .h1, calendar: .continuous, bars: bars)
    ])
    var capital = CapitalSettings()
    capital.lot = 1e-8
    let loop = StepLoop(grid: grid, costs: CostSettings(), capital: capital)
    var script: [Int: [Double?]] = [0: [0.5]]
    let bought = try await loop.run(0..<20, ScriptedTargets(script: script))
    for step in 1..<20 { script[step] = [bought.weights[step]] }
    let run = try await loop.run(0..<20, ScriptedTargets(script: script))
    #expect(run.orders.count == 1 && run.equity == bought.equity)
    let table = PriceTable(grid)
    let once = try VectorReplay(table, steps: [0], weights: [0.5])
      .run(costs: CostSettings(), capital: capital)
    let held = (1..<20).map { once.quantities[0] * bars[$0].close / once.equity[$0] }
    let again = try VectorReplay(table, steps: Array(0..<20), weights: [0.5] + held)
      .run(costs: CostSettings(), capital: capital)
    #expect(again.orders == 1 && again.fills == 1 && again.equity == once.equity)
  }

  @Test func `what cash cannot pay for is ordered at every close, and bought once`() async throws {
    let grid = GeneratedMarket(seed: 5, symbols: 1, steps: 200).grid
    let steps = Array(grid.times.indices)
    let costs = CostSettings(commission: 0.001, slippage: 0.0005)
    let run = try await StepLoop(grid: grid, costs: costs, capital: CapitalSettings()).run(
      0..<grid.times.count,
      ScriptedTargets(script: Dictionary(uniqueKeysWithValues: steps.map { ($0, [1.2]) })))
    let vector = try VectorReplay(
      PriceTable(grid), steps: steps, weights: steps.map { _ in 1.2 }
    ).run(costs: costs, capital: CapitalSettings())
    expectSame(vector, run, 5)
    #expect(run.orders.count == steps.count && steps.count > 10)
    #expect(run.fills.count == 1 && vector.fills == 1)
    #expect(run.cash.allSatisfy { $0 >= 0 } && vector.cash.allSatisfy { $0 >= 0 })
  }

  @Test func `what the vectorised path does not know is refused`() throws {
    let table = PriceTable(GeneratedMarket(seed: 1).grid)
    let replay = try VectorReplay(table, steps: [], weights: [])
    func refusal(_ set: (inout CostSettings, inout CapitalSettings) -> Void) -> VectorError? {
      var (costs, capital) = (CostSettings(), CapitalSettings())
      set(&costs, &capital)
      do throws(VectorError) {
        _ = try replay.run(costs: costs, capital: capital)
        return nil
      } catch { return error }
    }
    #expect(refusal { _, _ in } == nil)
    #expect(refusal { costs, _ in costs.impact = 0.1 } == .needsStepLoop("costs.impact"))
    #expect(
      refusal { costs, _ in costs.participation = 0.1 } == .needsStepLoop("costs.participation"))
    #expect(
      refusal { _, capital in capital.maintenance = 0.1 } == .needsStepLoop("capital.maintenance"))
    var exit = ExitSettings()
    exit.intrabar = true
    #expect(throws: VectorError.needsStepLoop("exit.intrabar")) {
      try VectorRules(
        table, entries: [], exit: Array(repeating: exit, count: 4), size: PositionSizeSettings(),
        bases: [1, 1, 1, 1])
    }
    #expect(throws: VectorError.self) { try VectorReplay(table, steps: [3, 2], weights: []) }
    #expect(throws: VectorError.self) {
      try VectorReplay(table, steps: [1], weights: [0.1])
    }
  }
}
