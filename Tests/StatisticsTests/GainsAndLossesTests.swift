import Kernels
import Statistics
import Testing

@Suite struct GainsAndLossesTests {
  @Test func `seven trades worked by hand`() throws {
    let trades = try GainsAndLosses([3, -1, 0, 2, 1, -2, -1])
    #expect(trades.count == 7 && trades.gains == 3 && trades.losses == 3 && trades.active == 6)
    #expect(trades.winRate == 0.5)
    #expect(trades.profitFactor == 1.5)
    #expect(trades.gainToPain == 0.5)
    #expect(trades.meanGain == 2 && agree(trades.meanLoss, -4.0 / 3, within: 1e-15))
    #expect(agree(trades.payoff, 1.5, within: 1e-15))
    #expect(agree(trades.expectancy, 2.0 / 6, within: 1e-15))
    #expect(trades.longestRunOfGains == 2 && trades.longestRunOfLosses == 2)
    // Above 1: 2 + 1; below 1: 2 + 1 + 3 + 2.
    #expect(GainsAndLosses.omega([3, -1, 0, 2, 1, -2, -1], threshold: 1) == 3.0 / 8)
    // Mean 1, sample variance 1.
    #expect(GainsAndLosses.growthOptimalLeverage([0, 1, 2]) == 1)
  }

  @Test func `without losses or gains the ratios do not exist`() throws {
    let none = try GainsAndLosses([])
    #expect(none.winRate == nil && none.expectancy == nil && none.profitFactor == nil)
    let gains = try GainsAndLosses([1, 2])
    #expect(gains.profitFactor == nil && gains.payoff == nil && gains.winRate == 1)
    #expect(GainsAndLosses.omega([1, 2]) == nil)
    #expect(GainsAndLosses.growthOptimalLeverage([0.5, 0.5]) == nil)
    #expect(throws: StatisticsError.notFinite(index: 1)) { try GainsAndLosses([1, .nan]) }
  }

  @Test func `expectancy is what win rate and payoff make of it, omega at 0 the profit factor`()
    throws
  {
    var random = CounterRandom(seed: 8, path: ["gains"])
    for _ in 0..<300 {
      let values = (0..<2 + random.below(50)).map { _ in Double(random.below(9)) - 4 }
      let all = try GainsAndLosses(values)
      #expect(all.profitFactor == GainsAndLosses.omega(values))
      guard let rate = all.winRate, let gain = all.meanGain, let loss = all.meanLoss else {
        continue
      }
      let expected = rate * gain + (1 - rate) * loss
      #expect(abs((all.expectancy ?? 9) - expected) < 1e-12)
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with quantstats`(files: ReferenceFiles) throws {
    let file = try files.metrics()
    let returns = try file.numbers("returns")
    let all = try GainsAndLosses(returns)
    let reference = try file.object("ref_rf0")
    let quantstats = try file.object("quantstats")
    let pairs: [(Double?, Double)] = [
      (all.winRate, try reference.number("win_rate_nonzero")),
      (Double(all.gains) / Double(all.count), try reference.number("win_rate_all")),
      (Double(all.active) / Double(all.count), try reference.number("exposure")),
      (all.profitFactor, try reference.number("profit_factor")),
      (all.payoff, try reference.number("payoff")),
      (all.expectancy, try reference.number("expectancy_per_active_period")),
      (GainsAndLosses.omega(returns), try reference.number("omega_0")),
      (GainsAndLosses.growthOptimalLeverage(returns), try reference.number("kelly_full_gaussian")),
      (all.gainToPain, try quantstats.number("gain_to_pain")),
      (Double(all.longestRunOfGains), try quantstats.number("consecutive_wins")),
      (Double(all.longestRunOfLosses), try quantstats.number("consecutive_losses")),
    ]
    for (index, (mine, theirs)) in pairs.enumerated() {
      #expect(agree(mine, theirs, within: 1e-11), "figure \(index)")
    }
  }
}
