import Kernels
import Market
import Signals
import Testing

/// The ways to combine timeframes.
@Suite struct CombinerMethodTests {
  private let noon = Timestamp(year: 2020, month: 1, day: 1, hour: 12)
  private let timeframes: [(Timeframe, Double)] = [(.h1, 0.6), (.h4, 0.3), (.d1, 0.1)]

  /// - Parameter views: forecast an hour, confidence, variance of the own bar's return.
  private func signal(
    _ method: CombineSettings.Method,
    _ views: [(mu: Double, confidence: Double, variance: Double)?],
    consensus: Double = 0.6, size: (Double, Double, Double) = (1, 1, 1), cost: Double = 0
  ) -> SymbolSignal {
    var combine = CombineSettings()
    combine.method = method
    combine.consensus = consensus
    (combine.alignedSize, combine.partialSize, combine.conflictedSize) = size
    var entry = EntrySettings()
    entry.threshold = .logReturn(0.01)
    entry.confidence = 0
    entry.short = true
    var combiner = Combiner(
      timeframes: timeframes.map { (timeframe: $0.0, weight: $0.1) }, primary: .h1,
      regimeWeights: [], regimeSize: [1], decisionEvery: Timeframe.h1.milliseconds,
      cost: cost, combine: combine, entry: entry)
    for (index, view) in views.enumerated() {
      guard let view else { continue }
      let hours = Double(timeframes[index].0.milliseconds / Timeframe.h1.milliseconds)
      combiner.receive(
        [
          .example(
            knownAt: noon, mu: view.mu * hours, variance: view.variance,
            confidence: view.confidence)
        ], of: timeframes[index].0)
    }
    return combiner.signal(at: noon)
  }

  @Test func `a vote counts its weight, however strong and however sure`() {
    let signal = signal(.vote, [(0.011, 0.4, 1), (-0.5, 1, 1), (0.02, 0.9, 1)])
    let parts = signal.parts.map(\.conviction)
    for (part, expected) in zip(parts, [0.6, -0.3, 0.1]) { #expect(abs(part - expected) < 1e-15) }
    #expect(abs(signal.conviction - 0.4) < 1e-15)
    // No timeframe beyond its threshold, no vote.
    #expect(self.signal(.vote, [(0.009, 1, 1), nil, (0, 1, 1)]).conviction == 0)
  }

  @Test func `a consensus that is not reached is nothing, one that is counts in full`() {
    let views: [(Double, Double, Double)?] = [(0.02, 0.8, 1), nil, (0.03, 1, 1)]
    let weighted = signal(.weighted, views)
    #expect(weighted.conviction > 0)
    // .7 of the weight stands on one side.
    #expect(signal(.consensus, views, consensus: 0.7) == weighted)
    let none = signal(.consensus, views, consensus: 0.71)
    #expect(none.conviction == 0 && none.parts.allSatisfy { $0.conviction == 0 })
    #expect(none.refusal == .conflicted)
    #expect(none.netAlpha == weighted.netAlpha)
    // The larger side counts, not the difference: .6 against .4.
    let split = signal(.consensus, [(0.03, 1, 1), (-0.03, 1, 1), (-0.03, 1, 1)], consensus: 0.6)
    #expect(abs(split.conviction - 0.2) < 1e-12)
  }

  @Test func `precision gives the calmer view more of what the speaking ones have together`() {
    // Variance an hour: 1, 1/4 (1 over four hours), silent. Precisions 1 and 4.
    let views: [(Double, Double, Double)?] = [(0.03, 1, 1), (0.03, 1, 1), nil]
    let signal = signal(.precision, views)
    // Mean precision (.6 * 1 + .3 * 4) / .9 = 2: weights .3 and .6 of the same .9.
    #expect(abs(signal.parts[0].conviction - 0.3) < 1e-12)
    #expect(abs(signal.parts[1].conviction - 0.6) < 1e-12)
    #expect(abs(signal.conviction - 0.9) < 1e-12)
    // Of 8760 hours a year.
    #expect(abs(signal.parts[0].alpha / 8760 - 0.3 * 0.03) < 1e-12)
    #expect(abs(signal.parts[1].alpha / 8760 - 0.6 * 0.12) < 1e-12)
    // Equal variances a unit of time change nothing.
    let same: [(Double, Double, Double)?] = [(0.02, 1, 1), (0.02, 0.5, 4), (0.02, 1, 24)]
    let (plain, precise) = (self.signal(.weighted, same), self.signal(.precision, same))
    #expect(abs(plain.conviction - precise.conviction) < 1e-12)
    #expect(abs(plain.netAlpha / precise.netAlpha - 1) < 1e-12)
  }

  @Test(arguments: CombineSettings.Method.allCases)
  func `over many signals the parts sum exactly and mirrored forecasts mirror the conviction`(
    method: CombineSettings.Method
  ) {
    var random = CounterRandom(seed: 11, path: ["methods", method.rawValue])
    var spoke = 0
    for _ in 0..<5000 {
      let views = timeframes.map { _ -> (mu: Double, confidence: Double, variance: Double)? in
        random.uniform() < 0.2
          ? nil : ((random.uniform() - 0.4) * 0.08, random.uniform(), 0.1 + random.uniform())
      }
      let size = (2 * random.uniform(), 2 * random.uniform(), random.uniform())
      let signal = signal(method, views, size: size, cost: 0.001)
      #expect(signal.parts.reduce(0) { $0 + $1.conviction } == signal.conviction)
      #expect(signal.parts.reduce(0) { $0 + $1.alpha } == signal.netAlpha)
      #expect(abs(signal.conviction) <= 1)
      let mirrored = self.signal(
        method, views.map { $0.map { (-$0.mu, $0.confidence, $0.variance) } }, size: size,
        cost: 0.001)
      #expect(mirrored.conviction == -signal.conviction && mirrored.netAlpha == -signal.netAlpha)
      #expect(mirrored.alignment == signal.alignment)
      for part in signal.parts where part.signal == nil {
        #expect(part.conviction == 0 && part.alpha == 0)
      }
      if signal.conviction != 0 { spoke += 1 }
    }
    #expect(spoke > 1500)
  }
}
