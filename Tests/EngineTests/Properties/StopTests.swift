import Engine
import Market
import Testing
import Trading

/// Protective orders over random bars.
@Suite struct StopTests {
  /// Every position followed by hand through the bars: when its bracket is reached, and at what price.
  private func findings(_ one: EngineCase) async throws -> [String] {
    var one = one
    one.features.removeAll { [.splits, .wait, .cancel, .margin].contains($0) }
    let (run, loop) = try await one.run()
    let grid = loop.grid
    var findings: [String] = []
    for (symbol, name) in grid.symbols.enumerated() {
      var (held, entry, best) = (0.0, 0.0, 0.0)
      var bracket: Bracket?
      let own = run.fills.filter { $0.symbol == name }
      for step in run.times.indices {
        for fill in own where fill.time == run.times[step] && !fill.isIntrabar {
          let after = held + fill.quantity
          if held == 0 || (held > 0) != (after > 0) {
            (entry, best) = (fill.price, fill.price)
          } else if abs(after) > abs(held) {
            entry = (entry * held + fill.price * fill.quantity) / after
          }
          held = after
        }
        guard let bar = grid.bar(symbol, at: step) else {
          bracket = bracketAfter(step, grid, symbol, one)
          continue
        }
        let data = grid.series[symbol][bar]
        let stops = own.filter { $0.isIntrabar && $0.time == run.knownAt[step] }
        if held != 0, let bracket {
          let isLong = held > 0
          let sign: Double = isLong ? 1 : -1
          var levels: [Double] = []
          if let stop = bracket.stop { levels.append(entry * (1 - sign * stop)) }
          if let trailing = bracket.trailing { levels.append(best * (1 - sign * trailing)) }
          if let sigma = bracket.sigmaStop { levels.append(entry * (1 - sign * sigma)) }
          if let atr = bracket.atrStop { levels.append(entry - sign * atr) }
          let level = isLong ? levels.max() : levels.min()
          let target = bracket.target.map { entry * (1 + sign * $0) }
          let worst = isLong ? data.low : data.high
          let finest = isLong ? data.high : data.low
          let isStopped = level.map { sign * worst <= sign * $0 } ?? false
          let isTaken = target.map { sign * finest >= sign * $0 } ?? false
          // A short position is bought back as far as cash goes, which other fills may take or bring.
          let isAlone =
            run.fills.count {
              $0.time == run.times[step] || $0.isIntrabar && $0.time == run.knownAt[step]
            } == 0
          let isPaidFor = isLong || isAlone && run.cash[step] > 2 * abs(held) * worst
          if isStopped || isTaken, stops.isEmpty, isPaidFor {
            findings.append("step \(step): \(name) was not closed")
          }
          for fill in stops {
            if fill.reason == "exit: target" {
              if isStopped, sign * data.open < sign * (target ?? 0) {
                findings.append("step \(step): target before stop")
              }
              let price = sign * max(sign * data.open, sign * (target ?? -.infinity))
              if sign * fill.price > sign * price * (1 + sign * 1e-12) {
                findings.append(
                  "step \(step): target filled at \(fill.price), better than \(price)")
              }
            } else {
              // Never better than the open beyond the level, nor than the level.
              let price = sign * min(sign * data.open, sign * (level ?? .infinity))
              if sign * fill.price > sign * price * (1 + sign * 1e-12) {
                findings.append("step \(step): stop filled at \(fill.price), better than \(price)")
              }
              if !isStopped { findings.append("step \(step): stopped out of reach") }
            }
            held += fill.quantity
          }
        } else if !stops.isEmpty {
          findings.append("step \(step): stopped without a position or a bracket")
        }
        if held == 0 { (entry, best) = (0, 0) }
        if held > 0 { best = max(best, data.close) }
        if held < 0 { best = min(best, data.close) }
        bracket = bracketAfter(step, grid, symbol, one)
      }
    }
    return findings
  }

  private func bracketAfter(_ step: Int, _ grid: BarGrid, _ symbol: Int, _ one: EngineCase)
    -> Bracket?
  {
    guard one.has(.brackets) else { return nil }
    return BracketedTargets.brackets(at: grid.knownAt(step), of: grid.symbols, seed: one.seed)[
      symbol]
  }

  @Test func `a stop fills where it must, never better than the open or the level`() async throws {
    try await expectAll(0..<2000, findings)
  }
}
