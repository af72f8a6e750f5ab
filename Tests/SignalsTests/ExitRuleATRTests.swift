import Kernels
import Signals
import Testing

/// The rules of exit that look at more than the fraction gained: average true ranges, time, regime,
/// forecasts against the position.
@Suite struct ExitRuleATRTests {
  private func position(
    _ close: Double, long: Bool = true, best: Double? = nil, bars: Int = 1, atr: Double? = 2,
    slow: Double? = nil, now: Double? = nil, deviation: Double? = nil,
    regimes: (Int?, Int?) = (0, 0), confidence: Double? = 1, reversal: Double = 0
  ) -> OpenPosition {
    OpenPosition(
      isLong: long, entryPrice: 100, bestClose: best ?? 100, close: close, bars: bars,
      atrAtEntry: atr, stopRangeAtEntry: slow ?? atr, atr: now, deviationAtEntry: deviation,
      regimeAtEntry: regimes.0, regime: regimes.1, regimeConfidence: confidence,
      stateAtEntry: regimes.0, reversal: reversal)
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

  @Test func `an ATR stop may count the ranges of a slower timeframe`() {
    // 2.5 ranges of 4, where those of the primary are 2.
    let rule = settings { $0.atrStop = 2.5 }
    #expect(rule.firstHit(position(90.01, slow: 4)) == nil)
    #expect(rule.firstHit(position(90, slow: 4)) == .atrStop)
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

  /// The level after each close, and what fires there.
  private func follow(_ rule: ExitSettings, _ positions: [OpenPosition]) -> [(Double?, ExitReason?)]
  {
    var check = ExitCheck(rule.rules)
    return positions.map { position in
      let hit = check.hit(position)?.reason
      return (check.levels(position).first?.price, hit)
    }
  }

  @Test func `an ATR trail follows the best close and only moves towards the price`() {
    let rule = settings { $0.atrTrailing = 2 }
    // Best 110, range 3: 104. A wilder market would ask for 110 - 2 * 8 = 94; the level stays.
    let long = follow(
      rule,
      [
        position(110, best: 110, now: 3), position(108, best: 110, now: 8),
        position(112, best: 112, now: 1), position(112, best: 130, now: nil),
        position(110.01, best: 112, now: 1), position(110, best: 112, now: 1),
      ])
    #expect(long.map(\.0) == [104, 104, 110, 110, 110, 110])
    #expect(long.map(\.1) == [nil, nil, nil, nil, nil, .atrTrailing])
    // Mirrored for a short position.
    let short = follow(
      rule,
      [
        position(90, long: false, best: 90, now: 3), position(90, long: false, best: 90, now: 9),
        position(95.99, long: false, best: 90, now: 9), position(96, long: false, best: 90, now: 9),
      ])
    #expect(short.map(\.0) == [96, 96, 96, 96])
    #expect(short.map(\.1) == [nil, nil, nil, .atrTrailing])
  }

  @Test func `breakeven lifts the trail to the fill price once the gain is large enough`() {
    let rule = settings {
      $0.atrTrailing = 5
      $0.breakeven = 1
    }
    func level(_ position: OpenPosition, _ rule: ExitSettings) -> Double? {
      follow(rule, [position])[0].0
    }
    // Range at entry 2: from a best close of 102 on.
    #expect(level(position(101.9, best: 101.9, now: 2), rule) == 91.9)
    #expect(level(position(102, best: 102, now: 2), rule) == 100)
    #expect(level(position(98.1, long: false, best: 98.1, now: 2), rule) == 108.1)
    #expect(level(position(98, long: false, best: 98, now: 2), rule) == 100)
    // By itself it is a rule too.
    var alone = settings { $0.breakeven = 1 }
    #expect(!alone.isOff)
    #expect(level(position(101, best: 101), alone) == nil)
    #expect(level(position(103, best: 103), alone) == 100)
    #expect(alone.firstHit(position(100, best: 103)) == .atrTrailing)
    #expect(alone.firstHit(position(100, best: 101)) == nil)
    // And may stand a part of a range beyond the fill price: .3 * 2.
    alone.breakevenOffset = 0.3
    #expect(level(position(103, best: 103), alone) == 100.6)
    #expect(level(position(97, long: false, best: 97), alone) == 99.4)
    #expect(alone.firstHit(position(100.6, best: 103)) == .atrTrailing)
    #expect(alone.firstHit(position(100.61, best: 103)) == nil)
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
    let (other, same) = (position(100, regimes: (0, 1)), position(100, regimes: (0, 0)))
    let unsure = position(100, regimes: (0, 1), confidence: 0.69)
    func hits(_ positions: [OpenPosition]) -> [Bool] { follow(rule, positions).map { $0.1 != nil } }
    #expect(hits([other, other, other, other]) == [false, false, true, true])
    #expect(hits([other, other, same, other, other]) == [false, false, false, false, false])
    #expect(hits([other, other, unsure, other, other, other]).last == true)
    #expect(hits([other, other, unsure, other, other, other]).dropLast().allSatisfy { !$0 })
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

  @Test func `a trailing stop may wait for a gain of the best close`() {
    let rule = settings {
      $0.trailing = 0.05
      $0.trailingAfter = 0.1
    }
    #expect(rule.firstHit(position(90, best: 109.9)) == nil)
    #expect(rule.firstHit(position(104.5, best: 110)) == .trailing)
    #expect(rule.firstHit(position(104.51, best: 110)) == nil)
    #expect(rule.firstHit(position(110, long: false, best: 90.1)) == nil)
    #expect(rule.firstHit(position(94.5, long: false, best: 90)) == .trailing)
  }
}
