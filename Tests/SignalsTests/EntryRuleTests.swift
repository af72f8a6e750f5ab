import Kernels
import Market
import Signals
import Testing

/// The rules of entry, each by hand, and what refuses a signal.
@Suite struct EntryRuleTests {
  private let noon = Timestamp(year: 2020, month: 1, day: 1, hour: 12)

  /// Thresholds of 1 % an hour, full at 3 %; weights .6, .3, .1; the hour sizes.
  private func signal(
    _ mu: [Double?], timeframes: [(Timeframe, Double)] = [(.h1, 0.6), (.h4, 0.3), (.d1, 0.1)],
    label: Int = 0, confidence: [Double] = [1, 1, 1], volume: Double? = 1,
    gate: Double = 1, combine: CombineSettings = CombineSettings(),
    reversal: ExitSettings.Reversal? = nil, entry change: (inout EntrySettings) -> Void = { _ in }
  ) -> SymbolSignal {
    var entry = EntrySettings()
    entry.threshold = .logReturn(0.01)
    entry.confidence = 0
    entry.short = true
    change(&entry)
    var combiner = Combiner(
      timeframes: timeframes.map { (timeframe: $0.0, weight: $0.1) }, primary: .h1,
      regimeWeights: [(timeframe: .h1, weight: 1)], regimeSize: [1, 1, 1],
      decisionEvery: Timeframe.h1.milliseconds, cost: 0, combine: combine,
      entry: entry, reversal: reversal)
    for (index, timeframe) in timeframes.map(\.0).enumerated() {
      guard let mu = mu[index] else { continue }
      let hours = Double(timeframe.milliseconds / Timeframe.h1.milliseconds)
      var node = NodeSignal.example(
        knownAt: noon, mu: mu * hours, label: label, confidence: confidence[index],
        volumeRatio: volume)
      node.gateWeight = mu == 0 ? gate : 1
      combiner.receive([node], of: timeframe)
    }
    return combiner.signal(at: noon)
  }

  @Test func `a signal that no rule refuses says so`() {
    let signal = signal([0.02, 0.02, 0.02])
    #expect(signal.conviction > 0 && signal.refusal == nil && signal.entrySize == 1)
    #expect(signal.reversal == 0)
  }

  @Test func `the timeframe that came furthest tells why nothing counts`() {
    #expect(signal([nil, nil, nil]).refusal == .noSignal)
    #expect(signal([0, nil, nil], gate: 0).refusal == .gated)
    #expect(signal([0, nil, nil], gate: 1).refusal == .belowThreshold)
    #expect(signal([0, 0.005, nil], gate: 0).refusal == .belowThreshold)
    #expect(
      signal([0, 0.005, 0.02], confidence: [1, 1, 0.4], gate: 0) { $0.confidence = 0.5 }.refusal
        == .lowConfidence)
    #expect(signal([0, 0.005, -0.02], gate: 0) { $0.short = false }.refusal == .sideNotAllowed)
    #expect(
      signal([0.02, -0.03, -0.03], timeframes: [(.h1, 0.5), (.h4, 0.25), (.d1, 0.25)])
        .refusal == nil)
    // Equal and opposite.
    #expect(
      signal([0.02, -0.02], timeframes: [(.h1, 0.5), (.h4, 0.5)]).refusal == .conflicted)
    // A timeframe without weight tells nothing.
    #expect(signal([0.005, 0.02], timeframes: [(.h1, 1), (.h4, 0)]).refusal == .belowThreshold)
  }

  @Test func `a node without a forecast model is no shut gate`() {
    var combiner = Combiner(
      timeframes: [(timeframe: .h1, weight: 1)], primary: .h1, regimeWeights: [], regimeSize: [1],
      decisionEvery: Timeframe.h1.milliseconds, cost: 0,
      combine: CombineSettings(), entry: EntrySettings())
    var node = NodeSignal.example(knownAt: noon)
    node.forecast = nil
    combiner.receive([node], of: .h1)
    #expect(combiner.signal(at: noon).refusal == .noForecast)
  }

  @Test func `each timeframe may have a threshold and a confidence of its own`() {
    func parts(_ change: (inout EntrySettings) -> Void) -> [Double] {
      signal([0.02, 0.02, 0.02], confidence: [0.5, 0.6, 0.8], entry: change).parts
        .map { ($0.conviction * 100).rounded() / 100 }
    }
    // Half strength each: .6 * .5 * .5 and so on.
    #expect(parts { _ in } == [0.15, 0.09, 0.04])
    #expect(
      parts { $0.timeframeThresholds = [.h1: .logReturn(0.02), .h4: .logReturn(0.005)] }
        == [0, 0.18, 0.04])
    #expect(
      parts { $0.timeframeConfidences = [.h1: 0.5, .h4: 0.61] }.map { $0 > 0 }
        == [true, false, true])
    // In deviations, beside an absolute one.
    #expect(
      parts { $0.timeframeThresholds = [.d1: .deviations(1000)] }.map { $0 > 0 }
        == [true, true, false])
  }

  @Test func `sides by regime forbid a side, and no regime allows none`() {
    func refusal(_ mu: Double, _ label: Int) -> EntryRefusal? {
      signal([mu, nil, nil], label: label) { $0.sides = [.short, .both, .long] }.refusal
    }
    #expect(refusal(0.03, 0) == .sideNotAllowed && refusal(-0.03, 0) == nil)
    #expect(refusal(0.03, 1) == nil && refusal(-0.03, 1) == nil)
    #expect(refusal(0.03, 2) == nil && refusal(-0.03, 2) == .sideNotAllowed)
    #expect(
      signal([-0.03, nil, nil], label: 0) {
        $0.sides = [.short, .both, .long]
        $0.short = false
      }.refusal == .sideNotAllowed)
    #expect(
      signal([0.03, nil, nil]) { $0.sides = [.none, .both, .both] }.refusal == .sideNotAllowed)
    // The hour, which sizes, is silent.
    #expect(
      signal([nil, 0.03, nil]) { $0.sides = [.both, .both, .both] }.refusal == .sideNotAllowed)
  }

  @Test func `the size follows the sizing regime's label`() {
    for (label, size) in [(0, 0.8), (1, 0.6), (2, 1.2)] {
      #expect(
        signal([0.03, nil, nil], label: label) { $0.size = [0.8, 0.6, 1.2] }.entrySize == size)
    }
    #expect(signal([nil, 0.03, nil]) { $0.size = [0.8, 0.6, 1.2] }.entrySize == 0)
  }

  @Test func `confirmation counts the weight on the side to be entered`() {
    #expect(signal([0.03, nil, nil]) { $0.confirm = 0.6 }.refusal == nil)
    #expect(signal([0.03, nil, nil]) { $0.confirm = 0.61 }.refusal == .notConfirmed)
    #expect(signal([0.03, 0.001, 0.03]) { $0.confirm = 0.7 }.refusal == nil)
    #expect(signal([0.03, -0.03, 0.03]) { $0.confirm = 0.71 }.refusal == .notConfirmed)
    #expect(signal([-0.03, -0.03, 0.03]) { $0.confirm = 0.9 }.refusal == nil)
  }

  @Test func `volume must be what is asked for, and be known`() {
    func refusal(_ volume: Double?, _ asked: Double) -> EntryRefusal? {
      signal([0.03, nil, nil], volume: volume) { $0.volumeRatio = asked }.refusal
    }
    #expect(refusal(1.2, 1.2) == nil && refusal(1.19, 1.2) == .lowVolume)
    #expect(refusal(nil, 1.2) == .lowVolume && refusal(nil, 0) == nil)
  }

  @Test func `a reversal counts forecasts beyond its threshold on whatever side is allowed`() {
    func share(_ mu: [Double?], _ reversal: ExitSettings.Reversal) -> Double {
      signal(mu, confidence: [0, 0, 0], reversal: reversal) {
        $0.short = false
        $0.confidence = 1
        $0.timeframeThresholds = [.d1: .logReturn(0.03)]
      }.reversal
    }
    #expect(abs(share([-0.02, -0.02, -0.02], .entry) + 0.9) < 1e-12)
    #expect(abs(share([-0.02, -0.02, -0.04], .entry) + 1) < 1e-12)
    #expect(abs(share([-0.02, 0.02, nil], .entry) + 0.3) < 1e-12)
    #expect(share([-0.01, nil, nil], .entry) == 0)
    #expect(abs(share([-0.006, 0.004, nil], .threshold(.logReturn(0.005))) + 0.6) < 1e-12)
  }

  // MARK: Regimes of several timeframes

  /// Labels of the hour, of four hours and of the day; the day may be silent.
  private func labelled(
    _ labels: [Int?], mu: Double = 0.03, states: Int = 3,
    entry change: (inout EntrySettings) -> Void
  ) -> SymbolSignal {
    var entry = EntrySettings()
    entry.threshold = .logReturn(0.01)
    entry.confidence = 0
    entry.short = true
    change(&entry)
    let timeframes: [(timeframe: Timeframe, weight: Double)] = [(.h1, 0.6), (.h4, 0.3), (.d1, 0.1)]
    var combiner = Combiner(
      timeframes: timeframes, primary: .h1, regimeWeights: [(timeframe: .h1, weight: 1)],
      regimeSize: [1, 1, 1], decisionEvery: Timeframe.h1.milliseconds, cost: 0,
      combine: CombineSettings(), entry: entry)
    for (index, (timeframe, _)) in timeframes.enumerated() {
      guard let label = labels[index] else { continue }
      combiner.receive(
        [
          .example(
            knownAt: noon, mu: index == 0 ? mu : 0,
            nextPosterior: Array(repeating: 1 / Double(states), count: states), label: label)
        ], of: timeframe)
    }
    return combiner.signal(at: noon)
  }

  @Test func `a position may be opened only where several timeframes are in given regimes`() {
    // Long where four hours are in state 2 and the day is not in state 0; short the other way.
    let sides: [Timeframe: [EntrySides]] = [
      .h4: [.short, .none, .long], .d1: [.short, .both, .long],
    ]
    func refusal(_ labels: [Int?], _ mu: Double) -> EntryRefusal? {
      labelled(labels, mu: mu) { $0.timeframeRegimes = sides }.refusal
    }
    #expect(refusal([0, 2, 1], 0.03) == nil && refusal([0, 2, 2], 0.03) == nil)
    #expect(refusal([0, 2, 0], 0.03) == .otherRegime)
    #expect(refusal([0, 1, 2], 0.03) == .otherRegime)
    #expect(refusal([2, 0, 0], -0.03) == nil && refusal([2, 0, 2], -0.03) == .otherRegime)
    // What is silent allows nothing, and so does a state without a rule.
    #expect(refusal([0, 2, nil], 0.03) == .otherRegime)
    #expect(refusal([0, 2, 3], 0.03) == .otherRegime)
  }

  @Test func `the mixture counts bullish and bearish timeframes by their weights`() {
    func mixture(_ labels: [Int?], states: Int = 3) -> RegimeMixture? {
      labelled(labels, states: states) { _ in }.mixture
    }
    #expect(mixture([2, 2, 2]) == .allBullish && mixture([0, 0, 0]) == .allBearish)
    #expect(mixture([2, 0, 0]) == .mixedBullish && mixture([1, 1, 2]) == .mixedBullish)
    #expect(mixture([1, 1, 1]) == .mixedNeutral && mixture([0, 2, 2]) == .mixedNeutral)
    #expect(mixture([2, 2, nil]) == nil)
    // A single state is neither.
    #expect(mixture([0, 0, 0], states: 1) == .mixedNeutral)
    #expect(mixture([1, 1, 1], states: 2) == .allBullish)
  }

  @Test func `sides and sizes may go by the mixture`() {
    func signal(_ labels: [Int?], _ mu: Double = 0.03) -> SymbolSignal {
      labelled(labels, mu: mu) {
        $0.by = .mixture
        $0.size = [0.6, 0.8, 1.2, 1.8]
        $0.sides = [.short, .both, .long, .long]
      }
    }
    #expect(signal([2, 2, 2]).entrySize == 1.8 && signal([2, 2, 2]).refusal == nil)
    #expect(signal([2, 0, 2]).entrySize == 1.2 && signal([1, 1, 1]).entrySize == 0.8)
    #expect(signal([0, 0, 0], -0.03).entrySize == 0.6 && signal([0, 0, 0], -0.03).refusal == nil)
    #expect(signal([0, 0, 0]).refusal == .sideNotAllowed)
    #expect(signal([2, 2, 2], -0.03).refusal == .sideNotAllowed)
    #expect(signal([2, 2, nil]).entrySize == 0 && signal([2, 2, nil]).refusal == .sideNotAllowed)
  }

  // MARK: Readings

  private func read(
    _ values: [Reading: Double], long: Bool = true, _ change: (inout EntrySettings) -> Void
  ) -> EntryRefusal? {
    var entry = EntrySettings()
    change(&entry)
    var signal = NodeSignal.example(knownAt: noon)
    signal.readings = Readings(entry.readings, entry.readings.map { values[$0] })
    let candidate = EntryCandidate(
      now: noon, conviction: long ? 0.5 : -0.5, signals: [(.h1, signal)])
    return entry.rules.lazy.compactMap { $0.refusal(of: candidate) }.first
  }

  @Test func `averages must stand on the side to be entered`() {
    func refusal(_ fast: Double?, _ slow: Double?, long: Bool = true) -> EntryRefusal? {
      var values: [Reading: Double] = [:]
      values[.average(period: 10)] = fast
      values[.average(period: 20)] = slow
      return read(values, long: long) { $0.averages = AveragePair(fast: 10, slow: 20) }
    }
    #expect(refusal(101, 100) == nil && refusal(100, 100) == .againstAverages)
    #expect(refusal(99, 100) == .againstAverages && refusal(99, 100, long: false) == nil)
    #expect(refusal(101, 100, long: false) == .againstAverages)
    #expect(refusal(nil, 100) == .againstAverages && refusal(101, nil) == .againstAverages)
  }

  @Test(arguments: [PriceExtremes.Need.all, .any])
  func `strength and band must have gone the other way, both or one`(need: PriceExtremes.Need) {
    func refusal(_ rsi: Double?, _ close: Double, long: Bool = true) -> EntryRefusal? {
      var values: [Reading: Double] = [
        .close: close, .upperBand(period: 20, deviations: 2): 110,
        .lowerBand(period: 20, deviations: 2): 90,
      ]
      values[.rsi(period: 14)] = rsi
      return read(values, long: long) {
        $0.extremes.rsi = 30
        $0.extremes.bollinger = 2
        $0.extremes.need = need
      }
    }
    let one: EntryRefusal? = need == .all ? .notExtreme : nil
    #expect(refusal(30, 90) == nil && refusal(30.1, 90.1) == .notExtreme)
    #expect(refusal(30, 90.1) == one && refusal(30.1, 90) == one && refusal(nil, 90) == one)
    #expect(refusal(70, 110, long: false) == nil)
    #expect(refusal(69, 109, long: false) == .notExtreme)
    // Far the wrong way is not far.
    #expect(refusal(90, 120) == .notExtreme)
  }

  @Test(arguments: [true, false])
  func `a price that stands still has gone nowhere`(long: Bool) {
    let values: [Reading: Double] = [
      .close: 100, .upperBand(period: 20, deviations: 2): 100,
      .lowerBand(period: 20, deviations: 2): 100,
    ]
    #expect(read(values, long: long) { $0.extremes.bollinger = 2 } == .notExtreme)
  }

  @Test func `a rule of the user's own is asked after the built-in ones`() {
    struct Quiet: EntryRule {
      func refusal(of candidate: EntryCandidate) -> EntryRefusal? { "quiet hour" }
    }
    #expect(signal([0.03, nil, nil]) { $0.own.rules = [Quiet()] }.refusal == "quiet hour")
    #expect(
      signal([0.03, nil, nil]) {
        $0.own.rules = [Quiet()]
        $0.confirm = 0.9
      }.refusal == .notConfirmed)
    // Rules are values: what is equal is equal.
    var (a, b) = (EntrySettings(), EntrySettings())
    a.own.rules = [Quiet()]
    #expect(a != b)
    b.own.rules = [Quiet()]
    #expect(a == b)
  }

  @Test func `a forecast may count by its Kelly share`() {
    // .02 in an hour whose variance is .0001: 200 times the capital; a thousandth of that is .2.
    let signal = signal([0.02, nil, nil]) { $0.kelly = 0.001 }
    #expect(abs(signal.conviction - 0.6 * 0.2) < 1e-15)
    #expect(self.signal([0.009, nil, nil]) { $0.kelly = 0.001 }.refusal == .belowThreshold)
    let full = self.signal([-0.02, nil, nil]) { $0.kelly = 1 }
    #expect(abs(full.conviction + 0.6) < 1e-15)
  }

  @Test func `over many signals a rule refuses exactly what it says, and none opens anything`() {
    var random = CounterRandom(seed: 9, path: ["entries"])
    var seen: Set<EntryRefusal?> = []
    for _ in 0..<20_000 {
      func mu() -> Double? {
        let draw = random.uniform()
        return draw < 0.15 ? nil : draw < 0.35 ? 0 : (random.uniform() - 0.5) * 0.06
      }
      let label = random.below(3)
      let (gate, volume) = (Double(random.below(2)), 2 * random.uniform())
      let (confirm, ratio) = (random.uniform() < 0.5 ? 0.5 : 0, random.uniform() < 0.5 ? 1.0 : 0)
      let sides: [EntrySides]? = random.uniform() < 0.5 ? [.short, .both, .long] : nil
      let confidences = (0..<3).map { _ in random.uniform() }
      let signal = signal(
        [mu(), mu(), mu()], label: label, confidence: confidences, volume: volume, gate: gate
      ) {
        $0.confidence = 0.3
        $0.confirm = confirm
        $0.volumeRatio = ratio
        $0.sides = sides
        $0.short = sides != nil
      }
      seen.insert(signal.refusal)
      let isCounted = signal.parts.contains { $0.conviction != 0 }
      switch signal.refusal {
      case nil, EntryRefusal.notConfirmed, EntryRefusal.lowVolume:
        #expect(signal.conviction != 0)
      case EntryRefusal.conflicted: #expect(signal.conviction == 0 && isCounted)
      default: #expect(signal.conviction == 0 && !isCounted)
      }
      // A silent hour has no volume.
      if signal.refusal == .lowVolume {
        #expect(ratio > 0 && (volume < ratio || signal.parts[0].signal == nil))
      }
      if signal.refusal == nil { #expect(ratio == 0 || volume >= ratio) }
      if let sides, signal.conviction != 0 {
        let hourSpoke = signal.parts[0].signal != nil
        #expect(hourSpoke && sides[label].allows(long: signal.conviction > 0))
      }
    }
    #expect(
      seen == [
        nil, .noSignal, .gated, .belowThreshold, .lowConfidence, .sideNotAllowed, .notConfirmed,
        .lowVolume,
      ])
  }
}
