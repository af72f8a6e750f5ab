import Foundation
import Kernels
import Statistics
import Testing

@Suite struct MaxTestTests {
  @Test func `two strategies by hand`() throws {
    // Resamples of two returns are one of four: (0,0), (0,1), (1,1), (1,0); block length 1 makes them
    // independent. Mean differences of A: 1 and 3, of B: 2 and 0.
    let bootstrap = StationaryBootstrap(
      meanBlockLength: 1, draws: 4000, seed: 2, path: ["by hand"])
    let test = try MaxTest(
      strategies: [[1, 3], [2, 0]], benchmark: [0, 0], measure: .mean, barsPerYear: 1,
      bootstrap: bootstrap)
    #expect(test.rows.map(\.difference) == [2, 1])
    #expect(test.draws == 4000)
    // Both resampled means are 2 ± 1, 1 ± 1 with chance 1/4 each side: deviation √½.
    for row in test.rows {
      #expect(abs(try #require(row.standardError) - 0.5.squareRoot()) < 0.02)
    }
    // z is √2, 0 or −√2 and z of B is minus that of A. t_A = 2√2 is never reached, t_B = √2 is where
    // B's mean is 2, a quarter of the draws; had A been behind B, half of them would count.
    #expect(test.rows[0].pValue == 1 / 4001 && test.rows[0].adjustedPValue == 1 / 4001)
    let second = try #require(test.rows[1].pValue)
    #expect(abs(second - 0.25) < 0.03)
    #expect(test.rows[1].adjustedPValue == second)
    #expect(test.bestPValue == 1.0 / 4001)
  }

  @Test func `a strategy behind others is compared with itself, one before them with all`() throws {
    // Resampled means are 1.1 above or below their own in a quarter of the draws each, of A where
    // those of B are below and the other way round: z is ±√2. A (t = 0.9/s) comes before B (0.8/s);
    // alone a quarter of the draws reach its t, and with B in view half of them do.
    let test = try MaxTest(
      strategies: [[-0.2, 2], [1.9, -0.3]], benchmark: [0, 0], measure: .mean, barsPerYear: 1,
      bootstrap: StationaryBootstrap(meanBlockLength: 1, draws: 4000, seed: 2, path: ["by hand"]))
    let alone = test.rows.compactMap(\.pValue)
    let adjusted = test.rows.compactMap(\.adjustedPValue)
    #expect(alone.count == 2 && alone.allSatisfy { abs($0 - 0.25) < 0.03 })
    #expect(adjusted.count == 2 && adjusted.allSatisfy { abs($0 - 0.5) < 0.03 })
  }

  @Test func `agrees with the plain computation in Python`() throws {
    struct Fixture: Decodable {
      struct Outcome: Decodable {
        let measure, alternative: String
        let difference, standardError, statistic, pValue, adjustedPValue: [Double]
      }
      let benchmark: [Double]
      let strategies: [[Double]]
      let barsPerYear, meanBlockLength: Double
      let draws: Int
      let seed: UInt64
      let path: [String]
      let tests: [Outcome]
    }
    let url = ReferenceFiles.testsFolder.appendingPathComponent("Fixtures/max_test.json")
    let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
    #expect(fixture.tests.count == 4)
    for reference in fixture.tests {
      let test = try MaxTest(
        strategies: fixture.strategies, benchmark: fixture.benchmark,
        measure: try #require(MaxTest.Measure(rawValue: reference.measure)),
        alternative: try #require(MaxTest.Alternative(rawValue: reference.alternative)),
        barsPerYear: fixture.barsPerYear,
        bootstrap: StationaryBootstrap(
          meanBlockLength: fixture.meanBlockLength, draws: fixture.draws, seed: fixture.seed,
          path: fixture.path))
      #expect(test.draws == fixture.draws)
      for (index, row) in test.rows.enumerated() {
        // Sums of deviations against two passes over resampled values: rounding only.
        #expect(agree(row.difference, reference.difference[index], within: 1e-10))
        #expect(agree(row.standardError, reference.standardError[index], within: 1e-10))
        #expect(agree(row.statistic, reference.statistic[index], within: 1e-10))
        // Counts of draws: the same draws or not at all.
        #expect(agree(row.pValue, reference.pValue[index], within: 1e-15))
        #expect(agree(row.adjustedPValue, reference.adjustedPValue[index], within: 1e-15))
      }
    }
  }

  @Test(arguments: [MaxTest.Alternative.better, .different])
  func `on strategies without skill the best is called better in about 5 % of trials`(
    alternative: MaxTest.Alternative
  ) throws {
    // Six correlated strategies, none better than the benchmark; unadjusted, the best of them is
    // below 5 % far more often.
    var (adjusted, alone) = (0, 0)
    let trials = 400
    for trial in 0..<trials {
      let market = Market(seed: UInt64(trial), strategies: 6, advantage: 0)
      let test = try market.test(alternative)
      #expect(test.draws == 300)
      if try #require(test.bestPValue) <= 0.05 { adjusted += 1 }
      if test.rows.contains(where: { ($0.pValue ?? 1) <= 0.05 }) { alone += 1 }
    }
    // A binomial count of mean 20 and deviation 4.4; estimated studentisation and 300 draws add a
    // little. Unadjusted, 6 correlated looks give 15 to 25 %.
    #expect((8...36).contains(adjusted), "\(adjusted) of \(trials)")
    #expect(alone > 2 * adjusted, "\(alone) of \(trials)")
  }

  @Test func `a strategy that is better is found, and the others are not called better`() throws {
    var (found, others) = (0, 0)
    for trial in 0..<100 {
      // A daily advantage of .35 deviations of what sets it apart, over 250 days: t about 5.
      let test = try Market(seed: UInt64(trial), strategies: 6, advantage: 0.0021).test(.better)
      if (test.rows[2].adjustedPValue ?? 1) <= 0.05 { found += 1 }
      for (index, row) in test.rows.enumerated() where index != 2 {
        if (row.adjustedPValue ?? 1) <= 0.05 { others += 1 }
      }
    }
    #expect(found >= 95, "\(found) of 100")
    #expect(others <= 15, "\(others) of 500")
  }

  @Test func `adjusting never makes a claim easier, and rises with the order of the statistics`()
    throws
  {
    for trial in 0..<40 {
      for alternative in [MaxTest.Alternative.better, .different] {
        let test = try Market(seed: UInt64(900 + trial), strategies: 8, advantage: 0.0008)
          .test(alternative)
        let rows = test.rows.sorted {
          let (a, b) = ($0.statistic ?? 0, $1.statistic ?? 0)
          return alternative == .better ? a > b : abs(a) > abs(b)
        }
        for row in rows {
          #expect(try #require(row.adjustedPValue) >= (try #require(row.pValue)))
        }
        for (a, b) in zip(rows, rows.dropFirst()) {
          #expect(try #require(a.adjustedPValue) <= (try #require(b.adjustedPValue)))
        }
        // The last one stands alone.
        #expect(try #require(rows.last?.adjustedPValue) >= (try #require(rows.last?.pValue)))
        #expect(test.bestPValue == rows[0].adjustedPValue)
      }
    }
  }

  @Test func `what cannot be compared takes no part and changes nothing for the others`() throws {
    let market = Market(seed: 5, strategies: 3, advantage: 0.001)
    let plain = try market.test(.better)
    let cash = Array(repeating: 0.0, count: market.benchmark.count)
    var rare = cash
    rare[17] = 0.1
    let test = try MaxTest(
      strategies: [cash, market.benchmark] + market.strategies + [rare],
      benchmark: market.benchmark, barsPerYear: 365,
      bootstrap: StationaryBootstrap(meanBlockLength: 5, draws: 300, path: ["max test"]))
    let none = test.rows[0]
    #expect(none.difference == nil && none.statistic == nil && none.adjustedPValue == nil)
    #expect(test.rows[1].difference == 0)
    #expect(test.rows[1].statistic == nil && test.rows[1].adjustedPValue == nil)
    // One day in the market: most resamples have it (1 − 1/e of them), those without are left out.
    #expect(test.rows[5].difference != nil && test.rows[5].adjustedPValue != nil)
    #expect((120..<280).contains(test.draws))
    let without = try MaxTest(
      strategies: [cash, market.benchmark] + market.strategies, benchmark: market.benchmark,
      barsPerYear: 365,
      bootstrap: StationaryBootstrap(meanBlockLength: 5, draws: 300, path: ["max test"]))
    #expect(Array(without.rows[2...]) == plain.rows)

    let nothing = try MaxTest(
      strategies: [cash], benchmark: market.benchmark, barsPerYear: 365)
    #expect(nothing.bestPValue == nil && nothing.draws == 0)
    let noBenchmark = try MaxTest(
      strategies: market.strategies, benchmark: cash, barsPerYear: 365)
    #expect(noBenchmark.rows.allSatisfy { $0.difference == nil } && noBenchmark.bestPValue == nil)
    let empty = try MaxTest(strategies: [], benchmark: [], barsPerYear: 365)
    #expect(empty.rows.isEmpty && empty.bestPValue == nil)
  }

  @Test func `the scale of the year and of the money changes no p-value`() throws {
    let market = Market(seed: 6, strategies: 4, advantage: 0.001)
    let a = try market.test(.better)
    let b = try MaxTest(
      strategies: market.strategies, benchmark: market.benchmark, barsPerYear: 252,
      bootstrap: StationaryBootstrap(meanBlockLength: 5, draws: 300, path: ["max test"]))
    #expect(a.rows.map(\.adjustedPValue) == b.rows.map(\.adjustedPValue))
    let root = (252.0 / 365).squareRoot()
    for (x, y) in zip(a.rows, b.rows) {
      #expect(agree(y.difference, try #require(x.difference) * root, within: 1e-12))
    }
  }

  @Test func `fewer than 30 returns prove nothing`() throws {
    let market = Market(seed: 7, strategies: 3, advantage: 0.05)
    let few = try MaxTest(
      strategies: market.strategies.map { Array($0.prefix(29)) },
      benchmark: Array(market.benchmark.prefix(29)), barsPerYear: 365)
    #expect(few.draws == 0 && few.bestPValue == nil)
    #expect(few.rows.allSatisfy { $0.difference != nil && $0.pValue == nil })
    let enough = try MaxTest(
      strategies: market.strategies.map { Array($0.prefix(30)) },
      benchmark: Array(market.benchmark.prefix(30)), barsPerYear: 365)
    #expect(enough.draws == 2000 && enough.bestPValue != nil)
  }

  @Test func `refuses what is no comparison`() {
    #expect(throws: StatisticsError.lengthsDiffer(2, 3)) {
      try MaxTest(strategies: [[0, 1, 2], [0, 1]], benchmark: [1, 2, 3], barsPerYear: 365)
    }
    #expect(throws: StatisticsError.notFinite(index: 1)) {
      try MaxTest(strategies: [[0, .nan]], benchmark: [1, 2], barsPerYear: 365)
    }
    #expect(throws: StatisticsError.self) {
      try MaxTest(strategies: [[0, 1]], benchmark: [1, 2], barsPerYear: 0)
    }
  }
}

/// A benchmark and strategies that share its market; the third one has an advantage a day.
private struct Market {
  let benchmark: [Double]
  let strategies: [[Double]]

  init(seed: UInt64, strategies count: Int, advantage: Double) {
    var random = CounterRandom(seed: seed, path: ["max test market"])
    let market = (0..<250).map { _ in 0.02 * random.normal() + 0.0005 }
    benchmark = market.map { $0 + 0.003 * random.normal() }
    strategies = (0..<count).map { index in
      let own = index == 2 ? advantage : 0
      return market.map { $0 + own + 0.0052 * random.normal() }
    }
  }

  func test(_ alternative: MaxTest.Alternative) throws -> MaxTest {
    try MaxTest(
      strategies: strategies, benchmark: benchmark, alternative: alternative, barsPerYear: 365,
      bootstrap: StationaryBootstrap(meanBlockLength: 5, draws: 300, path: ["max test"]))
  }
}
