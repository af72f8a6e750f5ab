import Signals
import Testing

/// The rules of exit that read averages, strength and bands of the closes.
@Suite struct ExitReadingTests {
  private func settings(_ change: (inout ExitSettings) -> Void) -> ExitSettings {
    var settings = ExitSettings()
    change(&settings)
    return settings
  }

  /// Fast and slow averages at entry, then at each close; what fires there.
  private func crosses(
    long: Bool, entry: (Double?, Double?), _ closes: [(Double?, Double?)]
  ) -> [ExitReason?] {
    let rule = settings { $0.averages = AveragePair(fast: 10, slow: 20) }
    #expect(!rule.isOff && rule.readings == [.average(period: 10), .average(period: 20)])
    var check = ExitCheck(rule.rules)
    return closes.map { fast, slow in
      check.hit(
        OpenPosition(
          isLong: long, entryPrice: 100, bestClose: 100, close: 100,
          readingsAtEntry: Readings(rule.readings, [entry.0, entry.1]),
          readings: Readings(rule.readings, [fast, slow])))?.reason
    }
  }

  @Test func `the fast average that falls through the slow one closes a long position`() {
    #expect(crosses(long: true, entry: (101, 100), [(101, 100), (100, 100)]) == [nil, nil])
    #expect(crosses(long: true, entry: (101, 100), [(99.9, 100)]) == [.averages])
    #expect(
      crosses(long: true, entry: (101, 100), [(100, 100), (99, 100)]) == [nil, .averages])
    #expect(crosses(long: false, entry: (99, 100), [(99, 100), (100.1, 100)]) == [nil, .averages])
    #expect(crosses(long: false, entry: (99, 100), [(98, 100), (97, 100)]) == [nil, nil])
  }

  @Test func `averages that stand against a position from the start must stand with it first`() {
    #expect(crosses(long: true, entry: (99, 100), [(98, 100), (97, 100)]) == [nil, nil])
    #expect(
      crosses(long: true, entry: (99, 100), [(98, 100), (101, 100), (99, 100)])
        == [nil, nil, .averages])
    // Not known yet is not with it.
    #expect(crosses(long: true, entry: (nil, nil), [(nil, 100), (99, 100)]) == [nil, nil])
    #expect(crosses(long: true, entry: (nil, 1), [(101, 100), (99, 100)]) == [nil, .averages])
  }

  private func position(
    long: Bool, rsi: Double?, close: Double = 100, upper: Double? = 110, lower: Double? = 90,
    _ rule: ExitSettings
  ) -> OpenPosition {
    let values: [Double?] = rule.readings.map { reading in
      switch reading {
      case .rsi: rsi
      case .close: close
      case .upperBand: upper
      default: lower
      }
    }
    return OpenPosition(
      isLong: long, entryPrice: 100, bestClose: 100, close: close,
      readings: Readings(rule.readings, values))
  }

  @Test(arguments: [70.0, 30])
  func `a strength index far in the position's direction closes, at the level too`(level: Double) {
    // Either of the two levels may be written.
    let rule = settings { $0.extremes.rsi = level }
    func hit(_ long: Bool, _ rsi: Double?) -> ExitReason? {
      rule.firstHit(position(long: long, rsi: rsi, rule))
    }
    #expect(rule.readings == [.rsi(period: 14)])
    #expect(hit(true, 69.9) == nil && hit(true, 70) == .rsi && hit(true, 20) == nil)
    #expect(hit(false, 30.1) == nil && hit(false, 30) == .rsi && hit(false, 90) == nil)
    #expect(hit(true, nil) == nil)
  }

  @Test func `a close at the band in the position's direction closes`() {
    let rule = settings { $0.extremes.bollinger = 2 }
    func hit(_ long: Bool, _ close: Double, _ upper: Double? = 110) -> ExitReason? {
      rule.firstHit(position(long: long, rsi: nil, close: close, upper: upper, rule))
    }
    #expect(hit(true, 109.9) == nil && hit(true, 110) == .bollinger && hit(true, 80) == nil)
    #expect(hit(false, 90.1) == nil && hit(false, 90) == .bollinger && hit(false, 120) == nil)
    #expect(hit(true, 200, nil) == nil)
  }

  @Test(arguments: [true, false])
  func `a price that stands still is at no band`(long: Bool) {
    let rule = settings { $0.extremes.bollinger = 2 }
    let still = position(long: long, rsi: nil, close: 100, upper: 100, lower: 100, rule)
    #expect(rule.firstHit(still) == nil)
  }

  @Test func `both may be asked for together`() {
    var rule = settings {
      $0.extremes.rsi = 70
      $0.extremes.bollinger = 2
    }
    func hit(_ rsi: Double, _ close: Double) -> ExitReason? {
      rule.firstHit(position(long: true, rsi: rsi, close: close, rule))
    }
    #expect(hit(75, 100) == .rsi && hit(60, 111) == .bollinger && hit(75, 111) == .rsi)
    rule.extremes.need = .all
    #expect(hit(75, 100) == nil && hit(60, 111) == nil && hit(75, 111) == .rsiAndBollinger)
    // With one of them off, the other is all there is.
    rule.extremes.bollinger = nil
    #expect(hit(75, 100) == .rsi)
  }

  // MARK: By state

  @Test func `every number may differ by the state at entry`() {
    let gains: [ExitSettings.Level: Double] = [
      .target: 12, .stop: -12, .trailing: -12, .atrStop: -12, .sigmaStop: -12,
    ]
    for (level, gain) in gains {
      var rule = ExitSettings()
      let number = level == .atrStop ? 5.0 : level == .sigmaStop ? 2 : 0.1
      rule[level] = .byState([number, nil, 4 * number])
      #expect(!rule.isOff && rule[level] == .byState([number, nil, 4 * number]))
      func hit(_ state: Int?, now: Int = 1) -> Bool {
        rule.firstHit(
          OpenPosition(
            isLong: true, entryPrice: 100, bestClose: 100, close: 100 + gain, atrAtEntry: 2,
            stopRangeAtEntry: 2, deviationAtEntry: 0.05, regimeAtEntry: state, regime: now,
            regimeConfidence: 1, stateAtEntry: state)) != nil
      }
      // Of the three states only the first asks for so little; an unknown one asks for nothing.
      #expect(hit(0) && !hit(1) && !hit(2) && !hit(nil) && !hit(3), "\(level)")
      #expect(hit(0, now: 2) && !hit(2, now: 0), "the state at entry counts, not the one now")
      rule[level] = .all(number)
      #expect(hit(0) && hit(1) && hit(nil) && rule.byState.isEmpty, "\(level)")
      rule[level] = nil
      #expect(rule.isOff)
    }
  }

  @Test func `the confidence of a regime change and the least one may differ by state`() {
    var rule = ExitSettings()
    rule[.regimeChange] = .byState([0.9, 0.5])
    rule[.lowConfidence] = .byState([nil, 0.3])
    func hit(_ entry: Int, _ now: Int, _ confidence: Double) -> ExitReason? {
      rule.firstHit(
        OpenPosition(
          isLong: true, entryPrice: 100, bestClose: 100, close: 100, regimeAtEntry: entry,
          regime: now, regimeConfidence: confidence, stateAtEntry: entry))
    }
    #expect(hit(0, 1, 0.89) == nil && hit(0, 1, 0.9) == .regimeChange)
    #expect(hit(1, 0, 0.5) == .regimeChange && hit(1, 0, 0.49) == nil)
    #expect(hit(1, 1, 0.29) == .lowConfidence && hit(0, 0, 0.29) == nil)
  }
}
