import Foundation
import Kernels
import Statistics
import Testing

@Suite struct BacktestOverfittingTests {
  @Test func `two blocks and two variants worked by hand`() throws {
    // Each variant is the better one on one half and the worse one on the other: rank 1 of 2 both
    // times, λ = log((1/3)/(2/3)) = −log 2.
    let test = try #require(
      try BacktestOverfitting(
        returns: [[0.03, 0.01, -0.01, -0.03], [-0.03, -0.01, 0.01, 0.03]], blocks: 2))
    #expect(test.combinations == 2 && test.variants == 2)
    #expect(test.probability == 1 && test.probabilityOfLoss == 1)
    #expect(agree(test.meanLogit, -0.693_147_180_559_945_3, within: 1e-14))
  }

  @Test func `a variant that is always best is not overfitted`() throws {
    var random = CounterRandom(seed: 1, path: ["pbo"])
    let noise = (0..<5).map { _ in (0..<160).map { _ in 0.01 * random.normal() } }
    let test = try #require(
      try BacktestOverfitting(returns: noise + [noise[0].map { $0 + 0.02 }], blocks: 8))
    #expect(test.probability == 0 && test.combinations == 70)
    // Rank 6 of 6 on every half.
    #expect(agree(test.meanLogit, Elementary.log(6), within: 1e-13))
  }

  @Test func `the order of the variants does not matter, and one that does not vary takes no part`()
    throws
  {
    var random = CounterRandom(seed: 2, path: ["pbo"])
    for _ in 0..<20 {
      let noise = (0..<4).map { _ in (0..<53).map { _ in 0.01 * random.normal() } }
      let test = try #require(try BacktestOverfitting(returns: noise, blocks: 6))
      #expect(try BacktestOverfitting(returns: noise.reversed(), blocks: 6) == test)
      let flat = Array(repeating: 0.001, count: 53)
      #expect(try BacktestOverfitting(returns: noise + [flat], blocks: 6) == test)
    }
    #expect(try BacktestOverfitting(returns: [[0.1, 0.2, 0.3, 0.4]], blocks: 2) == nil)
    #expect(try BacktestOverfitting(returns: [], blocks: 2) == nil)
    #expect(throws: StatisticsError.lengthsDiffer(2, 1)) {
      try BacktestOverfitting(returns: [[1, 2], [1]], blocks: 2)
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with purgedcv on noise and on one good trial`(files: ReferenceFiles) throws {
    let file = try files.skill().object("cscv")
    let rows = try #require(file["trials_noise"] as? [[NSNumber]]).map { $0.map(\.doubleValue) }
    let noise = rows[0].indices.map { trial in rows.map { $0[trial] } }
    var good = noise
    good[3] = good[3].map { $0 + 0.002 }
    for (trials, name) in [(noise, "noise"), (good, "one_good_col3_plus_20bp")] {
      let test = try #require(try BacktestOverfitting(returns: trials, blocks: 8))
      let reference = try file.object(name)
      #expect(agree(test.probability, try reference.number("pbo"), within: 1e-14))
      #expect(test.combinations == Int(try reference.number("n_combinations")))
      #expect(agree(test.meanLogit, try reference.number("mean_logit"), within: 1e-10))
      #expect(agree(test.probabilityOfLoss, try reference.number("prob_oos_loss"), within: 1e-14))
      let line = try #require(test.degradation)
      #expect(agree(line.slope, try reference.number("degradation_slope"), within: 1e-9))
      #expect(agree(line.intercept, try reference.number("degradation_intercept"), within: 1e-9))
    }
    let effective = try #require(try effectiveTrials(good))
    let reference = try files.skill().object("eff_trials")
    #expect(agree(effective, try reference.number("eig_entropy"), within: 1e-11))
  }
}
