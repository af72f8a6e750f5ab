import Statistics
import Testing

@Suite struct SharpeSignificanceTests {
  @Test func `agrees with scipy on random returns`() throws {
    let fixture = try StatisticsFixture.load()
    let reference = fixture.significance
    let mine = try #require(try SharpeSignificance(returns: simpleReturns(fixture.equity)))
    #expect(agree(mine.sharpe, reference.sharpePerBar, within: 1e-12))
    #expect(agree(mine.standardError, reference.mertens, within: 1e-12))
    #expect(agree(mine.standardErrorOfNormalReturns, reference.lo, within: 1e-12))
    #expect(agree(mine.probability(), reference.psr, within: 1e-12))
    let limit = SharpeSignificance.expectedMaximum(
      trials: reference.trials, deviationOfTrials: reference.deviationOfTrials)
    #expect(agree(limit, reference.expectedMaximum, within: 1e-12))
    let deflated = mine.deflated(
      trials: reference.trials, deviationOfTrials: reference.deviationOfTrials)
    #expect(agree(deflated, reference.dsr, within: 1e-12))
    #expect(agree(mine.barsNeeded(), reference.barsNeeded, within: 1e-12))
  }

  @Test func `one trial is not deflated, more trials are, the more the more`() throws {
    let returns = (0..<300).map { [0.012, -0.009, 0.004, -0.002, 0.001][$0 % 5] }
    let test = try #require(try SharpeSignificance(returns: returns))
    #expect(test.deflated(trials: 1, deviationOfTrials: 0.1) == test.probability())
    var last = 1.0
    for trials in [1, 2, 3, 5, 10, 100, 10_000] {
      let probability = test.deflated(trials: trials, deviationOfTrials: 0.05)
      #expect(probability < last || trials == 1)
      last = probability
    }
    #expect(SharpeSignificance.expectedMaximum(trials: 2, deviationOfTrials: 0) == 0)
  }

  @Test func `the bars needed are those that make it sure`() throws {
    let returns = (0..<40).map { [0.012, -0.009, 0.004, -0.002, 0.001][$0 % 5] }
    let test = try #require(try SharpeSignificance(returns: returns))
    let bars = try #require(test.barsNeeded(confidence: 0.95))
    let z = test.sharpe * ((bars - 1) / (test.standardError * test.standardError * 39)).squareRoot()
    #expect(agree(NormalDistribution.cumulative(z), 0.95, within: 1e-12))
    #expect(test.barsNeeded(above: 1) == nil)
  }

  @Test func `returns that say nothing have no test`() throws {
    #expect(try SharpeSignificance(returns: []) == nil)
    #expect(try SharpeSignificance(returns: [0.1]) == nil)
    #expect(try SharpeSignificance(returns: [0.1, 0.1, 0.1]) == nil)
    #expect(throws: StatisticsError.notFinite(index: 1)) {
      try SharpeSignificance(returns: [0.1, .nan])
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with skfolio`(files: ReferenceFiles) throws {
    let file = try files.metrics()
    let returns = try file.numbers("returns")
    let reference = try file.object("ref_rf0")
    let test = try #require(try SharpeSignificance(returns: returns))
    #expect(agree(test.probability(), try reference.number("psr_0"), within: 1e-11))
    #expect(agree(test.barsNeeded(), try reference.number("min_trl_95_obs"), within: 1e-11))
    let trials = try reference.numbers("dsr_trials")
    let deviation = try #require(Moments(trials).standardDeviation)
    let limit = SharpeSignificance.expectedMaximum(
      trials: trials.count, deviationOfTrials: deviation)
    #expect(agree(limit, try reference.number("dsr_sr0_ddof1"), within: 1e-11))
    let deflated = test.deflated(trials: trials.count, deviationOfTrials: deviation)
    #expect(agree(deflated, try reference.number("dsr"), within: 1e-11))
    #expect(agree(deflated, try file.object("skfolio").number("dsr"), within: 1e-10))
    let errors = try files.skill().object("sharpe_se")
    #expect(agree(test.standardError, try errors.number("se_mertens"), within: 1e-11))
    let normal = try errors.number("se_iid_lo2002")
    #expect(agree(test.standardErrorOfNormalReturns, normal, within: 1e-11))
  }
}
