import Statistics
import Testing

@Suite struct ForecastSkillTests {
  @Test func `the naive forecasts know what was known`() throws {
    let outcomes = [1.0, -2, 4, 3, -1, 2]
    let forecasts = [0.5, -1, 1, 0, 1, 1]
    let skill = try ForecastSkill(forecasts: forecasts, outcomes: outcomes)
    #expect(skill.pairs == 6 && skill.directed == 5 && skill.hits == 4)
    #expect(skill.hitRate?.estimate == 0.8)
    // Four or five of five: 6/32 by a coin, 5 · .6⁴ · .4 + .6⁵ where three of five outcomes were above 0.
    #expect(agree(skill.hitTest?.pValueGreater, 6.0 / 32, within: 1e-12))
    #expect(agree(skill.hitTestAgainstMajority?.pValueGreater, 0.336_96, within: 1e-12))
    // Squared errors .25 1 9 9 4 1 = 24.25 of 35.
    #expect(agree(skill.r2AgainstZero, 1 - 24.25 / 35, within: 1e-14))
    // Means before: 1, −.5, 1, 1.5, 1.
    let mean = try DieboldMariano(
      outcomes: [-2, 4, 3, -1, 2], forecast: [-1, 1, 0, 1, 1], other: [1, -0.5, 1, 1.5, 1])
    #expect(skill.againstMean == mean && mean != nil)
    let previous = try DieboldMariano(
      outcomes: [-2, 4, 3, -1, 2], forecast: [-1, 1, 0, 1, 1], other: [1, -2, 4, 3, -1])
    #expect(skill.againstPrevious == previous && previous != nil)
    // With a horizon of two bars the last outcome is known two forecasts later.
    let two = try ForecastSkill(forecasts: forecasts, outcomes: outcomes, horizon: 2)
    let late = try DieboldMariano(
      outcomes: [4, 3, -1, 2], forecast: [1, 0, 1, 1], other: [1, -2, 4, 3], horizon: 2)
    #expect(two.againstPrevious == late)
  }

  @Test func `too little to judge gives no figures`() throws {
    for count in 0...2 {
      let none = try ForecastSkill(
        forecasts: Array(repeating: 0, count: count), outcomes: Array(repeating: 1, count: count),
        horizon: 3)
      #expect(none.hitRate == nil && none.informationCoefficient == nil)
      #expect(none.hitTest == nil && none.hitTestAgainstMajority == nil)
      #expect(none.againstZero == nil && none.againstMean == nil && none.againstPrevious == nil)
    }
    #expect(throws: StatisticsError.lengthsDiffer(1, 0)) {
      try ForecastSkill(forecasts: [1], outcomes: [])
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the references`(files: ReferenceFiles) throws {
    let file = try files.skill()
    let series = try file.object("diebold_mariano")
    let skill = try ForecastSkill(
      forecasts: try series.numbers("model"), outcomes: try series.numbers("actual"))
    #expect(agree(skill.r2AgainstZero, try file.number("r2_oos_vs_zero"), within: 1e-11))
    let coin = try file.object("direction").number("binom_p_greater")
    #expect(agree(skill.hitTest?.pValueGreater, coin, within: 1e-10))
    #expect(
      agree(
        skill.againstZero?.statistic, try series.object("h1").number("dm_hln"), within: 1e-11))
  }
}
