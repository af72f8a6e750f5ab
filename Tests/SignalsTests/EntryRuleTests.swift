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
      decisionEvery: Timeframe.h1.milliseconds, decisionsPerYear: 8760, cost: 0, combine: combine,
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
      decisionEvery: Timeframe.h1.milliseconds, decisionsPerYear: 8760, cost: 0,
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
      case nil, .notConfirmed, .lowVolume: #expect(signal.conviction != 0)
      case .conflicted: #expect(signal.conviction == 0 && isCounted)
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
