import Market
import Signals
import Testing

/// The sizing regimes of a symbol as probabilities of a given number of states.
@Suite struct RegimeProbabilitiesTests {
  @Test func `another number of states keeps its place and its sum`() {
    #expect(RegimeSize.spread([0.2, 0.8], over: 2) == [0.2, 0.8])
    #expect(RegimeSize.spread([0.2, 0.8], over: 3) == [0.2, 0, 0.8])
    #expect(RegimeSize.spread([0.2, 0.6, 0.2], over: 2) == [0.5, 0.5])
    #expect(RegimeSize.spread([1], over: 3) == [0, 1, 0])
    #expect(RegimeSize.spread([0.5, 0.5], over: 1) == [1])
    let four = RegimeSize.spread([0.1, 0.2, 0.3, 0.4], over: 3)
    // State 2 of 4 stands at 2/3 of the way between the first two of three.
    #expect(abs(four[0] - (0.1 + 0.2 / 3)) < 1e-15)
    #expect(abs(four[1] - (0.2 * 2 / 3 + 0.3 * 2 / 3)) < 1e-15)
    #expect(abs(four[2] - (0.3 / 3 + 0.4)) < 1e-15)
  }

  @Test(arguments: 1...6, 1...6)
  func `the expected size is the same whether sizes or probabilities are carried over`(
    own: Int, wanted: Int
  ) {
    let sizes = (0..<wanted).map { 1 / Double($0 + 2) }
    let probabilities = (0..<own).map { Double($0 + 1) / Double(own * (own + 1) / 2) }
    let curve = RegimeSize.of(own, sizes)
    let expected = zip(probabilities, curve).reduce(0) { $0 + $1.0 * $1.1 }
    let spread = RegimeSize.spread(probabilities, over: wanted)
    #expect(abs(zip(spread, sizes).reduce(0) { $0 + $1.0 * $1.1 } - expected) < 1e-15)
    #expect(abs(spread.reduce(0, +) - 1) < 1e-15)
  }

  private func node(_ posterior: [Double], _ next: [Double]) -> NodeSignal {
    NodeSignal(
      knownAt: Timestamp(milliseconds: 0), forecast: nil, variance: 1, mu: 0, gateWeight: 0,
      forecastDeviation: 0, forecastPersistence: 0, posterior: posterior, nextPosterior: next,
      label: 0, confidence: 1, entropy: 0)
  }

  private func signal(_ nodes: [(Timeframe, NodeSignal?)], label: Int? = 0, states: Int? = 2)
    -> SymbolSignal
  {
    SymbolSignal(
      knownAt: Timestamp(milliseconds: 0),
      parts: nodes.map { .init(timeframe: $0, signal: $1, alpha: 0, conviction: 0) },
      netAlpha: 0, conviction: 0, alignment: .aligned, regimeSize: 1, regimeLabel: label,
      regimeConfidence: 1, regimeStates: states)
  }

  @Test func `timeframes are mixed by their weights, and all of them must have spoken`() throws {
    let (fast, slow) = (node([1, 0], [0.9, 0.1]), node([0.5, 0.5], [0.4, 0.6]))
    let weights: [(timeframe: Timeframe, weight: Double)] = [(.h1, 0.25), (.d1, 0.75)]
    let both = signal([(.h1, fast), (.h4, nil), (.d1, slow)])
    let mixed = try #require(both.regimeProbabilities(weights: weights, states: 2))
    #expect(mixed.now == [0.625, 0.375])
    #expect(abs(mixed.next[0] - 0.525) < 1e-15 && abs(mixed.next[1] - 0.475) < 1e-15)
    let silent = signal([(.h1, fast), (.d1, nil)])
    #expect(silent.regimeProbabilities(weights: weights, states: 2) == nil)
    let alone = try #require(
      silent.regimeProbabilities(weights: [(.h1, 1), (.d1, 0)], states: 2))
    #expect(alone.now == [1, 0])
  }

  @Test func `a label of another number of states goes to the nearest place`() {
    func label(_ label: Int?, _ own: Int, _ wanted: Int) -> Int? {
      signal([], label: label, states: own).regimeLabel(of: wanted)
    }
    #expect(label(1, 3, 3) == 1 && label(nil, 3, 3) == nil)
    #expect(label(0, 2, 3) == 0 && label(1, 2, 3) == 2 && label(0, 1, 3) == 1)
    #expect(label(1, 4, 3) == 1 && label(2, 4, 3) == 1 && label(3, 4, 3) == 2)
    #expect(label(7, 8, 2) == 1 && label(3, 8, 2) == 0 && label(4, 8, 2) == 1)
  }
}
