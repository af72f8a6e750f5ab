import Kernels
import Market
import Signals
import Statistics
import Testing

@Suite struct SkillGateTests {
  private func at(_ hour: Int) -> Timestamp { Timestamp(seconds: 3600 * Int64(hour)) }

  private func pair(_ hour: Int, _ forecast: Double, _ outcome: Double, _ symbol: Symbol = "A")
    -> SkillRecord.Pair
  {
    SkillRecord.Pair(knownAt: at(hour), symbol: symbol, forecast: forecast, outcome: outcome)
  }

  private var gateWithoutMinimum: SkillGate {
    var gate = SkillGate()
    gate.requiresEvidence = false
    return gate
  }

  @Test func `an empty record can tell nothing`() throws {
    let calibration = try SkillGate().calibrate(SkillRecord(), at: .distantFuture)
    #expect(calibration == Calibration(verdict: .cannotTell, weight: 0))
    #expect(calibration.t == nil && calibration.slope == nil)
  }

  @Test func `slope, t and weight by hand`() throws {
    // Forecasts of one, outcomes .2 and .8 in turn: the slope is .5, products alternate about it.
    // Autocovariances .09 (-1)^k (n - k) / n with four lags at n = 100:
    // .09 (1 - 2 (.8 * .99 - .6 * .98 + .4 * .97 - .2 * .96)) = .018.
    let record = SkillRecord((0..<100).map { pair($0, 1, $0 % 2 == 0 ? 0.2 : 0.8) })
    let calibration = try gateWithoutMinimum.calibrate(record, at: .distantFuture)
    #expect(calibration.verdict == .open)
    #expect(calibration.pairs == 100 && calibration.times == 100)
    #expect(calibration.effectivePairs == 100)
    let slope = try #require(calibration.slope)
    let t = try #require(calibration.t)
    #expect(abs(slope - 0.5) < 1e-14)
    let expected = 0.5 / (0.018 / 100.0).squareRoot()
    #expect(abs(t - expected) < 1e-9)
    #expect(abs(calibration.weight - 0.5 * (1 - 1.645 * 1.645 / (expected * expected))) < 1e-12)
  }

  @Test func `the products of one instant are averaged over its symbols`() throws {
    var pairs: [SkillRecord.Pair] = []
    var products: [Double] = []
    for hour in 0..<50 {
      let y = Double(hour % 7) - 2.5
      pairs += [pair(hour, 1, y), pair(hour, -2, 1, "B")]
      // Every fifth instant has a third symbol.
      if hour % 5 == 0 { pairs.append(pair(hour, 3, 2, "C")) }
      products.append(hour % 5 == 0 ? (y - 2 + 6) / 3 : (y - 2) / 2)
    }
    let calibration = try gateWithoutMinimum.calibrate(SkillRecord(pairs), at: .distantFuture)
    let mean = try #require(try NeweyWestMean(products))
    #expect(calibration.times == 50 && calibration.pairs == 110)
    #expect(abs(try #require(calibration.t) - mean.t) < 1e-12)
    // sum fy / sum ff over all pairs.
    let sumFY = products.enumerated().reduce(0) { $0 + $1.element * ($1.offset % 5 == 0 ? 3 : 2) }
    #expect(abs(try #require(calibration.slope) - sumFY / (50 + 200 + 90)) < 1e-12)
  }

  @Test func `a slope over one is cut to one, a negative one earns nothing`() throws {
    func calibration(_ slope: Double) throws -> Calibration {
      var random = CounterRandom(seed: 8, path: ["slope"])
      let pairs = (0..<1000).map { hour in
        let forecast = random.normal()
        return pair(hour, forecast, slope * forecast + 0.1 * random.normal())
      }
      return try SkillGate().calibrate(SkillRecord(pairs), at: .distantFuture)
    }
    let steep = try calibration(3)
    #expect(steep.verdict == .open)
    #expect(abs(steep.slope! - 3) < 0.05)
    #expect(steep.weight == 1 - (1.645 / steep.t!) * (1.645 / steep.t!))
    let wrong = try calibration(-3)
    #expect(wrong.verdict == .shut && wrong.weight == 0)
    #expect(wrong.t! < -10 && wrong.slope! < -2.9)
  }

  @Test func `a forecast that is always zero tells nothing`() throws {
    let record = SkillRecord((0..<500).map { pair($0, 0, Double($0 % 3) - 1) })
    let calibration = try SkillGate().calibrate(record, at: .distantFuture)
    #expect(calibration.verdict == .cannotTell && calibration.weight == 0)
    #expect(calibration.t == nil && calibration.slope == nil)
    #expect(calibration.pairs == 500 && calibration.times == 500)
  }

  @Test(arguments: [Double.nan, .infinity])
  func `a value that is not finite is an error`(bad: Double) {
    let good = (0..<300).map { pair($0, 1, $0 % 2 == 0 ? 0.2 : 0.8) }
    for record in [
      SkillRecord(good + [pair(300, bad, 1)]), SkillRecord(good + [pair(300, 1, bad)]),
      SkillRecord([pair(0, bad, 0)]), SkillRecord(good + [pair(300, 0, bad)]),
    ] {
      #expect(throws: StatisticsError.self) {
        try SkillGate().calibrate(record, at: .distantFuture)
      }
    }
  }

  @Test func `only pairs whose outcome is known count`() throws {
    var random = CounterRandom(seed: 9, path: ["known"])
    let pairs = (0..<400).flatMap { hour in
      ["A", "B"].map { name in
        let forecast = random.normal()
        return pair(hour, forecast, 0.2 * forecast + random.normal(), Symbol(name))
      }
    }
    let whole = SkillRecord(pairs)
    for hour in [0, 1, 50, 250, 399] {
      let past = SkillRecord(Array(pairs.prefix(2 * hour + 2)))
      let alone = try SkillGate().calibrate(past, at: .distantFuture)
      #expect(alone.pairs == 2 * hour + 2)
      #expect(try SkillGate().calibrate(whole, at: at(hour)) == alone)
      #expect(try SkillGate().calibrate(whole, at: at(hour + 1) - 1) == alone)
      #expect(try SkillGate().calibrate(whole, at: at(hour) - 1).pairs == 2 * hour)
      // What lies ahead may be anything.
      let ahead = pairs.dropFirst(2 * hour + 2).map { pair in
        var pair = pair
        pair.outcome = 1e9
        return pair
      }
      #expect(try SkillGate().calibrate(SkillRecord(past.pairs + ahead), at: at(hour)) == alone)
    }
  }

  /// The Walsh function of that index: plus and minus one, orthogonal to the others over 2^k hours.
  private func walsh(_ index: Int, _ hour: Int) -> Double {
    (index & hour).nonzeroBitCount % 2 == 0 ? 1 : -1
  }

  private func effective(hours: Int, _ outcomes: [(Int) -> Double?]) throws -> Double {
    let symbols: [Symbol] = ["A", "B", "C", "D"]
    var pairs: [SkillRecord.Pair] = []
    for hour in 0..<hours {
      for (symbol, outcome) in zip(symbols, outcomes) {
        if let y = outcome(hour) { pairs.append(pair(hour, 1, y, symbol)) }
      }
    }
    return try SkillGate().calibrate(SkillRecord(pairs), at: .distantFuture).effectivePairs
  }

  @Test func `symbols that move as one count once, independent ones each`() throws {
    let one: (Int) -> Double? = { Double(($0 * 7) % 13) }
    #expect(abs(try effective(hours: 128, [one, one, one, one]) - 128) < 1e-9)
    let orthogonal: [(Int) -> Double?] = (1...4).map { index in { self.walsh(index, $0) } }
    #expect(try effective(hours: 128, orthogonal) == 512)
    #expect(try effective(hours: 128, [one]) == 128)
    // A correlation of one half: 2 n / 1.5.
    let half: (Int) -> Double? = { self.walsh(1, $0) + Double(3).squareRoot() * self.walsh(2, $0) }
    #expect(abs(try effective(hours: 128, [orthogonal[0], half]) - 256 / 1.5) < 1e-9)
    // Opposite moves are no more than independent ones.
    #expect(try effective(hours: 128, [one, { -one($0)! }]) == 256)
    // The mean over pairs: 1, 0, 0.
    let mixed = try effective(hours: 128, [orthogonal[0], orthogonal[0], orthogonal[1]])
    #expect(abs(mixed - 384 / (1 + 2.0 / 3)) < 1e-9)
  }

  @Test func `correlations are taken where both symbols have an outcome`() throws {
    let one: (Int) -> Double? = { Double(($0 * 7) % 13) }
    // B lists late: 64 common hours move as one, 192 pairs in all.
    let late: (Int) -> Double? = { $0 < 64 ? nil : 2 * one($0)! }
    #expect(abs(try effective(hours: 128, [one, late]) - 96) < 1e-9)
    // Never together: nothing speaks for a correlation.
    let even: (Int) -> Double? = { $0 % 2 == 0 ? one($0) : nil }
    let odd: (Int) -> Double? = { $0 % 2 == 1 ? one($0) : nil }
    #expect(try effective(hours: 128, [even, odd]) == 128)
  }

  @Test func `below 250 effective pairs it cannot tell, from there on it judges`() throws {
    var verdicts: [Calibration.Verdict: Int] = [:]
    for seed in 0..<600 {
      var random = CounterRandom(seed: UInt64(seed), path: ["evidence"])
      let symbols: [Symbol] = Array(["A", "B", "C", "D"].prefix(1 + random.below(4)))
      let common = random.uniform()
      let slope = random.uniform() < 0.5 ? 0.0 : 1
      var pairs: [SkillRecord.Pair] = []
      for hour in 0..<(20 + random.below(400)) {
        let shock = random.normal()
        for symbol in symbols {
          let forecast = random.normal()
          let own = common * shock + (1 - common) * random.normal()
          pairs.append(pair(hour, forecast, slope * forecast + own, symbol))
        }
      }
      let record = SkillRecord(pairs)
      let calibration = try SkillGate().calibrate(record, at: .distantFuture)
      let study = try gateWithoutMinimum.calibrate(record, at: .distantFuture)
      #expect(calibration.effectivePairs == study.effectivePairs)
      #expect(calibration.effectivePairs <= Double(pairs.count))
      #expect(calibration.t == study.t && calibration.slope == study.slope)
      if calibration.effectivePairs < 250 {
        #expect(calibration.verdict == .cannotTell && calibration.weight == 0)
      } else {
        #expect(calibration == study)
        #expect((calibration.weight > 0) == (calibration.verdict == .open))
      }
      verdicts[calibration.verdict, default: 0] += 1
    }
    for verdict in [Calibration.Verdict.cannotTell, .open, .shut] {
      #expect(verdicts[verdict, default: 0] > 50)
    }
  }

  @Test func `exactly 250 pairs are enough, 249 are not`() throws {
    let pairs = (0..<250).map { pair($0, 1, $0 % 2 == 0 ? 0.2 : 0.8) }
    #expect(
      try SkillGate().calibrate(SkillRecord(pairs), at: .distantFuture).verdict == .open)
    let fewer = SkillRecord(Array(pairs.prefix(249)))
    #expect(try SkillGate().calibrate(fewer, at: .distantFuture).verdict == .cannotTell)
  }
}
