import Kernels
import Signals
import Testing

/// Several exit rules at once: which of them closes, and what a part of a position is.
@Suite struct ExitOrderTests {
  private static let averages = AveragePair(fast: 2, slow: 3)

  /// What switches each rule on by itself.
  private static let alone: [(reason: ExitReason, set: @Sendable (inout ExitSettings) -> Void)] = [
    (.target, { $0.target = 0.03 }),
    (.atrTarget, { $0.atrTargets = [.init(ranges: 1, share: 1)] }),
    (.stop, { $0.stop = 0.03 }),
    (.trailing, { $0.trailing = 0.04 }),
    (.atrStop, { $0.atrStop = 1 }),
    (.sigmaStop, { $0.sigmaStop = 2 }),
    (.atrTrailing, { $0.atrTrailing = 2 }),
    (.time, { $0.maxBars = .all(20) }),
    (.regimeChange, { $0.regimeChange = 0.6 }),
    (.reversal, { $0.reversal = .entry }),
    (.lowConfidence, { $0.lowConfidence = 0.5 }),
    (.averages, { $0.averages = averages }),
    (.rsi, { $0.extremes.rsi = 80 }),
    (.bollinger, { $0.extremes.bollinger = 1 }),
    (.breakdown, { $0.breaks.breakdown = 0 }),
    (.macdBreakdown, { $0.breaks.macdBreakdown = 0 }),
    (.rejection, { $0.breaks.rejection = 0.05 }),
  ]

  @Test func `of several hits the first in the order of the rules wins, in any combination`() {
    var random = CounterRandom(seed: 5, path: ["exits"])
    var fired: Set<ExitReason> = []
    var asked = ExitSettings()
    for (_, set) in ExitOrderTests.alone { set(&asked) }
    for _ in 0..<20_000 {
      let isLong = random.uniform() < 0.5
      let close = 100 + 12 * (random.uniform() - 0.5)
      func readings() -> Readings {
        Readings(
          asked.readings,
          asked.readings.map { reading in
            switch reading {
            case .rsi, .before(.rsi): 100 * random.uniform()
            case .close: close
            case .upperBand: 105
            case .lowerBand: 95
            case .easeOfMovement, .before(.easeOfMovement): random.uniform() - 0.5
            case .macdHistogram, .before(.macdHistogram): random.uniform() - 0.5
            default: 100 + random.uniform() - 0.5
            }
          })
      }
      let state = random.below(3)
      let position = OpenPosition(
        isLong: isLong, entryPrice: 100,
        bestClose: isLong
          ? max(100, close) + random.uniform() : min(100, close) - random.uniform(),
        close: close, bars: 1 + random.below(30), atrAtEntry: 1 + 4 * random.uniform(),
        stopRangeAtEntry: 1 + 4 * random.uniform(), atr: 1 + random.uniform(),
        deviationAtEntry: 0.03 * random.uniform(), regimeAtEntry: state, regime: random.below(3),
        regimeConfidence: random.uniform(), stateAtEntry: state,
        reversal: random.uniform() - 0.5, readingsAtEntry: readings(), readings: readings())
      var all = ExitSettings()
      var first: ExitReason?
      for (reason, set) in ExitOrderTests.alone where random.uniform() < 0.5 {
        var own = ExitSettings()
        set(&own)
        set(&all)
        if own.firstHit(position) == reason { first = first ?? reason }
      }
      #expect(all.firstHit(position) == first)
      if let first { fired.insert(first) }
    }
    #expect(fired == Set(ExitOrderTests.alone.map(\.reason)))
  }

  // MARK: Parts

  private struct Part: ExitRule {
    var reason: ExitReason
    var share: Double
    var above = 0.0

    func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
      position.close >= above ? share : nil
    }
  }

  private func check(_ rules: [any ExitRule]) -> ExitCheck { ExitCheck(rules) }

  private let position = OpenPosition(
    isLong: true, entryPrice: 100, bestClose: 110, close: 110, atrAtEntry: 2)

  @Test func `parts add up, each of what the ones before leave`() {
    var check = check([Part(reason: "a", share: 0.5), Part(reason: "b", share: 0.5)])
    #expect(check.hit(position) == ExitHit(reason: "a", share: 0.75))
  }

  @Test func `what closes all of it outranks what closes a part, wherever it stands`() {
    let (part, whole) = (Part(reason: "part", share: 0.25), Part(reason: "whole", share: 1))
    var first = check([part, whole])
    #expect(first.hit(position) == ExitHit(reason: "whole"))
    var second = check([whole, part])
    #expect(second.hit(position) == ExitHit(reason: "whole"))
    var none = check([Part(reason: "part", share: 0.25, above: 111)])
    #expect(none.hit(position) == nil)
  }

  @Test func `several ATR targets close a share of what was entered each`() {
    var settings = ExitSettings()
    settings.atrTargets = [
      .init(ranges: 1, share: 0.5), .init(ranges: 2, share: 0.3), .init(ranges: 4, share: 0.2),
    ]
    #expect(!settings.isOff)
    // Ranges of 2 at entry: 102, 104, 108; mirrored 98, 96, 92.
    for sign in [1.0, -1.0] {
      var check = ExitCheck(settings.rules)
      func hit(_ gain: Double) -> ExitHit? {
        check.hit(
          OpenPosition(
            isLong: sign > 0, entryPrice: 100, bestClose: 100, close: 100 + sign * gain,
            atrAtEntry: 2))
      }
      #expect(hit(1.99) == nil)
      #expect(hit(2) == ExitHit(reason: .atrTarget, share: 0.5))
      // Reached once, it is not reached again.
      #expect(hit(2.5) == nil && hit(1) == nil && hit(3.99) == nil)
      // .3 of what was entered is .6 of the half that is left.
      let second = hit(4)
      #expect(second?.reason == .atrTarget && abs((second?.share ?? 0) - 0.6) < 1e-15)
      #expect(hit(7.99) == nil)
      #expect(hit(8) == ExitHit(reason: .atrTarget, share: 1))
    }
    // Two at once.
    var check = ExitCheck(settings.rules)
    var jump = position
    jump.close = 105
    #expect(abs((check.hit(jump)?.share ?? 0) - 0.8) < 1e-15)
    #expect(check.levels(jump).map(\.price) == [108])
    // Without a range nothing is known of levels.
    jump.atrAtEntry = nil
    var blind = ExitCheck(settings.rules)
    #expect(blind.hit(jump) == nil && blind.levels(jump).isEmpty)
  }

  @Test func `what is left where the shares do not sum to all is left to other rules`() {
    var settings = ExitSettings()
    settings.atrTargets = [.init(ranges: 1, share: 0.25)]
    settings.stop = 0.1
    var check = ExitCheck(settings.rules)
    var moving = position
    #expect(check.hit(moving) == ExitHit(reason: .atrTarget, share: 0.25))
    #expect(check.hit(moving) == nil)
    moving.close = 90
    #expect(check.hit(moving) == ExitHit(reason: .stop))
    // Another position starts anew.
    check.reset()
    #expect(check.hit(position) == ExitHit(reason: .atrTarget, share: 0.25))
  }
}
