import Kernels
import Signals
import Testing

/// What holds of exit rules on any path of prices.
@Suite struct ExitInvariantTests {
  /// A position from its first close on, and the rules it is under.
  private struct Path {
    var settings = ExitSettings()
    var positions: [OpenPosition] = []
    var isLong: Bool { positions[0].isLong }

    init(_ random: inout CounterRandom) {
      func maybe(_ value: Double) -> Double? { random.uniform() < 0.5 ? value : nil }
      settings.target = maybe(0.05 + 0.2 * random.uniform())
      settings.stop = maybe(0.02 + 0.2 * random.uniform())
      settings.trailing = maybe(0.02 + 0.2 * random.uniform())
      settings.trailingAfter = maybe(0.05 * random.uniform())
      settings.atrStop = maybe(1 + 4 * random.uniform())
      settings.sigmaStop = maybe(1 + 4 * random.uniform())
      settings.atrTrailing = maybe(1 + 4 * random.uniform())
      settings.breakeven = maybe(3 * random.uniform() + 0.1)
      settings.breakevenOffset = 0.3 * random.uniform()
      if random.uniform() < 0.5 {
        settings.atrTargets = [.init(ranges: 1, share: 0.4), .init(ranges: 3, share: 0.6)]
      }
      if random.uniform() < 0.3 { settings.maxBars = .all(5 + random.below(60)) }
      settings.regimeChange = maybe(0.7)
      settings.confirm = 1 + random.below(4)
      if random.uniform() < 0.3 { settings.reversal = .entry }
      if random.uniform() < 0.3 { settings.averages = AveragePair(fast: 5, slow: 9) }
      settings.extremes.rsi = maybe(70 + 25 * random.uniform())
      let isLong = random.uniform() < 0.5
      var (close, best) = (100.0, 100.0)
      let volatility = 0.005 + 0.03 * random.uniform()
      let (range, deviation) = (100 * volatility, volatility)
      for bar in 1...60 {
        close *= Elementary.exp(volatility * random.normal())
        best = isLong ? max(best, close) : min(best, close)
        let readings = Readings(
          settings.readings,
          settings.readings.map { reading in
            if case .rsi = reading { 100 * random.uniform() } else { 100 + random.normal() }
          })
        positions.append(
          OpenPosition(
            isLong: isLong, entryPrice: 100, bestClose: best, close: close, bars: bar,
            atrAtEntry: range, stopRangeAtEntry: range, atr: range * (0.5 + random.uniform()),
            deviationAtEntry: deviation, regimeAtEntry: 1, regime: random.below(3),
            regimeConfidence: random.uniform(), stateAtEntry: 1,
            reversal: random.uniform() < 0.05 ? random.uniform() - 0.5 : 0, readings: readings))
      }
    }

    /// What the rules say at each close.
    func hits(_ count: Int? = nil) -> [ExitHit?] {
      var check = ExitCheck(settings.rules)
      return positions.prefix(count ?? positions.count).map { check.hit($0) }
    }
  }

  private static let stops: [ExitReason] = [.stop, .trailing, .atrStop, .sigmaStop, .atrTrailing]

  @Test func `a stop's level never moves away from the price`() {
    var random = CounterRandom(seed: 11, path: ["levels"])
    var compared = 0
    for _ in 0..<3000 {
      let path = Path(&random)
      var check = ExitCheck(path.settings.rules)
      var before: [ExitReason: Double] = [:]
      for position in path.positions {
        _ = check.hit(position)
        let levels = check.levels(position)
        for (reason, price) in levels where ExitInvariantTests.stops.contains(reason) {
          if let old = before[reason] {
            compared += 1
            #expect(path.isLong ? price >= old : price <= old, "\(reason): \(old) to \(price)")
          }
          before[reason] = price
        }
      }
    }
    #expect(compared > 100_000)
  }

  @Test func `a price rule fires exactly at closes beyond the level of the close before`() {
    var random = CounterRandom(seed: 12, path: ["levels"])
    var fired: [ExitReason: Int] = [:]
    // The level of a trail moves with the close itself, towards it; the others stand.
    let fixed: [ExitReason] = [.target, .atrTarget, .stop, .atrStop, .sigmaStop]
    for _ in 0..<2000 {
      let path = Path(&random)
      for rule in path.settings.rules where fixed.contains(rule.reason) {
        var check = ExitCheck([rule])
        var level: Double?
        for position in path.positions {
          let isHit = check.hit(position) != nil
          if let level {
            let isUp = rule.reason == .target || rule.reason == .atrTarget
            let beyond =
              (isUp == position.isLong) ? position.close - level : level - position.close
            if abs(beyond) > 1e-9 {
              #expect(isHit == (beyond > 0), "\(rule.reason) at \(level), close \(position.close)")
            }
            if isHit { fired[rule.reason, default: 0] += 1 }
          }
          level = check.levels(position).first?.price
        }
      }
    }
    for reason in fixed { #expect(fired[reason, default: 0] > 100, "\(reason)") }
  }

  @Test func `no rule looks at a later close, and none remembers another position`() {
    var random = CounterRandom(seed: 13, path: ["causal"])
    for _ in 0..<1000 {
      let path = Path(&random)
      let whole = path.hits()
      let cut = 1 + random.below(path.positions.count)
      #expect(path.hits(cut) == Array(whole.prefix(cut)))
      // Another path behind the cut changes nothing before it.
      var other = path
      for index in cut..<path.positions.count { other.positions[index].close *= 3 }
      #expect(Array(other.hits().prefix(cut)) == Array(whole.prefix(cut)))
      var check = ExitCheck(path.settings.rules)
      for position in Path(&random).positions { _ = check.hit(position) }
      check.reset()
      #expect(path.positions.map { check.hit($0) } == whole)
    }
  }

  @Test func `mirrored prices close a short position where they closed a long one`() {
    var random = CounterRandom(seed: 14, path: ["mirror"])
    for _ in 0..<1000 {
      var path = Path(&random)
      // Rules in differences of prices mirror exactly; those in fractions do not.
      path.settings.target = nil
      path.settings.stop = nil
      path.settings.trailing = nil
      path.settings.sigmaStop = nil
      path.settings.extremes = PriceExtremes(need: .any)
      path.settings.averages = nil
      var mirror = path
      for index in path.positions.indices {
        mirror.positions[index].isLong.toggle()
        // Dyadic, so that 200 - x is exact.
        let close = (path.positions[index].close * 1024).rounded() / 1024
        let best = (path.positions[index].bestClose * 1024).rounded() / 1024
        path.positions[index].close = close
        path.positions[index].bestClose = best
        mirror.positions[index].close = 200 - close
        mirror.positions[index].bestClose = 200 - best
        mirror.positions[index].reversal = -path.positions[index].reversal
      }
      let (mine, theirs) = (path.hits(), mirror.hits())
      let near = zip(mine, theirs).filter { $0 != $1 }.count
      #expect(near == 0)
    }
  }
}
