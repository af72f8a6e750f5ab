import Signals
import Testing

/// The rules of exit that read levels, ease of movement and volume.
@Suite struct ExitLevelTests {
  /// A bar at which a long position's support of 100 breaks and its resistance of 110 holds; a short one's
  /// mirror image about 105.
  private struct Bar {
    var (open, high, low, close) = (109.0, 109.8, 99.0, 99.7)
    var (volume, averageVolume) = (1200.0, 1000.0)
    var (ease, easeBefore) = (-3.0, -2.0)
    var (range, rangeBefore) = (2.1, 2.0)
    var (histogram, histogramBefore) = (-0.1, 0.1)
    var (rsi, rsiBefore) = (64.0, 66.0)
    var (support, resistance): (Double?, Double?) = (100, 110)
  }

  private func settings(_ change: (inout LevelBreaks) -> Void) -> ExitSettings {
    var settings = ExitSettings()
    change(&settings.breaks)
    return settings
  }

  private func hit(
    _ settings: ExitSettings, long: Bool = true, _ change: (inout Bar) -> Void = { _ in }
  ) -> ExitReason? {
    var bar = Bar()
    change(&bar)
    return settings.firstHit(position(settings, long: long, bar))
  }

  /// - Parameter bar: as for a long position; a short one's is its mirror image.
  private func position(_ settings: ExitSettings, long: Bool, _ bar: Bar) -> OpenPosition {
    func price(_ value: Double) -> Double { long ? value : 210 - value }
    func signed(_ value: Double) -> Double { long ? value : -value }
    func index(_ value: Double) -> Double { long ? value : 100 - value }
    let (support, resistance) = (bar.support.map(price), bar.resistance.map(price))
    let values: [Double?] = settings.readings.map { reading in
      switch reading {
      case .open: price(bar.open)
      case .close: price(bar.close)
      case .high: long ? bar.high : price(bar.low)
      case .low: long ? bar.low : price(bar.high)
      case .volume: bar.volume
      case .averageVolume: bar.averageVolume
      case .easeOfMovement: signed(bar.ease)
      case .before(.easeOfMovement): signed(bar.easeBefore)
      case .averageTrueRange: bar.range
      case .before(.averageTrueRange): bar.rangeBefore
      case .macdHistogram: signed(bar.histogram)
      case .before(.macdHistogram): signed(bar.histogramBefore)
      case .rsi: index(bar.rsi)
      case .before(.rsi): index(bar.rsiBefore)
      // What the other side reads must not count.
      case .before(.support): long ? support : 1e6
      case .before(.resistance): long ? 1e-6 : support
      case .resistance: long ? resistance : 1e-6
      case .support: long ? 1e6 : resistance
      default: nil
      }
    }
    return OpenPosition(
      isLong: long, entryPrice: 105, bestClose: 105, close: price(bar.close),
      readings: Readings(settings.readings, values))
  }

  @Test(arguments: [true, false])
  func `a breakdown needs the break, the movement, the volume and the range`(long: Bool) {
    let rule = settings { $0.breakdown = 0.002 }
    #expect(!rule.isOff)
    #expect(hit(rule, long: long) == .breakdown)
    // .2 % of the level: a long position's is 99.8, a short one's 110.22 on a level of 110.
    #expect(hit(rule, long: long) { $0.close = long ? 99.81 : 99.79 } == nil)
    #expect(hit(rule, long: long) { $0.close = long ? 99.79 : 99.77 } == .breakdown)
    #expect(hit(rule, long: long) { ($0.ease, $0.easeBefore) = (1, 2) } == nil)
    #expect(hit(rule, long: long) { $0.easeBefore = -3 } == nil)
    #expect(hit(rule, long: long) { $0.volume = 1000 } == nil)
    #expect(hit(rule, long: long) { $0.range = 2 } == nil)
    #expect(hit(rule, long: long) { $0.support = nil } == nil)
  }

  @Test func `a level may be broken over several closes, while they stay beyond it`() {
    let rule = settings { $0.breakdown = 0.01 }
    func hits(_ bars: [(close: Double, levelBefore: Double)]) -> [ExitReason?] {
      var check = ExitCheck(rule.rules)
      return bars.map { bar in
        var own = Bar()
        (own.close, own.support) = (bar.close, bar.levelBefore)
        return check.hit(position(rule, long: true, own))?.reason
      }
    }
    // 99.5 is below 100, but not by a per cent; the next bar's own level is 95.
    #expect(hits([(99.5, 100), (97, 95)]) == [nil, .breakdown])
    #expect(hits([(99.5, 100), (99.2, 95), (98.9, 95)]) == [nil, nil, .breakdown])
    // Back above it, 100 is a level of the past.
    #expect(hits([(99.5, 100), (100.4, 95), (97, 95)]) == [nil, nil, nil])
  }

  @Test(arguments: [true, false])
  func `a MACD breakdown needs the cross at the same close`(long: Bool) {
    let rule = settings { $0.macdBreakdown = 0.002 }
    #expect(!rule.isOff)
    #expect(hit(rule, long: long) == .macdBreakdown)
    #expect(hit(rule, long: long) { $0.histogramBefore = 0 } == .macdBreakdown)
    #expect(hit(rule, long: long) { $0.histogramBefore = -0.05 } == nil)
    #expect(hit(rule, long: long) { $0.histogram = 0 } == nil)
    #expect(hit(rule, long: long) { $0.ease = 0 } == nil)
    // Ease of movement need not fall, nor the range grow.
    #expect(hit(rule, long: long) { ($0.easeBefore, $0.range) = (-5, 1) } == .macdBreakdown)
    #expect(hit(rule, long: long) { $0.volume = 999 } == nil)
    #expect(hit(rule, long: long) { $0.close = 100 } == nil)
  }

  @Test(arguments: [true, false])
  func `a rejection needs the level, the bar, the turn and the index`(long: Bool) {
    let rule = settings { $0.rejection = 0.005 }
    #expect(!rule.isOff)
    func turned(_ change: (inout Bar) -> Void = { _ in }) -> ExitReason? {
      hit(rule, long: long) {
        $0.easeBefore = 0
        change(&$0)
      }
    }
    #expect(turned() == .rejection)
    // Half a per cent of the level: 109.45 long; 100.5 short, on a level of 100.
    #expect(turned { $0.high = long ? 109.44 : 109.49 } == nil)
    #expect(turned { $0.high = long ? 109.46 : 109.51 } == .rejection)
    #expect(turned { $0.open = 99.7 } == nil)
    #expect(turned { $0.easeBefore = -0.1 } == nil)
    #expect(turned { $0.ease = 0 } == nil)
    #expect(turned { $0.rsi = 60 } == nil)
    #expect(turned { $0.rsi = 60.1 } == .rejection)
    #expect(turned { $0.rsiBefore = 64 } == nil)
    #expect(turned { $0.resistance = nil } == nil)
  }

  @Test func `in the warm-up nothing fires, and the first of several names the reason`() {
    let rule = settings {
      $0.breakdown = 0.002
      $0.macdBreakdown = 0.002
      $0.rejection = 0.005
    }
    #expect(hit(rule) == .breakdown)
    #expect(hit(rule) { $0.range = 1 } == .macdBreakdown)
    let blind = OpenPosition(
      isLong: true, entryPrice: 105, bestClose: 105, close: 99,
      readings: Readings(rule.readings, Array(repeating: nil, count: rule.readings.count)))
    #expect(rule.firstHit(blind) == nil)
    #expect(rule.readings == rule.readings.withoutRepetition)
  }
}
