import Statistics
import Testing

@Suite struct NeweyWestTests {
  @Test func `three values, one lag, by hand`() throws {
    // Mean 2, deviations −1 −1 2: γ0 = 2, γ1 = (1 − 2)/3 = −1/3; long run 2 − 2·½·⅓ = 5/3.
    let mean = try #require(try NeweyWestMean([1, 1, 4], lags: 1))
    #expect(mean.mean == 2)
    #expect(agree(mean.standardError, (5.0 / 9).squareRoot(), within: 1e-15))
    #expect(agree(mean.t, 2 / (5.0 / 9).squareRoot(), within: 1e-15))
    #expect(mean.lags == 1)
  }

  @Test func `agrees with the quadratic form of numpy`() throws {
    let fixture = try StatisticsFixture.load()
    for reference in fixture.neweyWest {
      let mine = try #require(
        try NeweyWestMean(simpleReturns(fixture.equity), lags: reference.lags))
      #expect(mine.lags == reference.lags)
      #expect(agree(mine.mean, reference.mean, within: 1e-12))
      #expect(agree(mine.standardError, reference.se, within: 1e-12))
      #expect(agree(mine.t, reference.t, within: 1e-12))
    }
  }

  @Test(arguments: [(0, 0), (1, 1), (50, 3), (100, 4), (400, 5), (1006, 6), (10_000, 11)])
  func `the usual number of lags`(count: Int, lags: Int) {
    #expect(NeweyWestMean.defaultLags(count: count) == lags)
  }

  @Test func `more lags than values are cut, no spread is nil`() throws {
    #expect(try NeweyWestMean([1, 2, 4], lags: 50)?.lags == 2)
    #expect(try NeweyWestMean([1]) == nil)
    #expect(try NeweyWestMean([2, 2, 2, 2]) == nil)
    #expect(throws: StatisticsError.notFinite(index: 0)) { try NeweyWestMean([.infinity, 1]) }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with statsmodels`(files: ReferenceFiles) throws {
    let returns = try files.metrics().numbers("returns")
    let reference = try files.skill().object("newey_west_mean")
    let mine = try #require(try NeweyWestMean(returns))
    #expect(mine.lags == Int(try reference.number("lags")))
    #expect(agree(mine.standardError, try reference.number("se"), within: 1e-11))
    #expect(agree(mine.t, try reference.number("statsmodels_t"), within: 1e-11))
  }
}
