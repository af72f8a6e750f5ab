import Kernels
import Market
import Signals
import Testing

/// The size that regimes give a symbol.
@Suite struct CombinerRegimeTests {
  private let noon = Timestamp(year: 2020, month: 1, day: 1, hour: 12)

  private func combiner(_ weights: [(Timeframe, Double)], size: [Double]) -> Combiner {
    Combiner(
      timeframes: [.h1, .h4, .d1].map { (timeframe: $0, weight: 1) }, primary: .h1,
      regimeWeights: weights.map { (timeframe: $0.0, weight: $0.1) }, regimeSize: size,
      decisionEvery: Timeframe.d1.milliseconds, cost: 0,
      combine: CombineSettings(), entry: EntrySettings())
  }

  @Test func `sizes are mixed by the next posterior and by the regime weights`() {
    var combiner = combiner([(.h4, 0.25), (.d1, 0.75)], size: [1, 0.5, 0.25])
    combiner.receive([.example(knownAt: noon, nextPosterior: [0, 0, 1], label: 2)], of: .h1)
    combiner.receive(
      [.example(knownAt: noon, nextPosterior: [0, 1, 0], label: 1, confidence: 0.6)], of: .h4)
    combiner.receive(
      [.example(knownAt: noon, nextPosterior: [0.5, 0.25, 0.25], label: 0, confidence: 0.9)],
      of: .d1)
    let signal = combiner.signal(at: noon)
    // .25 * .5 + .75 * (.5 + .125 + .0625).
    #expect(signal.regimeSize == 0.640625)
    // The slowest one names the regime.
    #expect(signal.regimeLabel == 0 && signal.regimeConfidence == 0.9)
    #expect(signal.hasRegime)
  }

  @Test func `a timeframe that sizes and is silent leaves the symbol without a regime`() {
    var combiner = combiner([(.h4, 0.5), (.d1, 0.5)], size: [1, 1, 1])
    combiner.receive([.example(knownAt: noon)], of: .h4)
    #expect(!combiner.signal(at: noon).hasRegime)
    #expect(combiner.signal(at: noon).regimeSize == 0)
    #expect(combiner.signal(at: noon).regimeConfidence == nil)
    combiner.receive([.example(knownAt: noon + 1)], of: .d1)
    #expect(!combiner.signal(at: noon).hasRegime)
    #expect(combiner.signal(at: noon + 1).hasRegime)
  }

  /// With [1, 0.75, 0.5]: two states 1 and .5; four 1, .8333, .6667 and .5; one the middle, .75.
  @Test(
    arguments: [
      ([0, 1], 0.5), ([1, 0], 1), ([0, 1, 0, 0], 5.0 / 6), ([0, 0, 0.5, 0.5], 7.0 / 12),
      ([1], 0.75), ([0, 0, 1, 0, 0], 0.75), ([0, 1, 0, 0, 0], 0.875),
    ] as [([Double], Double)])
  func `where there are more or fewer states than sizes, the sizes are a curve over them`(
    next: [Double], expected: Double
  ) {
    var combiner = combiner([(.d1, 1)], size: [1, 0.75, 0.5])
    combiner.receive([.example(knownAt: noon, nextPosterior: next)], of: .d1)
    #expect((combiner.signal(at: noon).regimeSize - expected).magnitude < 1e-15)
  }

  @Test func `a curve of one size is that size, and stays within its ends`() {
    var random = CounterRandom(seed: 9, path: ["curve"])
    for _ in 0..<500 {
      let sizes = (0...random.below(6)).map { _ in random.uniform() }
      let states = 1 + random.below(8)
      let raw = (0..<states).map { _ in random.uniform() + 1e-9 }
      let sum = raw.reduce(0, +)
      var combiner = combiner([(.d1, 1)], size: sizes)
      combiner.receive([.example(knownAt: noon, nextPosterior: raw.map { $0 / sum })], of: .d1)
      let size = combiner.signal(at: noon).regimeSize
      #expect(size >= sizes.min()! - 1e-12 && size <= sizes.max()! + 1e-12)
      if sizes.count == 1 { #expect(size == sizes[0]) }
    }
  }

  /// A posterior whose sum is one only up to rounding.
  private func posterior(_ random: inout CounterRandom) -> [Double] {
    let raw = (0..<3).map { _ in random.uniform() + 1e-9 }
    let sum = raw[0] + raw[1] + raw[2]
    return raw.map { $0 / sum }
  }

  @Test func `equal sizes give exactly that size, whatever the posteriors and weights`() {
    var random = CounterRandom(seed: 6, path: ["regime"])
    for _ in 0..<2000 {
      let raw = (0..<3).map { _ in random.uniform() + 0.01 }
      let sum = raw[0] + raw[1] + raw[2]
      for size in [1, 0.7, random.uniform()] {
        var combiner = combiner(
          [(.h1, raw[0] / sum), (.h4, raw[1] / sum), (.d1, raw[2] / sum)],
          size: [size, size, size])
        for timeframe in [Timeframe.h1, .h4, .d1] {
          combiner.receive(
            [.example(knownAt: noon, nextPosterior: posterior(&random))], of: timeframe)
        }
        #expect(combiner.signal(at: noon).regimeSize == size)
      }
    }
  }

  @Test func `the size lies between the least and the greatest of the states, and within one`() {
    var random = CounterRandom(seed: 7, path: ["bounds"])
    for _ in 0..<2000 {
      let raw = (0..<3).map { _ in random.uniform() + 0.01 }
      let sum = raw[0] + raw[1] + raw[2]
      let sizes = (0..<3).map { _ in random.uniform() < 0.5 ? 1 : random.uniform() }
      var combiner = combiner(
        [(.h1, raw[0] / sum), (.h4, raw[1] / sum), (.d1, raw[2] / sum)], size: sizes)
      for timeframe in [Timeframe.h1, .h4, .d1] {
        // Nearly certain of one state now and then.
        let next = random.uniform() < 0.5 ? posterior(&random) : [1 - 1e-16, 1e-17, 1e-17]
        combiner.receive([.example(knownAt: noon, nextPosterior: next)], of: timeframe)
      }
      let size = combiner.signal(at: noon).regimeSize
      #expect(size <= 1)
      #expect(size >= sizes.min()! - 1e-12 && size <= sizes.max()! + 1e-12)
    }
  }
}
