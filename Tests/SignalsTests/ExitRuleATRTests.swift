import Kernels
import Signals
import Testing

/// The rules of exit that look at more than the fraction gained: average true ranges, time, regime,
/// forecasts against the position.
@Suite struct ExitRuleATRTests {
  private func position(
    _ close: Double, long: Bool = true, best: Double? = nil, bars: Int = 1, atr: Double? = 2,
    deviation: Double? = nil, level: Double? = nil, regimes: (Int?, Int?) = (0, 0),
    confidence: Double? = 1,
    otherCloses: Int = 1, reversal: Double = 0
  ) -> OpenPosition {
    OpenPosition(
      isLong: long, entryPrice: 100, bestClose: best ?? 100, close: close, bars: bars,
      atrAtEntry: atr, deviationAtEntry: deviation, atrLevel: level, regimeAtEntry: regimes.0,
      regime: regimes.1,
      regimeConfidence: confidence, otherRegimeCloses: otherCloses, reversal: reversal)
  }

  private func settings(_ change: (inout ExitSettings) -> Void) -> ExitSettings {
    var settings = ExitSettings()
    change(&settings)
    return settings
  }

  @Test func `an ATR stop counts true ranges as they were at entry`() {
    let rule = settings { $0.atrStop = 2.5 }
    #expect(!rule.isOff)
    #expect(rule.firstHit(position(95.01)) == nil)
    #expect(rule.firstHit(position(95)) == .atrStop)
    #expect(rule.firstHit(position(104.99, long: false)) == nil)
    #expect(rule.firstHit(position(105, long: false)) == .atrStop)
    #expect(rule.firstHit(position(200, atr: nil)) == nil)
    #expect(rule.firstHit(position(1, atr: nil)) == nil)
  }

  @Test func `a sigma stop counts forecast deviations as they were at entry`() {
    let rule = settings { $0.sigmaStop = 2.5 }
    #expect(!rule.isOff)
    #expect(rule.firstHit(position(95.01, deviation: 0.02)) == nil)
    #expect(rule.firstHit(position(95, deviation: 0.02)) == .sigmaStop)
    #expect(rule.firstHit(position(104.99, long: false, deviation: 0.02)) == nil)
    #expect(rule.firstHit(position(105, long: false, deviation: 0.02)) == .sigmaStop)
    #expect(rule.firstHit(position(200, deviation: 0.02)) == nil)
    #expect(rule.firstHit(position(1)) == nil)
  }

  @Test func `an ATR trail follows the best close and only moves towards the price`() throws {
    let rule = settings { $0.atrTrailing = 2 }
    // Best 110, range 3: 104. A wilder market would ask for 110 - 2 * 8 = 94; the level stays.
    var level = rule.atrLevel(position(110, best: 110), atr: 3)
    #expect(level == 104)
    level = rule.atrLevel(position(108, best: 110, level: level), atr: 8)
    #expect(level == 104)
    level = rule.atrLevel(position(112, best: 112, level: level), atr: 1)
    #expect(level == 110)
    #expect(rule.atrLevel(position(112, best: 130, level: level), atr: nil) == 110)
    #expect(rule.firstHit(position(110.01, best: 112, level: level)) == nil)
    #expect(rule.firstHit(position(110, best: 112, level: level)) == .atrTrailing)
    // Mirrored for a short position.
    level = rule.atrLevel(position(90, long: false, best: 90), atr: 3)
    #expect(level == 96)
    #expect(rule.atrLevel(position(90, long: false, best: 90, level: level), atr: 9) == 96)
    #expect(rule.firstHit(position(95.99, long: false, best: 90, level: level)) == nil)
    #expect(rule.firstHit(position(96, long: false, best: 90, level: level)) == .atrTrailing)
  }

  @Test func `breakeven lifts the trail to the fill price once the gain is large enough`() {
    let rule = settings {
      $0.atrTrailing = 5
      $0.breakeven = 1
    }
    // Range at entry 2: from a best close of 102 on.
    #expect(rule.atrLevel(position(101.9, best: 101.9), atr: 2) == 91.9)
    #expect(rule.atrLevel(position(102, best: 102), atr: 2) == 100)
    #expect(rule.atrLevel(position(98.1, long: false, best: 98.1), atr: 2) == 108.1)
    #expect(rule.atrLevel(position(98, long: false, best: 98), atr: 2) == 100)
    // By itself it is a rule too.
    let alone = settings { $0.breakeven = 1 }
    #expect(!alone.isOff)
    #expect(alone.atrLevel(position(101, best: 101), atr: 2) == nil)
    #expect(alone.atrLevel(position(103, best: 103), atr: nil) == 100)
    #expect(alone.firstHit(position(100, best: 103, level: 100)) == .atrTrailing)
    #expect(alone.firstHit(position(100, best: 101)) == nil)
  }

  @Test func `time is up after so many closes, by the regime at entry where there are several`() {
    let rule = settings { $0.maxBars = .all(3) }
    #expect(rule.firstHit(position(100, bars: 2)) == nil)
    #expect(rule.firstHit(position(100, bars: 3)) == .time)
    let byState = settings { $0.maxBars = .byState([2, 5]) }
    #expect(byState.firstHit(position(100, bars: 2, regimes: (0, 1))) == .time)
    #expect(byState.firstHit(position(100, bars: 2, regimes: (1, 0))) == nil)
    #expect(byState.firstHit(position(100, bars: 5, regimes: (1, 0))) == .time)
    #expect(byState.firstHit(position(100, bars: 99, regimes: (nil, 0))) == nil)
    #expect(byState.firstHit(position(100, bars: 99, regimes: (2, 0))) == nil)
  }

  @Test func `a regime change may have to hold for several closes in a row`() {
    let rule = settings {
      $0.regimeChange = 0.7
      $0.confirm = 3
    }
    #expect(rule.firstHit(position(100, regimes: (0, 1), otherCloses: 2)) == nil)
    #expect(rule.firstHit(position(100, regimes: (0, 1), otherCloses: 3)) == .regimeChange)
    #expect(rule.firstHit(position(100, regimes: (0, 0), otherCloses: 3)) == nil)
  }

  @Test func `forecasts against the position close it, those with it do not`() {
    let rule = settings { $0.reversal = .entry }
    #expect(rule.firstHit(position(100, reversal: -0.1)) == .reversal)
    #expect(rule.firstHit(position(100, reversal: 0.1)) == nil)
    #expect(rule.firstHit(position(100, reversal: 0)) == nil)
    #expect(rule.firstHit(position(100, long: false, reversal: 0.1)) == .reversal)
    #expect(rule.firstHit(position(100, long: false, reversal: -0.1)) == nil)
    #expect(settings { $0.stop = 0.5 }.firstHit(position(100, reversal: -1)) == nil)
  }

  @Test func `too little confidence in the regime closes`() {
    let rule = settings { $0.lowConfidence = 0.5 }
    #expect(rule.firstHit(position(100, confidence: 0.5)) == nil)
    #expect(rule.firstHit(position(100, confidence: 0.49)) == .lowConfidence)
    #expect(rule.firstHit(position(100, confidence: nil)) == nil)
  }

  /// What each rule alone says.
  private static let alone: [(rule: ExitRule, settings: ExitSettings)] = ExitRule.allCases.map {
    rule in
    var settings = ExitSettings()
    switch rule {
    case .target: settings.target = 0.03
    case .stop: settings.stop = 0.03
    case .trailing: settings.trailing = 0.04
    case .atrStop: settings.atrStop = 1
    case .sigmaStop: settings.sigmaStop = 2
    case .atrTrailing: settings.atrTrailing = 2
    case .time: settings.maxBars = .all(20)
    case .regimeChange: settings.regimeChange = 0.6
    case .reversal: settings.reversal = .entry
    case .lowConfidence: settings.lowConfidence = 0.5
    }
    return (rule, settings)
  }

  @Test func `of several hits the first in the order of the rules wins, in any combination`() {
    var random = CounterRandom(seed: 5, path: ["exits"])
    var fired: Set<ExitRule> = []
    for _ in 0..<20_000 {
      let isLong = random.uniform() < 0.5
      let close = 100 + 12 * (random.uniform() - 0.5)
      let best = isLong ? max(100, close) + random.uniform() : min(100, close) - random.uniform()
      let position = position(
        close, long: isLong, best: best, bars: 1 + random.below(30),
        atr: 1 + 4 * random.uniform(), deviation: 0.03 * random.uniform(),
        level: isLong ? best - 4 : best + 4,
        regimes: (random.below(3), random.below(3)), confidence: random.uniform(),
        reversal: random.uniform() - 0.5)
      var all = ExitSettings()
      var hits: [ExitRule] = []
      for (rule, own) in ExitRuleATRTests.alone where random.uniform() < 0.5 {
        var lone = position
        // The level is the state of the ATR trail alone.
        if rule != .atrTrailing { lone.atrLevel = nil }
        if own.firstHit(lone) == rule { hits.append(rule) }
        switch rule {
        case .target: all.target = own.target
        case .stop: all.stop = own.stop
        case .trailing: all.trailing = own.trailing
        case .atrStop: all.atrStop = own.atrStop
        case .sigmaStop: all.sigmaStop = own.sigmaStop
        case .atrTrailing: all.atrTrailing = own.atrTrailing
        case .time: all.maxBars = own.maxBars
        case .regimeChange: all.regimeChange = own.regimeChange
        case .reversal: all.reversal = own.reversal
        case .lowConfidence: all.lowConfidence = own.lowConfidence
        }
      }
      var seen = position
      if all.atrTrailing == nil { seen.atrLevel = nil }
      let first = ExitRule.allCases.first { hits.contains($0) }
      #expect(all.firstHit(seen) == first)
      if let first { fired.insert(first) }
    }
    #expect(fired == Set(ExitRule.allCases))
  }
}
