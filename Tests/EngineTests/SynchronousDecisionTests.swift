import Engine
import Market
import Testing
import Trading

/// One decision maker in both clothes: a value that decides at once, and an actor that is waited for.
@Suite struct SynchronousDecisionTests {
  /// Moves between the first symbol and cash, and remembers how often it was asked.
  private struct Alternating: SynchronousDecisionMaker {
    var count = 0

    mutating func decide(_ moment: Moment) -> Targets? {
      count += 1
      guard count % 3 != 0 else { return nil }
      let symbols = moment.book.symbols.indices
      return Targets(
        weights: symbols.map { $0 == 0 ? (count % 2 == 0 ? 0 : 0.5) : nil },
        reasons: symbols.map { _ in "alternating" },
        brackets: symbols.map { symbol in
          guard symbol == 0, count % 4 != 0 else { return nil }
          var bracket = Bracket()
          bracket.stop = 0.01
          return bracket
        })
    }
  }

  private actor Waiting: DecisionMaker {
    private var inner = Alternating()

    func decide(_ moment: Moment) async -> Targets? {
      await Task.yield()
      return inner.decide(moment)
    }
  }

  private struct Failing: SynchronousDecisionMaker {
    func decide(_ moment: Moment) throws -> Targets? {
      if moment.step == 2 { throw FailingTargets.Failure(step: 2) }
      return nil
    }
  }

  @Test func `both leave the same run on random markets and accounts`() async throws {
    try await expectAll(0..<500) { one in
      let loop = one.loop(one.market)
      let steps = 0..<loop.grid.times.count
      let own = try loop.run(steps, Alternating())
      return try await loop.run(steps, Waiting()) == own ? [] : ["another run"]
    }
  }

  @Test func `in several pieces it leaves what it leaves in one`() throws {
    for seed in 0..<50 {
      let one = EngineCase(seed: seed)
      let loop = one.loop(one.market)
      let end = loop.grid.times.count
      var rules = Alternating()
      var state = loop.start(at: 0)
      for middle in [end / 3, end / 2, end] {
        try loop.advance(&state, to: middle, &rules)
        #expect(rules.count == middle)
      }
      #expect(state.run == (try loop.run(0..<end, Alternating())))
    }
  }

  @Test func `an error of the decision ends the run with it`() throws {
    let loop = DailyMarket.loop([DailyMarket.flat("A", 1, 0..<4)])
    var state = loop.start(at: 0)
    var rules = Failing()
    #expect(throws: FailingTargets.Failure(step: 2)) {
      try loop.advance(&state, to: 4, &rules)
    }
    #expect(state.run.equity.count == 3)
  }
}
