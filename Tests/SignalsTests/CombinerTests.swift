import Kernels
import Market
import Signals
import Testing

@Suite struct CombinerTests {
  private let hour = Timeframe.h1.milliseconds
  private let noon = Timestamp(year: 2020, month: 1, day: 1, hour: 12)

  /// An hourly combiner: thresholds of 1 % an hour, full at 3 %, no regime.
  private func combiner(
    _ timeframes: [(Timeframe, Double)], short: Bool = true, cap: Double = 3,
    threshold: EntrySettings.Threshold = .logReturn(0.01), confidence: Double = 0,
    sizes: (Double, Double, Double) = (1, 1, 1), cost: Double = 0,
    decisionEvery: Timeframe = .h1, calendar: TradingCalendar = .continuous
  ) -> Combiner {
    var combine = CombineSettings()
    (combine.alignedSize, combine.partialSize, combine.conflictedSize) = sizes
    var entry = EntrySettings()
    entry.threshold = threshold
    entry.cap = cap
    entry.confidence = confidence
    entry.short = short
    return Combiner(
      timeframes: timeframes.map { (timeframe: $0.0, weight: $0.1) }, primary: .h1,
      regimeWeights: [], regimeSize: [1], decisionEvery: decisionEvery.milliseconds,
      cost: cost, combine: combine, entry: entry, calendar: calendar)
  }

  /// The signal of one timeframe that says `mu` an hour.
  private func conviction(
    _ mu: Double, short: Bool = true, cap: Double = 3, confidence: Double = 1,
    needed: Double = 0
  ) -> Double {
    var combiner = combiner([(.h1, 1)], short: short, cap: cap, confidence: needed)
    combiner.receive([.example(knownAt: noon, mu: mu, confidence: confidence)], of: .h1)
    return combiner.signal(at: noon).conviction
  }

  @Test func `a forecast counts from its threshold on, in full at the cap`() {
    #expect(conviction(0) == 0)
    #expect(conviction(0.005) == 0)
    #expect(conviction(0.01) == 0)
    #expect(abs(conviction(0.02) - 0.5) < 1e-15)
    #expect(abs(conviction(0.015) - 0.25) < 1e-15)
    #expect(conviction(0.03) == 1)
    #expect(conviction(5) == 1)
    #expect(conviction(0.011, cap: 1) == 1)
  }

  @Test func `a short side counts only where it is allowed`() {
    #expect(abs(conviction(-0.02) + 0.5) < 1e-15)
    #expect(conviction(-5) == -1)
    #expect(conviction(-0.02, short: false) == 0)
    #expect(conviction(-5, short: false) == 0)
    #expect(conviction(5, short: false) == 1)
  }

  @Test func `confidence multiplies the vote, and too little of it silences it`() {
    #expect(conviction(0.03, confidence: 0.75) == 0.75)
    #expect(conviction(0.03, confidence: 0.75, needed: 0.75) == 0.75)
    #expect(conviction(0.03, confidence: 0.75.nextDown, needed: 0.75) == 0)
  }

  @Test func `a slower forecast is spread over the bars of the primary`() {
    func vote(_ mu: Double) -> Double {
      var combiner = combiner([(.h4, 1)])
      combiner.receive([.example(knownAt: noon, mu: mu)], of: .h4)
      return combiner.signal(at: noon).conviction
    }
    // 4 % in four hours is 1 % an hour.
    #expect(vote(0.04) == 0)
    #expect(abs(vote(0.08) - 0.5) < 1e-15)
    #expect(vote(0.12) == 1)
  }

  @Test(arguments: [Timeframe.h1, .h4, .d1])
  func `a threshold in deviations follows the forecasts' own spread`(timeframe: Timeframe) {
    // Half of .25 deviations of .02: thresholds of .0025, in full at .0075.
    func vote(_ mu: Double) -> Double {
      var combiner = combiner([(timeframe, 1)], threshold: .deviations(0.5))
      combiner.receive(
        [.example(knownAt: noon, mu: mu, deviation: 0.25, variance: 0.0004)], of: timeframe)
      return combiner.signal(at: noon).conviction
    }
    #expect(vote(0.00249) == 0)
    #expect(abs(vote(0.005) - 0.5) < 1e-12)
    #expect(abs(vote(-0.005) + 0.5) < 1e-12)
    #expect(vote(0.00751) == 1)
  }

  @Test func `net alpha by hand, each timeframe with the bars of its own decision interval`() {
    var combiner = combiner([(.h4, 3), (.d1, 1)], cost: 0.5, decisionEvery: .h8)
    combiner.receive([.example(knownAt: noon, mu: 1, persistence: 0.5)], of: .h4)
    combiner.receive([.example(knownAt: noon, mu: -1, persistence: 0.5)], of: .d1)
    let signal = combiner.signal(at: noon)
    // Two 4h bars: 1.5 - 3/4 * .5 = 1.125. Less than one daily bar counts as one: -(1 - .5/2).
    // Three decisions a day are 1095 a year.
    #expect(signal.parts.map(\.timeframe) == [.h4, .d1])
    #expect(signal.parts[0].alpha == 1095 * 3 * 1.125 / 4)
    #expect(signal.parts[1].alpha == -1095 * 0.75 / 4)
    #expect(signal.netAlpha == 923.90625 - 205.3125)
    #expect(signal.knownAt == noon)
  }

  @Test func `a session has seven hours to decide for, not a day's twenty-four`() {
    func alpha(_ calendar: TradingCalendar, every: Timeframe) -> Double {
      var combiner = combiner([(.h1, 1)], decisionEvery: every, calendar: calendar)
      combiner.receive([.example(knownAt: noon, mu: 0.001, persistence: 0.5)], of: .h1)
      return combiner.signal(at: noon).netAlpha
    }
    // mu (1 - phi^D) / (1 - phi), of 252 days and of 1638 hours (6.5 a day) a year.
    #expect(abs(alpha(.sessions, every: .d1) / (252 * 0.002 * (1 - 1 / 128.0)) - 1) < 1e-12)
    #expect(abs(alpha(.sessions, every: .h1) / (1638 * 0.001) - 1) < 1e-12)
    // Five days of sessions a week: 6.5 * 252 / (365 / 7) hours.
    let week = 365.0 / 7 * 0.002 * (1 - Elementary.pow(0.5, 31))
    #expect(abs(alpha(.sessions, every: .w1) / week - 1) < 1e-12)
    let day = 260 * 0.002 * (1 - Elementary.pow(0.5, 24))
    #expect(abs(alpha(.weekdays, every: .d1) / day - 1) < 1e-12)
  }

  @Test func `a share that is its threshold but for rounding reaches it`() {
    // (.7 - .3) / 1 is a hair under .4.
    var combiner = combiner([(.h1, 0.7), (.h4, 0.3)])
    combiner.receive([.example(knownAt: noon, mu: 0.05)], of: .h1)
    combiner.receive([.example(knownAt: noon, mu: -0.2)], of: .h4)
    #expect(combiner.signal(at: noon).alignment == .partial)
  }

  @Test func `a silent timeframe and a gated one keep their share of the whole`() {
    var combiner = combiner([(.h1, 0.5), (.h4, 0.25), (.d1, 0.25)])
    combiner.receive([.example(knownAt: noon, mu: 0.5)], of: .h1)
    let alone = combiner.signal(at: noon)
    // Half of the weight speaks: partly aligned, and no more, however sure it is.
    #expect(alone.alignment == .partial)
    #expect(alone.conviction == 0.5)
    #expect(alone.netAlpha == 0.25 * 8760)
    #expect(alone.parts.map { $0.signal == nil } == [false, true, true])
    // A gate that is shut says zero: no more conviction than silence.
    combiner.receive([.example(knownAt: noon, mu: 0)], of: .d1)
    let gated = combiner.signal(at: noon)
    #expect(gated.conviction == 0.5 && gated.netAlpha == 0.25 * 8760)
    #expect(gated.parts[2].signal != nil)
    #expect(gated.parts[2].alpha == 0 && gated.parts[2].conviction == 0)
    combiner.receive([.example(knownAt: noon, mu: 0.5)], of: .h4)
    #expect(combiner.signal(at: noon).conviction == 0.75)
    #expect(combiner.signal(at: noon).netAlpha == 0.375 * 8760)
  }

  @Test func `nothing known is a signal of nothing`() {
    let signal = combiner([(.h1, 1), (.h4, 1)]).signal(at: noon)
    #expect(signal.netAlpha == 0 && signal.conviction == 0)
    #expect(signal.alignment == .conflicted)
    #expect(!signal.hasRegime && signal.regimeSize == 0)
    #expect(signal.parts.map { $0.signal == nil } == [true, true])
  }

  @Test func `weights of zero decide nothing`() {
    var combiner = combiner([(.h1, 0)])
    combiner.receive([.example(knownAt: noon, mu: 1)], of: .h1)
    let signal = combiner.signal(at: noon)
    #expect(signal.netAlpha == 0 && signal.conviction == 0)
  }

  @Test func `alignment weighs the signs, and sizes the conviction`() {
    func signal(_ fine: Double, _ middle: Double, _ slow: Double) -> SymbolSignal {
      var combiner = combiner(
        [(.h1, 0.5), (.h4, 0.25), (.d1, 0.25)], sizes: (1, 0.5, 0.25))
      combiner.receive([.example(knownAt: noon, mu: fine)], of: .h1)
      combiner.receive([.example(knownAt: noon, mu: middle * 4)], of: .h4)
      combiner.receive([.example(knownAt: noon, mu: slow * 24)], of: .d1)
      return combiner.signal(at: noon)
    }
    #expect(signal(1, 1, 1).alignment == .aligned)
    #expect(signal(1, 1, 1).conviction == 1)
    #expect(signal(-1, -1, -1).alignment == .aligned)
    #expect(signal(-1, -1, -1).conviction == -1)
    // .75 of the weight: still aligned.
    #expect(signal(1, 0, 1).alignment == .aligned)
    #expect(signal(1, 0, 1).conviction == 0.75)
    // .5 + .25 - .25.
    #expect(signal(1, 1, -1).alignment == .partial)
    #expect(signal(1, 1, -1).conviction == 0.25)
    #expect(signal(0, 1, 1).alignment == .partial)
    #expect(signal(0, 1, 1).conviction == 0.25)
    #expect(signal(1, -1, -1).alignment == .conflicted)
    #expect(signal(1, -1, -1).conviction == 0)
    #expect(signal(0, -1, 0).alignment == .conflicted)
    #expect(signal(0, -1, 0).conviction == -0.0625)
  }

  @Test func `over many signals the parts sum exactly, and conviction stays within one`() {
    var random = CounterRandom(seed: 3, path: ["combiner"])
    let timeframes: [Timeframe] = [.h1, .h2, .h4, .h8, .d1]
    var conviction = 0
    var clipped = 0
    for _ in 0..<5000 {
      let weights = timeframes.map { ($0, random.uniform()) }
      let multiplier = 0.5 + random.uniform()
      var combiner = combiner(
        weights, cap: 1 + 3 * random.uniform(), sizes: (multiplier, multiplier, multiplier),
        cost: 0.001, decisionEvery: .h8)
      for timeframe in timeframes where random.uniform() < 0.8 {
        let hours = Double(timeframe.milliseconds / hour)
        let mu = (random.uniform() - 0.2) * 0.1 * hours
        combiner.receive(
          [
            .example(
              knownAt: noon, mu: mu, persistence: 0.9 * random.uniform(),
              confidence: 0.9 + 0.1 * random.uniform())
          ], of: timeframe)
      }
      let signal = combiner.signal(at: noon)
      #expect(signal.parts.reduce(0) { $0 + $1.alpha } == signal.netAlpha)
      #expect(signal.parts.reduce(0) { $0 + $1.conviction } == signal.conviction)
      #expect(abs(signal.conviction) <= 1)
      for part in signal.parts {
        #expect(part.signal != nil || (part.alpha == 0 && part.conviction == 0))
        if part.signal?.mu == 0 { #expect(part.alpha == 0) }
      }
      if signal.conviction != 0 { conviction += 1 }
      if abs(signal.conviction) > 1 - 1e-9 { clipped += 1 }
    }
    #expect(conviction > 4000)
    #expect(clipped > 5)
  }

  @Test func `shut gates give a net alpha of exactly zero`() {
    var random = CounterRandom(seed: 4, path: ["shut"])
    for _ in 0..<200 {
      var combiner = combiner([(.h1, random.uniform()), (.h4, random.uniform())], cost: 0)
      for timeframe in [Timeframe.h1, .h4] {
        combiner.receive(
          [.example(knownAt: noon, mu: 0, persistence: 0.9 * random.uniform())], of: timeframe)
      }
      #expect(combiner.signal(at: noon).netAlpha == 0)
      #expect(combiner.signal(at: noon).conviction == 0)
    }
  }
}
