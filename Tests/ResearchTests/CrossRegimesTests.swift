import Engine
import Market
import Research
import Signals
import Testing

/// Whether regimes of several symbols come together.
@Suite struct CrossRegimesTests {
  private let names = ["calm", "wild"]

  private func measured(
    _ labels: [[Int?]], _ returns: [[Double?]]? = nil, weights: [Double]? = nil
  ) -> CrossRegimes {
    let symbols = ["A", "B", "C"].prefix(labels[0].count).map { Symbol($0) }
    return CrossRegimes(
      symbols: symbols, names: names, labels: labels,
      returns: returns ?? labels.map { $0.map { _ in nil } },
      weights: weights ?? symbols.map { _ in 0 })
  }

  @Test func `five bars of two symbols by hand`() throws {
    // A: calm on 3 of 4, B: calm on 2 of 4; on the fifth bar B says nothing.
    let found = measured([[0, 0], [0, 0], [0, 1], [1, 1], [1, nil]])
    let pair = try #require(found.pairs.first)
    #expect(found.bars == 5 && pair.bars == 4)
    #expect(pair.together == 3.0 / 4)
    // 3/4 · 2/4 + 1/4 · 2/4.
    #expect(pair.expected == 0.5)
    #expect(found.states.map(\.both) == [0.5, 0.25])
    #expect(found.states.map(\.expected) == [0.375, 0.125])
    // One vote each: calm 1, 1, 1/2, 0, 0 over the bars.
    #expect(!found.isWeighted)
    #expect(found.states.map(\.now) == [0, 1])
    #expect(found.states.map(\.history) == [0.5, 0.5])
    // Not one bar has returns.
    #expect(pair.same.map(\.bars) == [0, 0] && pair.same.allSatisfy { $0.correlation == nil })
    #expect(found.apart.value == nil && found.apart.measured == 0 && found.apart.pairs == 1)
    #expect(found.apart.fewest == 0 && found.apart.most == 0)
  }

  @Test func `votes count by weight, of those that have a regime`() {
    let found = measured(
      [[0, 1, nil], [1, 1, 0], [nil, 0, 1], [nil, nil, nil], [0, 1, 1]], weights: [3, 1, 0])
    #expect(found.isWeighted)
    #expect(found.states.map(\.now) == [0.75, 0.25])
    // calm: 3/4, 0, 1 and 3/4; the fourth bar has no regime at all.
    #expect(found.bars == 4 && found.states[0].history == 2.5 / 4)
    // A symbol without weight alone has no vote.
    #expect(measured([[nil, 0]], weights: [1, 0]).states.map(\.now) == [nil, nil])
  }

  @Test func `correlations are of the bars in the same regime, and too few say nothing`() throws {
    // In the calm the second moves with the first, in the wild against it, apart not at all.
    var labels: [[Int?]] = []
    var returns: [[Double?]] = []
    for bar in 0..<CrossRegimes.least {
      let move = bar % 2 == 0 ? 0.01 : -0.01
      labels += [[0, 0], [1, 1], [0, 1]]
      returns += [[move, 2 * move + 0.001], [move, -move], [move, bar % 4 < 2 ? 0.01 : -0.01]]
    }
    let found = measured(labels, returns)
    let pair = try #require(found.pairs.first)
    #expect(abs(try #require(pair.same[0].correlation) - 1) < 1e-12)
    #expect(abs(try #require(pair.same[1].correlation) + 1) < 1e-12)
    #expect(abs(try #require(pair.apart.correlation)) < 1e-12)
    #expect(pair.same.map(\.bars) == [30, 30] && pair.apart.bars == 30)
    #expect(found.states[1].correlation.measured == 1 && found.states[1].correlation.most == 30)
    // One bar less, and nothing is said of the wild.
    let short = measured(Array(labels.dropFirst(3)), Array(returns.dropFirst(3)))
    #expect(short.pairs[0].same[1].bars == 29 && short.pairs[0].same[1].correlation == nil)
    #expect(short.states[1].correlation.measured == 0 && short.states[1].correlation.value == nil)
    // A missing return is no bar.
    var holed = returns
    holed[0][1] = nil
    let calm = measured(labels, holed).pairs[0].same[0]
    #expect(calm.bars == 29 && calm.correlation == nil)
    // What does not move has no correlation.
    let still = measured(labels, returns.map { [$0[0], 0] })
    #expect(still.pairs[0].same[0].bars == 30 && still.pairs[0].same[0].correlation == nil)
  }

  @Test func `what the states add up to is what the pairs say`() throws {
    // Regimes drawn from a fixed sequence that is no pattern of the symbols.
    var state: UInt64 = 7
    func draw() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 62)
    }
    let labels = (0..<400).map { _ in
      (0..<3).map { _ -> Int? in
        let drawn = draw()
        return drawn == 3 ? nil : min(1, drawn)
      }
    }
    let found = measured(labels)
    let bars = found.pairs.reduce(0.0) { $0 + Double($1.bars) }
    let together = found.pairs.reduce(0.0) { $0 + ($1.together ?? 0) * Double($1.bars) } / bars
    let expected = found.pairs.reduce(0.0) { $0 + ($1.expected ?? 0) * Double($1.bars) } / bars
    #expect(abs(found.states.reduce(0) { $0 + ($1.both ?? 0) } - together) < 1e-12)
    #expect(abs(found.states.reduce(0) { $0 + ($1.expected ?? 0) } - expected) < 1e-12)
    for share in [\CrossRegimes.State.now, \.history] {
      #expect(abs(found.states.reduce(0) { $0 + ($1[keyPath: share] ?? 0) } - 1) < 1e-12)
    }
    // Independent as they are, they are together about as often as chance has it.
    #expect(abs(together - expected) < 0.05)
  }

  @Test func `a run's table is counted again from its labels`() async throws {
    let base = try await Laboratory.base.value
    let report = try base.backtest.report(
      base.outcome, trialSharpes: [], inputs: [], warnings: [])
    let found = try #require(report.crossRegimes)
    #expect(found.symbols == base.history.symbols && found.pairs.count == 3)
    // The days of the run, by the closes of the daily grid.
    let grid = base.history.grid(.d1)
    var (same, both) = (0, 0)
    for step in grid.times.indices {
      let close = grid.knownAt(step)
      guard let moment = base.outcome.run.knownAt.firstIndex(of: close) else { continue }
      let labels = base.outcome.signals.map { $0.signals[moment].regimeLabel }
      guard let a = labels[0], let b = labels[1] else { continue }
      both += 1
      if a == b { same += 1 }
    }
    #expect(both > 50 && found.pairs[0].bars == both)
    #expect(found.pairs[0].together == Double(same) / Double(both))
    #expect(found.states.map(\.name) == ["calm", "normal", "turbulent"])
  }
}
