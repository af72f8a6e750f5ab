import Kernels
import Statistics
import Testing

@Suite struct DieboldMarianoTests {
  @Test func `four differences worked by hand`() throws {
    // Mean 2, variance (1+1+1+1)/4 = 1: 2/√(1/4) = 4; correction √((4+1−2)/4).
    let test = try #require(try DieboldMariano(lossDifferences: [1, 3, 1, 3]))
    #expect(test.uncorrected == 4)
    #expect(agree(test.statistic, 4 * 0.75.squareRoot(), within: 1e-15))
    #expect(
      agree(test.pValue, StudentDistribution.twoSided(12.0.squareRoot(), degrees: 3), within: 1e-14)
    )
    // Autocovariance −3/4: 1 − 2·3/4 is below 0.
    #expect(try DieboldMariano(lossDifferences: [1, 3, 1, 3], horizon: 2) == nil)
  }

  @Test func `what cannot be told apart has no test`() throws {
    #expect(try DieboldMariano(lossDifferences: []) == nil)
    #expect(try DieboldMariano(lossDifferences: [1, 1, 1]) == nil)
    #expect(try DieboldMariano(lossDifferences: [1, 2, 3], horizon: 3) == nil)
    #expect(throws: StatisticsError.notFinite(index: 1)) {
      try DieboldMariano(lossDifferences: [1, .infinity])
    }
  }

  @Test func `to change sides changes the sign, and noise is rejected at the stated rate`() throws {
    var random = CounterRandom(seed: 12, path: ["dm"])
    var rejected = 0
    for _ in 0..<2000 {
      let outcomes = (0..<30).map { _ in random.normal() }
      let a = outcomes.map { _ in 0.3 * random.normal() }
      let b = outcomes.map { _ in 0.3 * random.normal() }
      let one = try #require(try DieboldMariano(outcomes: outcomes, forecast: a, other: b))
      let two = try #require(try DieboldMariano(outcomes: outcomes, forecast: b, other: a))
      #expect(agree(one.statistic, -two.statistic, within: 1e-9))
      #expect(agree(one.pValue, two.pValue, within: 1e-9))
      rejected += one.pValue < 0.05 ? 1 : 0
    }
    // 5 % of 2000, and four standard deviations about it.
    #expect(abs(rejected - 100) < 40, "\(rejected)")
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the dieboldmariano package`(files: ReferenceFiles) throws {
    let series = try files.skill().object("diebold_mariano")
    for (horizon, name) in [(1, "h1"), (5, "h5")] {
      let test = try #require(
        try DieboldMariano(
          outcomes: try series.numbers("actual"), forecast: try series.numbers("model"),
          other: try series.numbers("naive"), horizon: horizon))
      let reference = try series.object(name)
      #expect(agree(test.uncorrected, try reference.number("dm"), within: 1e-11))
      #expect(agree(test.statistic, try reference.number("dm_hln"), within: 1e-11))
      #expect(agree(test.pValue, try reference.number("p_two_sided_t"), within: 1e-10))
      let library = try series.numbers("lib_\(name)")
      #expect(agree(test.statistic, library[0], within: 1e-11))
      #expect(agree(test.pValue, library[1], within: 1e-8))
    }
  }
}
