import Market
import Signals
import Testing

/// Defects of the rules of the system that this program grew out of, by their numbers in its study: none
/// of them is ours.
@Suite struct OriginalRuleDefectTests {
  private let noon = Timestamp(year: 2020, month: 1, day: 1, hour: 12)

  private func signal(
    mu: Double, deviation: Double = 1, label: Int = 0, _ change: (inout EntrySettings) -> Void
  ) -> SymbolSignal {
    var entry = EntrySettings()
    entry.threshold = .logReturn(0.01)
    entry.confidence = 0
    change(&entry)
    var combiner = Combiner(
      timeframes: [(timeframe: .h1, weight: 1)], primary: .h1,
      regimeWeights: [(timeframe: .h1, weight: 1)], regimeSize: [1, 1, 1],
      decisionEvery: Timeframe.h1.milliseconds, cost: 0,
      combine: CombineSettings(), entry: entry)
    combiner.receive(
      [.example(knownAt: noon, mu: mu, deviation: deviation, label: label)], of: .h1)
    return combiner.signal(at: noon)
  }

  @Test func `N5: conviction grows strictly from threshold to cap, and the regime sizes it`() {
    var last = 0.0
    for step in 1...100 {
      let now = signal(mu: 0.01 + 0.0002 * Double(step)) { $0.cap = 3 }.conviction
      #expect(now > last)
      last = now
    }
    #expect(abs(last - 1) < 1e-12 && signal(mu: 0.01) { $0.cap = 3 }.conviction == 0)
    let sizes = (0..<3).map { label in
      signal(mu: 0.03, label: label) { $0.size = [0.8, 0.6, 1.2] }.entrySize
    }
    #expect(sizes == [0.8, 0.6, 1.2])
  }

  @Test func `N6: a regime that stays closes nothing at any close, and the rule can be off`() {
    func closes(_ settings: ExitSettings, regimes: [Int]) -> [Int] {
      var check = ExitCheck(settings.rules)
      return regimes.indices.filter { index in
        let position = OpenPosition(
          isLong: true, entryPrice: 100, bestClose: 100, close: 100, bars: index + 1,
          regimeAtEntry: 1, regime: regimes[index], regimeConfidence: 1, stateAtEntry: 1)
        return check.hit(position) != nil
      }
    }
    var rule = ExitSettings()
    rule.regimeChange = 0.7
    #expect(closes(rule, regimes: Array(repeating: 1, count: 200)).isEmpty)
    #expect(closes(rule, regimes: [1, 1, 1, 2]) == [3])
    rule.regimeChange = nil
    #expect(rule.isOff && closes(rule, regimes: [1, 2, 0, 2]).isEmpty)
  }

  @Test func `N16: a threshold in deviations does not depend on the scale of the forecasts`() {
    for scale in [1e-6, 1e-3, 1, 1e3] {
      // The forecasts' own deviation, in sigmas of .01, grows with them.
      func conviction(_ count: Double) -> Double {
        signal(mu: count * 0.01 * scale, deviation: scale) { $0.threshold = .deviations(0.5) }
          .conviction
      }
      #expect(conviction(0.49) == 0 && abs(conviction(1) - 0.5) < 1e-9)
    }
  }

  @Test func `the cross of averages is one of closes, not of volumes`() {
    var settings = ExitSettings()
    settings.averages = AveragePair(fast: 10, slow: 20)
    #expect(settings.readings == [.average(period: 10), .average(period: 20)])
  }

  @Test func `a level can be broken: it is the one that stood before the bar`() {
    var settings = ExitSettings()
    settings.breaks.breakdown = 0.002
    settings.breaks.macdBreakdown = 0.002
    #expect(settings.readings.contains(.before(.support(reach: 2))))
    #expect(settings.readings.contains(.before(.resistance(reach: 2))))
    #expect(!settings.readings.contains(.support(reach: 2)))
  }

  @Test func `a trailing stop's best price is not that of the trade before`() {
    var rule = ExitSettings()
    rule.trailing = 0.05
    rule.atrTrailing = 2
    var check = ExitCheck(rule.rules)
    func hit(_ close: Double, best: Double) -> ExitReason? {
      check.hit(
        OpenPosition(
          isLong: true, entryPrice: 100, bestClose: best, close: close, atrAtEntry: 2, atr: 2)
      )?.reason
    }
    // The first trade reaches 200, so its levels are 190 and 196; the next one starts at 100.
    #expect(hit(200, best: 200) == nil && hit(150, best: 200) == .trailing)
    check.reset()
    #expect(hit(97, best: 100) == nil)
    #expect(hit(96, best: 100) == .atrTrailing)
  }
}
