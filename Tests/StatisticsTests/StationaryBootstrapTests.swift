import Kernels
import Statistics
import Testing

@Suite struct StationaryBootstrapTests {
  @Test func `follows the index rule by hand`() {
    let indexes = StationaryBootstrap.indexes(
      restart: [0.9, 0.9, 0.1, 0.25, 0.2], start: [0.7, 0, 0.99, 0.5, 0], probability: 0.25)
    // floor(3.5), the next, a new block at floor(4.95), from the end to the start, a new block.
    #expect(indexes == [3, 4, 4, 0, 0])
  }

  @Test(arguments: ReferenceFiles.present)
  func `follows the index rule of the paper`(files: ReferenceFiles) throws {
    let reference = try files.skill().object("stationary_bootstrap_index_rule")
    let indexes = StationaryBootstrap.indexes(
      restart: try reference.numbers("u"), start: try reference.numbers("v"),
      probability: try reference.number("p"))
    #expect(indexes == (try reference.numbers("indices")).map { Int($0) })
  }

  @Test func `blocks have the mean length asked for and every index is as likely`() {
    let bootstrap = StationaryBootstrap(meanBlockLength: 8, draws: 400, seed: 1)
    let n = 500
    var breaks = 0
    var visits = Array(repeating: 0, count: n)
    let values = bootstrap.distribution(count: n) { indexes in
      for t in 0..<n {
        visits[indexes[t]] += 1
        if t > 0, indexes[t] != (indexes[t - 1] + 1) % n { breaks += 1 }
      }
      return 0
    }
    #expect(values.count == 400)
    // 200 000 steps, a break with probability 1/8 · (1 − 1/500): sd of the share about .0007.
    let share = Double(breaks) / Double(400 * (n - 1))
    #expect(abs(share - 0.125 * (1 - 1.0 / 500)) < 0.004)
    // 400 visits expected of each index; blocks make the variance about 2·8 times Poisson's.
    #expect(visits.allSatisfy { abs(Double($0) - 400) < 7 * (16.0 * 400).squareRoot() })
  }

  @Test func `the same seed gives the same interval, another seed another`() throws {
    let returns = returns(seed: 3, count: 300)
    let one = try StationaryBootstrap(draws: 300, seed: 5).sharpe(
      returns: returns, barsPerYear: 252)
    let same = try StationaryBootstrap(draws: 300, seed: 5).sharpe(
      returns: returns, barsPerYear: 252)
    let other = try StationaryBootstrap(draws: 300, seed: 6).sharpe(
      returns: returns, barsPerYear: 252)
    #expect(one == same && one != other)
  }

  @Test func `the interval of the Sharpe ratio covers it and has the width theory gives`() throws {
    // Independent returns: standard error √((1 + SR²/2)/T) a bar (Lo 2002).
    let returns = returns(seed: 8, count: 2000)
    let interval = try #require(
      try StationaryBootstrap(meanBlockLength: 5, draws: 2000).sharpe(
        returns: returns, barsPerYear: 252))
    let summary = try #require(try SharpeSignificance(returns: returns))
    #expect(agree(interval.estimate, summary.sharpe * 252.0.squareRoot(), within: 1e-12))
    #expect(interval.lower < interval.estimate && interval.estimate < interval.upper)
    let width = 2 * 1.96 * summary.standardErrorOfNormalReturns * 252.0.squareRoot()
    #expect(abs((interval.upper - interval.lower) / width - 1) < 0.1)
    #expect(interval.draws == 2000 && interval.confidence == 0.95)
  }

  @Test func `the interval covers the truth about as often as it says`() throws {
    var covered = 0
    var significant = 0
    let trials = 200
    for trial in 0..<trials {
      // A true ratio of zero.
      let returns = returns(seed: UInt64(100 + trial), count: 250, drift: 0)
      let interval = try #require(
        try StationaryBootstrap(meanBlockLength: 4, draws: 200, seed: UInt64(trial)).sharpe(
          returns: returns, barsPerYear: 252))
      if interval.lower <= 0, 0 <= interval.upper { covered += 1 }
      if interval.pValue < 0.05 { significant += 1 }
    }
    // 95 % and 5 % of 200, with room for percentile intervals' slight shortness and chance (sd 3).
    #expect((175...200).contains(covered))
    #expect((0...25).contains(significant))
  }

  @Test func `blocks are a 25th of a report's returns, and few returns have no interval`() {
    for steps in [0, 1, 2, 5, 29] { #expect(StationaryBootstrap.ofReport(steps: steps) == nil) }
    let blocks = [30, 60, 250, 500, 548, 5000].map {
      StationaryBootstrap.ofReport(steps: $0)?.meanBlockLength
    }
    #expect(blocks == [1.2, 2.4, 10, 20, 20, 20])
    #expect(StationaryBootstrap.ofReport(steps: 548) == StationaryBootstrap())
  }

  @Test(arguments: [30, 60, 250])
  func `of a report's intervals of noise at most a tenth leave 0 out`(steps: Int) throws {
    let resamples = try #require(StationaryBootstrap.ofReport(steps: steps)).resamples(of: steps)
    var random = CounterRandom(seed: 2, path: ["noise"])
    var excluded = 0
    for _ in 0..<300 {
      let noise = (0..<steps).map { _ in 0.01 * random.normal() }
      let interval = try #require(try resamples.sharpe(returns: noise, barsPerYear: 252))
      if interval.lower > 0 || interval.upper < 0 { excluded += 1 }
    }
    // 5 % is what they say; blocks of 20 had 28, 20 and 11 %.
    #expect((3...30).contains(excluded))
  }

  @Test func `the p value is that of the normal approximation`() throws {
    // Sharpe ratios of 0 to 4 standard errors.
    let bootstrap = StationaryBootstrap(meanBlockLength: 2, draws: 4000)
    for z in [0.3, 1.0, 2.0, 4.0] {
      let noise = returns(seed: 21, count: 1000, drift: 0)
      let moments = Moments(noise)
      let deviation = try #require(moments.standardDeviation)
      let shift = z * deviation / Double(1000).squareRoot() - moments.mean
      let interval = try #require(
        try bootstrap.sharpe(returns: noise.map { $0 + shift }, barsPerYear: 252))
      let normal = 2 * NormalDistribution.cumulative(-z)
      #expect(abs(interval.pValue - normal) < 0.05)
      #expect(interval.pValue > 0 && (interval.lower > 0) == (z > 1.9))
    }
  }

  @Test func `a difference from itself is nothing, and what is shared cancels`() throws {
    let a = returns(seed: 11, count: 500)
    let noise = returns(seed: 12, count: 500, drift: 0)
    let b = zip(a, noise).map { $0 + 0.02 * $1 }
    let bootstrap = StationaryBootstrap(draws: 500)
    let same = try #require(
      try bootstrap.sharpeDifference(a, minus: a, barsPerYear: 252))
    #expect(same.estimate == 0 && same.lower == 0 && same.upper == 0 && same.pValue == 1)
    let near = try #require(
      try bootstrap.sharpeDifference(a, minus: b, barsPerYear: 252))
    let alone = try #require(try bootstrap.sharpe(returns: a, barsPerYear: 252))
    #expect(near.upper - near.lower < 0.1 * (alone.upper - alone.lower))
    let there = try #require(
      try bootstrap.sharpeDifference(b, minus: a, barsPerYear: 252))
    #expect(there.estimate == -near.estimate && there.pValue == near.pValue)
    #expect(agree(there.lower, -near.upper, within: 1e-12))
  }

  @Test func `no spread has no interval, wrong input is refused`() throws {
    let bootstrap = StationaryBootstrap(draws: 50)
    #expect(try bootstrap.sharpe(returns: [0.01, 0.01, 0.01], barsPerYear: 252) == nil)
    #expect(try bootstrap.sharpe(returns: [0.01], barsPerYear: 252) == nil)
    #expect(bootstrap.distribution(count: 0) { _ in 1 }.isEmpty)
    #expect(throws: StatisticsError.lengthsDiffer(2, 3)) {
      try bootstrap.sharpeDifference([1, 2], minus: [1, 2, 3], barsPerYear: 252)
    }
    #expect(throws: StatisticsError.notFinite(index: 1)) {
      try bootstrap.sharpe(returns: [1, .nan], barsPerYear: 252)
    }
    #expect(
      throws: StatisticsError.invalidParameter(
        name: "confidence", value: 1, rule: "between 0 and 1")
    ) {
      try bootstrap.sharpe(returns: [1, 2], barsPerYear: 252, confidence: 1)
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `gives the interval that arch gives`(files: ReferenceFiles) throws {
    let returns = try files.metrics().numbers("returns")
    let theirs = try files.skill()
      .numbers("arch_stationary_bootstrap_sharpe_ci95_block10_2000")
    let mine = try #require(
      try StationaryBootstrap(meanBlockLength: 10, draws: 2000, seed: 1).sharpe(
        returns: returns, barsPerYear: 252))
    // Other random numbers: an end has a simulation error of about 1.5 % of the interval's width.
    let room = 0.06 * (theirs[1] - theirs[0])
    #expect(abs(mine.lower - theirs[0]) < room && abs(mine.upper - theirs[1]) < room)
  }

  private func returns(seed: UInt64, count: Int, drift: Double = 0.0004) -> [Double] {
    var random = CounterRandom(seed: seed, path: ["returns"])
    return (0..<count).map { _ in drift + 0.01 * random.normal() }
  }
}
