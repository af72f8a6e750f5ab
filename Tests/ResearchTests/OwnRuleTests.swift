import Allocation
import Engine
import Market
import Models
import Research
import SignalGraph
import Signals
import Testing
import Trading

/// Leaves after so many closes in a row against the position: a rule that a user writes in one file,
/// with its numbers, its memory and what it reads of the bars.
private struct LosingStreak: ExitRule {
  var closes: Int

  var reason: ExitReason { "losing streak" }
  var readings: [Reading] { [.close] }

  /// - Parameter memory: the last close, and the losing closes in a row.
  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    guard let close = position.readings[.close] else { return nil }
    let last = memory.first ?? position.entryPrice
    let isLosing = position.isLong ? close < last : close > last
    let streak = isLosing ? (memory.last ?? 0) + 1 : 0
    memory = [close, streak]
    return streak >= Double(closes) ? 1 : nil
  }
}

/// Opens positions only in the first half of the UTC day.
private struct Morning: EntryRule {
  func refusal(of candidate: EntryCandidate) -> EntryRefusal? {
    let hour = candidate.now.milliseconds / 3_600_000 % 24
    return hour < 12 ? nil : "afternoon"
  }
}

/// Opens positions only where the last close is above its exponential average.
private struct AboveAverage: EntryRule {
  private var average: Reading { .exponentialAverage(period: 30) }

  var readings: [Reading] { [.close, average] }

  func refusal(of candidate: EntryCandidate) -> EntryRefusal? {
    guard let close = candidate.readings[.close], let average = candidate.readings[average] else {
      return "average not known"
    }
    return close > average ? nil : "below its average"
  }
}

@Suite struct OwnRuleTests {
  @Test func `a user's exit rule closes positions in a run written by hand`() async throws {
    func at(_ day: Int, _ hour: Int) -> Timestamp { ScriptedRun.close(day: day, hour: hour) }
    var exit = ExitSettings()
    exit.own.rules = [LosingStreak(closes: 3)]
    #expect(!exit.isOff && exit.readings == [.close])
    // Two falls, a rise, three falls.
    let path = [100, 99, 98, 99, 98, 97, 96.0]
    let price: (Symbol, Timestamp) -> Double? = { symbol, now in
      guard symbol == "A" else { return 100 }
      let hour = Int((now - at(0, 0)) / Timeframe.h1.milliseconds)
      return hour < 0 ? 100 : path[min(hour, path.count - 1)]
    }
    let run = try await ScriptedRun(
      mode: .inOut, exit: exit, days: 1, price: price,
      signal: { symbol, now in
        ScriptedRun.signal(
          at: now, readings: Readings([.close], [price(symbol, now)]))
      })
    let exits = run.orders("A").filter { $0.reason.hasPrefix("exit") }
    #expect(exits.map(\.decidedAt) == [at(0, 6)] && exits[0].reason == "exit: losing streak")
    #expect(!run.orders("B").contains { $0.reason.hasPrefix("exit") })
  }

  @Test func `rules of a user run through nodes, combiner, allocator and engine`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.allocation.mode = .inOut
    portfolio.forecast.gate = .off
    portfolio.decisionEvery = portfolio.primary.milliseconds
    portfolio.entry.confidence = 0
    portfolio.entry.own.rules = [Morning(), AboveAverage()]
    portfolio.exit.own.rules = [LosingStreak(closes: 3)]
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    let exits = trial.outcome.run.orders.filter { $0.reason == "exit: losing streak" }
    #expect(exits.count > 50)
    let counts = DecisionCounts(
      trial.outcome.decisions, symbols: portfolio.symbols, orders: trial.outcome.run.orders)
    for name in ["afternoon", "below its average"] {
      #expect(counts.rows.contains { $0.name == name && $0.total > 100 }, "\(name)")
    }
    for symbol in portfolio.symbols.indices {
      #expect(counts.rows.reduce(0) { $0 + $1.counts[symbol] } == counts.decisions)
    }
    // Each exit stands after three falling closes.
    for order in exits.prefix(20) {
      let series = trial.history.series(NodeKey(order.symbol, .h1))
      let known = series.countKnown(at: order.decidedAt)
      let last = Array(series.closes[known - 3..<known])
      #expect(last[0] > last[1] && last[1] > last[2])
    }
    try await trial.expectCausal()
    try await trial.expectBatchEqualsStream()
  }

  @Test func `every built-in rule that reads bars runs the whole way`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.allocation.mode = .inOut
    portfolio.forecast.gate = .off
    portfolio.decisionEvery = portfolio.primary.milliseconds
    portfolio.inferenceEvery = 4
    portfolio.entry.confidence = 0
    portfolio.entry.short = true
    portfolio.entry.averages = AveragePair(fast: 6, slow: 30)
    portfolio.entry.kelly = 0.25
    portfolio.entry.timeframeRegimes = [.h4: [.both, .both, .long], .d1: [.long, .both, .both]]
    portfolio.entry.by = .mixture
    portfolio.entry.size = [0.5, 1, 1, 0.5]
    portfolio.exit.atrTargets = [.init(ranges: 1, share: 0.5), .init(ranges: 6, share: 0.5)]
    portfolio.exit[.stop] = .byState([0.02, 0.03, 0.04])
    portfolio.exit.averages = AveragePair(fast: 6, slow: 30)
    portfolio.exit.extremes.rsi = 66
    portfolio.exit.extremes.bollinger = 1.8
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    let reasons = Set(trial.outcome.run.orders.map(\.reason))
    for reason in [ExitReason.atrTarget, .stop, .averages, .rsi, .bollinger] {
      // At a decision the reason goes on with what is kept.
      #expect(reasons.contains { $0.hasPrefix("exit: \(reason.rawValue)") }, "\(reason)")
    }
    let counts = DecisionCounts(
      trial.outcome.decisions, symbols: portfolio.symbols, orders: trial.outcome.run.orders)
    for refusal in [EntryRefusal.otherRegime, .againstAverages] {
      #expect(counts.rows.contains { $0.name == refusal.rawValue }, "\(refusal)")
    }
    try await trial.expectCausal()
    try await trial.expectBatchEqualsStream()
  }

  @Test(arguments: [2, 7])
  func `what the models said stands until they are asked again`(every: Int) async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.inferenceEvery = every
    // What is days old has no skill to show.
    portfolio.forecast.gate = .off
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    for (mine, theirs) in zip(trial.outcome.nodes, base.outcome.nodes) {
      let series = trial.history.series(mine.key)
      #expect(mine.signals.count == theirs.signals.count)
      var standing: NodeSignal?
      var asked = 0
      for (held, plain) in zip(mine.signals, theirs.signals) {
        #expect(held.knownAt == plain.knownAt && held.evaluatedAt <= held.knownAt)
        let bar = series.countKnown(at: held.knownAt) - 1
        if held.evaluatedAt == held.knownAt {
          asked += 1
          // Asked, they say what they say when asked at every bar; only the spread of past forecasts,
          // which bounds the next one, is made of fewer.
          #expect(held.posterior == plain.posterior && held.forecast == plain.forecast)
          #expect(held.variance == plain.variance)
          standing = held
        } else {
          #expect(bar % every != 0)
          #expect(held.posterior == standing?.posterior && held.mu == standing?.mu)
          #expect(held.label == standing?.label && held.evaluatedAt == standing?.knownAt)
        }
        // What the bar itself says is always its own.
        #expect(held.atr == plain.atr && held.volumeRatio == plain.volumeRatio)
      }
      // Once for each fold's models besides.
      #expect(abs(Double(asked) - Double(mine.signals.count) / Double(every)) <= 4)
      expectRecord(of: mine.key, trial, says: mine.signals)
    }
    try await trial.expectCausal()
    try await trial.expectBatchEqualsStream()
  }

  /// The record by which forecasts are judged holds those that counted, stale ones too.
  private func expectRecord(of key: NodeKey, _ trial: Trial, says signals: [NodeSignal]) {
    let outer = trial.plan.folds.outer[0].testFrom
    let said = Dictionary(uniqueKeysWithValues: signals.map { ($0.knownAt, $0.forecast) })
    let pairs = (trial.skill.records[key.timeframe]?.pairs ?? []).filter {
      $0.symbol == key.symbol && $0.knownAt - key.timeframe.milliseconds >= outer
    }
    for pair in pairs {
      #expect(said[pair.knownAt - key.timeframe.milliseconds] == pair.forecast, "\(key)")
    }
    #expect(pairs.count > 10 || trial.skill.records[key.timeframe] == SkillRecord())
  }

  @Test func `a price that stands still has neither risen nor fallen`() async throws {
    var portfolio = try await Laboratory.base.value.portfolio
    portfolio.exit.extremes.rsi = 66
    let base = try await Laboratory.base.value
    let key = base.keys.first { $0.timeframe == portfolio.primary }!
    var bars = Array(base.history.series(key))
    let last = bars[bars.count - 1]
    for hour in 1...600 {
      bars.append(
        Bar(
          time: last.time + Int64(hour) * GeneratedMarket.hour, open: last.close,
          high: last.close, low: last.close, close: last.close, volume: 0))
    }
    var node = PortfolioGraph(portfolio, history: base.history).node(key, base.schedule(key))
    let signals = node.advance(bars)
    #expect(signals[signals.count - 1].readings[.rsi(period: 14)] == 50)
    #expect(signals[signals.count - 601].readings[.rsi(period: 14)] != 50)
  }
}
