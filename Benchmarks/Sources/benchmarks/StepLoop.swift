import Engine
import Kernels
import Market
import PlainLoop
import Trading

/// The step loop on given weights: 50 symbols, 10 000 hourly bars, a rebalance every 24 bars.
@MainActor
func measureStepLoop(_ session: Session) async throws {
  session.begin("loop")
  let (count, bars, every) = (50, 10_000, 24)
  let name = "step loop 50 x 10000, every 24"
  guard session.isWanted(name) else { return }
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
    goals: [.times(1.0 / 3, than: "a plain C loop")],
    rivals: [("a plain C loop", plain)]
  ) {
    try await loop.run(0..<bars, replay)
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
