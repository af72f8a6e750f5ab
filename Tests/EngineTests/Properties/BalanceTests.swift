import Engine
import Kernels
import Market
import Testing
import Trading

/// What holds for every market, account and decision: thousands of random cases, each with its own mix
/// of costs, lots, leverage, stops, splits and delistings.
@Suite struct BalanceTests {
  @Test func `books balance at every bar, and cash is never negative without leverage`()
    async throws
  {
    try await expectAll(0..<3000) { one in
      let (run, loop) = try await one.run()
      return Recount.findings(run, loop)
    }
  }

  @Test func `the cases have all that they are named for`() async throws {
    var seen: Set<String> = []
    for seed in 0..<300 {
      let (run, loop) = try await EngineCase(seed: seed).run()
      let book = run.book
      for (name, amount) in [
        ("spread", book.spread), ("impact", book.impact), ("borrow", book.borrow),
        ("funding", book.funding), ("interest", book.interest), ("write-offs", book.writeOffs),
      ] where amount != 0 { seen.insert(name) }
      for reason in (run.fills.map(\.reason) + run.orders.map(\.reason)) { seen.insert(reason) }
      if run.cash.contains(where: { $0 < -1 }), loop.capital.leverage > 1 { seen.insert("debt") }
      for fill in run.fills where fill.fee > 0 && fill.fee == loop.fillModel.costs.minimumCommission
      {
        seen.insert("least commission")
      }
      let filled = run.fills.reduce(0) { $0 + abs($1.quantity) }
      let ordered = run.orders.reduce(0) { $0 + abs($1.quantity) }
      if loop.fillModel.costs.participation != nil, filled < ordered { seen.insert("capped") }
    }
    let wanted: Set = [
      "spread", "impact", "borrow", "funding", "interest", "write-offs", "debt", "capped",
      "least commission", "margin call", "no bars any more", "exit: stop", "exit: target",
      "exit: trailing stop", "exit: ATR stop", "exit: sigma stop", "random",
    ]
    #expect(wanted.subtracting(seen) == [])
  }

  @Test func `symbols may come in any order`() async throws {
    try await expectAll(0..<1000) { one in
      let run = try await one.run().run
      var random = CounterRandom(seed: UInt64(one.seed), path: ["order"])
      var order = Array(0..<one.symbols)
      random.shuffle(&order)
      var permuted = one.market
      permuted.series = order.map { one.market.series[$0] }
      var loop = one.loop(one.market)
      loop = StepLoop(
        grid: permuted.grid, costs: loop.fillModel.costs, capital: loop.capital,
        splits: loop.splits.reversed())
      let other = try await loop.run(0..<loop.grid.times.count, one.decisionMaker)
      return other == run ? [] : ["another order of symbols is another run"]
    }
  }

  @Test func `a market that ends earlier gives the first part of the same run`() async throws {
    try await expectAll(0..<1000) { one in
      let (run, loop) = try await one.run()
      let end = run.times.count / 2
      let time = run.times[end]
      let grid = one.market.truncated(after: time).grid
      guard grid.symbols.count == loop.grid.symbols.count, grid.times.count == end + 1 else {
        return []
      }
      let short = try await StepLoop(
        grid: grid, costs: loop.fillModel.costs, capital: loop.capital, splits: loop.splits
      ).run(0..<(end + 1), one.decisionMaker)
      var findings: [String] = []
      if short.equity != Array(run.equity.prefix(end + 1)) { findings.append("equity") }
      if short.orders != run.orders.filter({ $0.decidedAt <= run.knownAt[end] }) {
        findings.append("orders")
      }
      let fills = run.fills.filter {
        $0.time <= time || $0.isIntrabar && $0.time <= run.knownAt[end]
      }
      if short.fills != fills { findings.append("fills") }
      return findings
    }
  }

  @Test func `weights that are held are no reason to trade`() async throws {
    try await expectAll(0..<1000) { one in
      let (run, loop) = try await one.run()
      guard run.book.equity > 0 else { return [] }
      let held = Targets(
        weights: run.book.weights, reasons: run.symbols.map { _ in "held" })
      // After a split or a forced sale a position may be no whole number of lots: it stays all the same.
      let orders = StepLoop.orders(
        to: held, from: run.book, at: run.knownAt[run.knownAt.count - 1], capital: loop.capital)
      return orders.compactMap { $0 }.map { "\($0.quantity) of \($0.symbol)" }
    }
  }

  @Test func `a failing property is shown on a small case`() async throws {
    // "Nothing is ever ordered": untrue, and the least that shows it is one symbol with no feature.
    func findings(_ one: EngineCase) async throws -> [String] {
      try await one.run().run.orders.isEmpty ? [] : ["an order"]
    }
    var failing = EngineCase(seed: 0)
    failing.features = EngineCase.Feature.allCases
    (failing.symbols, failing.steps) = (5, 40)
    try #require(try await !findings(failing).isEmpty)
    let smallest = try await shrunk(failing, findings)
    #expect(smallest.features.isEmpty && smallest.symbols == 1 && smallest.steps < 10)
  }
}
