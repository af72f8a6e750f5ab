import Engine
import Kernels
import Market
import PlainLoop
import Signals
import Trading

/// A third of a plain C loop's speed, which counts fills where ours keeps them, and ten times vectorbt's.
private let loopGoals: [Goal] = [
  .times(1.0 / 3, than: "a plain C loop"), .times(10, than: "vectorbt"),
]

/// The step loop on given weights: 50 symbols, 10 000 hourly bars, a rebalance every 24 bars.
@MainActor
func measureStepLoop(_ session: Session) async throws {
  session.begin("loop")
  let (count, bars, every) = (50, 10_000, 24)
  let name = "step loop 50 x 10000, every 24"
  let others = ["weights replayed", "stops"].map { "\($0) 50 x 10000, vectorised" }
  guard ([name, "stops 50 x 10000, step loop"] + others).contains(where: session.isWanted) else {
    return
  }
  let series = (0..<count).map {
    GeneratedInputs.series(Symbol("S\(100 + $0)"), .h1, bars: bars, volatility: 0.008)
  }
  let grid = BarGrid(series)
  let opens = (0..<bars).flatMap { t in series.map { $0.opens[t] } }
  let closes = (0..<bars).flatMap { t in series.map { $0.closes[t] } }
  let rows = weights(decisions: (bars - 1) / every, symbols: count)
  let costs = CostSettings(commission: 0.001, slippage: 0.0005)
  var capital = CapitalSettings()
  capital.cash = 1_000_000
  try session.share("opens", opens)
  try session.share("loop_closes", closes)
  try session.share("weights", rows.flatMap { $0 })

  var schedule: [Timestamp: [Double]] = [:]
  for (d, row) in rows.enumerated() { schedule[grid.knownAt((d + 1) * every - 1)] = row }
  let replay = WeightReplay(schedule)
  let loop = StepLoop(grid: grid, costs: costs, capital: capital)
  let flat = rows.flatMap { $0 }
  let plain = Body {
    var quantities = [Double](repeating: 0, count: count)
    var equity = [Double](repeating: 0, count: bars)
    plain_rebalance(
      count, bars, every, opens, closes, flat, capital.cash, costs.commission, costs.slippage,
      &quantities, &equity)
    return equity
  } value: {
    checksum($0)
  }
  try await session.measure(
    name, count * bars, "symbol-bar",
    goals: loopGoals,
    rivals: [("a plain C loop", plain)]
  ) {
    try loop.run(0..<bars, replay)
  } value: {
    checksum($0.equity)
  }
  let table = PriceTable(grid)
  let vector = try VectorReplay(
    table, steps: rows.indices.map { ($0 + 1) * every - 1 }, weights: flat)
  try await session.measure(
    "weights replayed 50 x 10000, vectorised", count * bars, "symbol-bar",
    goals: loopGoals,
    rivals: [("a plain C loop", plain)]
  ) {
    try vector.run(costs: costs, capital: capital)
  } value: {
    checksum($0.equity)
  }
  try await measureStops(session, grid, table, opens, closes, costs, capital)
}

/// Entries at 2 % of the closes, a stop of 5 % and a trailing stop of 8 % on closes: the vectorised path
/// and the step loop beside plain C.
@MainActor
private func measureStops(
  _ session: Session, _ grid: BarGrid, _ table: PriceTable, _ opens: [Double], _ closes: [Double],
  _ costs: CostSettings, _ capital: CapitalSettings
) async throws {
  let (count, bars) = (grid.symbols.count, grid.times.count)
  var random = GeneratedInputs.random("entries")
  let flags = (0..<count * bars).map { _ in UInt8(random.uniform() < 0.02 ? 1 : 0) }
  try session.share("entries", flags.map(Double.init))
  var exit = ExitSettings()
  (exit.stop, exit.trailing) = (0.05, 0.08)
  var size = PositionSizeSettings()
  (size.rule, size.notional) = (.notional, 10_000)
  let exits = Array(repeating: exit, count: count)
  let bases = Array(repeating: 0.0, count: count)
  let plain = Body {
    var equity = [Double](repeating: 0, count: bars)
    plain_stops(
      count, bars, opens, closes, flags, capital.cash, costs.commission, costs.slippage, 0.05, 0.08,
      size.notional, &equity)
    return equity
  } value: {
    checksum($0)
  }
  let entries = flags.indices.filter { flags[$0] == 1 }.map {
    VectorRules.Entry(step: $0 / count, symbol: $0 % count, isLong: true)
  }
  let vector = try VectorRules(table, entries: entries, exit: exits, size: size, bases: bases)
  try await session.measure(
    "stops 50 x 10000, vectorised", count * bars, "symbol-bar",
    goals: loopGoals,
    rivals: [("a plain C loop", plain)]
  ) {
    try vector.run(costs: costs, capital: capital)
  } value: {
    checksum($0.equity)
  }
  let columns = (0..<count).map { symbol in
    var column = ExtraColumn(name: "entry")
    for step in 0..<bars {
      column.append(Double(flags[step * count + symbol]), knownAt: grid.knownAt(step))
    }
    return column
  }
  let loop = StepLoop(grid: grid, costs: costs, capital: capital)
  try await session.measure(
    "stops 50 x 10000, step loop", count * bars, "symbol-bar",
    goals: loopGoals,
    rivals: [("a plain C loop", plain)]
  ) {
    try loop.run(
      0..<bars,
      SignalRules(
        signals: columns, entry: Array(repeating: EntrySettings(), count: count), exit: exits,
        size: size, bases: bases))
  } value: {
    checksum($0.equity)
  }
}

/// Long only, three symbols of five at a time, between .3 and .9 in all: never bound by cash.
private func weights(decisions: Int, symbols: Int) -> [[Double]] {
  var random = GeneratedInputs.random("weights")
  return (0..<decisions).map { _ in
    let raw = (0..<symbols).map { _ in random.uniform() < 0.6 ? random.uniform() : 0 }
    let total = raw.reduce(0, +)
    let gross = 0.3 + 0.6 * random.uniform()
    return raw.map { total > 0 ? $0 / total * gross : 0 }
  }
}
