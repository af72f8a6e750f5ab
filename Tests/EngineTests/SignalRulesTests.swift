import Engine
import Kernels
import Market
import SignalGraph
import Signals
import Testing
import Trading

/// `SignalRules` written as plainly as can be: every symbol is looked up in its column and every exit
/// rule is asked at every close, as an actor that the loop has to wait for.
private actor PlainRules: DecisionMaker {
  private let columns: [ExtraColumn]
  private let short: Bool
  private let exit: [ExitSettings]
  private let weight: Double
  private var checks: [ExitCheck]
  private var sides: [Int]
  private var bars: [Int]

  init(_ columns: [ExtraColumn], short: Bool, exit: [ExitSettings], weight: Double) {
    self.columns = columns
    self.short = short
    self.exit = exit
    self.weight = weight
    checks = exit.map { ExitCheck($0.rules) }
    sides = columns.map { _ in 0 }
    bars = sides
  }

  func decide(_ moment: Moment) -> Targets? {
    let book = moment.book
    var weights: [Double?] = columns.map { _ in nil }
    var reasons = columns.map { _ in "" }
    for symbol in columns.indices where moment.lastBars[symbol] == moment.now {
      let held = book.quantities[symbol]
      let side = held > 0 ? 1 : held < 0 ? -1 : 0
      if side != sides[symbol] {
        (sides[symbol], bars[symbol]) = (side, 0)
        checks[symbol].reset()
      }
      if side == 0 {
        let column = columns[symbol]
        guard let index = column.knownAt.firstIndex(of: moment.now) else { continue }
        let value = column.values[index]
        guard value > 0 || value < 0 && short else { continue }
        weights[symbol] = value > 0 ? weight : -weight
        reasons[symbol] = "signal"
      } else {
        bars[symbol] += 1
        let position = OpenPosition(
          isLong: side > 0, entryPrice: book.entryPrices[symbol]!,
          bestClose: book.bestMarks[symbol]!, close: book.marks[symbol]!, bars: bars[symbol])
        guard let hit = checks[symbol].hit(position) else { continue }
        weights[symbol] = hit.share == 1 ? 0 : (1 - hit.share) * book.weights[symbol]
        reasons[symbol] = "exit: \(hit.reason.rawValue)"
      }
    }
    return Targets(
      weights: weights, reasons: reasons,
      brackets: exit.indices.map { exit[$0].bracket(bestGain: book.bestGain($0) ?? 0) })
  }
}

/// Closes a third of what is held at every fifth close: a rule that must see every close.
private struct FifthCloseRule: ExitRule {
  var reason: ExitReason { "fifth close" }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    let closes = (memory.first ?? 0) + 1
    memory = [closes]
    return Int(closes) % 5 == 0 ? 1.0 / 3 : nil
  }
}

@Suite struct SignalRulesTests {
  private func exit(_ random: inout CounterRandom) -> ExitSettings {
    var exit = ExitSettings()
    if random.uniform() < 0.6 { exit.stop = 0.04 * random.uniform() }
    if random.uniform() < 0.6 { exit.trailing = 0.04 * random.uniform() }
    if random.uniform() < 0.3 { exit.trailingAfter = 0.02 * random.uniform() }
    if random.uniform() < 0.5 { exit.target = 0.05 * random.uniform() }
    if random.uniform() < 0.3 { exit.maxBars = .all(1 + random.below(10)) }
    if random.uniform() < 0.2 { exit.own = OwnExitRules([FifthCloseRule()]) }
    exit.intrabar = random.uniform() < 0.4
    return exit
  }

  @Test func `what is skipped changes nothing: the same run as by asking every rule every time`()
    async throws
  {
    var reasons: Set<String> = []
    try await expectAll(0..<1500) { one in
      var random = CounterRandom(seed: UInt64(one.seed), path: ["signal rules"])
      let market = one.market
      let grid = market.grid
      let columns = grid.symbols.map { _ in
        var column = ExtraColumn(name: "go")
        // Some values belong to closes at which the symbol has no bar.
        for step in grid.times.indices where random.uniform() < 0.95 {
          let value = (random.uniform() < 0.3 ? 1.0 : 0) * (random.uniform() < 0.3 ? -1 : 1)
          column.append(value, knownAt: grid.knownAt(step))
        }
        return column
      }
      let exits = columns.map { _ in exit(&random) }
      let loop = one.loop(market)
      var entry = EntrySettings()
      entry.short = one.has(.shorts)
      var size = PositionSizeSettings()
      size.rule = .fixed
      let share = (one.has(.leverage) ? 2 : 0.9) / Double(columns.count)
      let steps = 0..<grid.times.count
      let own = try loop.run(
        steps,
        SignalRules(
          signals: columns, entry: columns.map { _ in entry }, exit: exits, size: size,
          bases: columns.map { _ in share }))
      let plain = try await loop.run(
        steps, PlainRules(columns, short: entry.short, exit: exits, weight: share))
      reasons.formUnion(own.fills.map(\.reason))
      // An account that has lost everything opens nothing; the plain rules do not know that.
      guard own.equity.allSatisfy({ $0 > 0 }) else { return [] }
      return own == plain ? [] : ["another run"]
    }
    #expect(
      reasons.isSuperset(of: [
        "signal", "exit: stop", "exit: trailing stop", "exit: target", "exit: time",
        "exit: fifth close",
      ]))
  }

  @Test func `a trail that waits for no gain stands at a loss too`() {
    var exit = ExitSettings()
    (exit.intrabar, exit.trailing) = (true, 0.05)
    #expect(exit.bracket(bestGain: -0.01)?.trailing == 0.05)
    exit.trailingAfter = 0.02
    #expect(exit.bracket(bestGain: 0.01)?.trailing == nil)
    #expect(exit.bracket(bestGain: 0.02)?.trailing == 0.05)
  }
}
