import Foundation
import Kernels
import Statistics
import Testing

@Suite struct PerformanceTests {
  @Test func `a series worked by hand`() throws {
    // Returns +10 %, −20 %, +25 %, 0, +10 %; two bars a year.
    let summary = try PerformanceSummary(
      equity: [100, 110, 88, 110, 110, 121], barsPerYear: 2)
    #expect(summary.steps == 5)
    #expect(agree(summary.totalReturn, 0.21, within: 1e-14))
    // 1.21^(2/5) − 1
    #expect(agree(summary.compoundAnnualGrowthRate, 0.079_230_345_298_890_73, within: 1e-13))
    // Mean .05; squared deviations .0025 .0625 .04 .0025 .0025 = .11; /4 = .0275.
    #expect(agree(summary.annualisedVolatility, 0.055.squareRoot(), within: 1e-13))
    #expect(agree(summary.sharpe, 0.05 / 0.0275.squareRoot() * 2.0.squareRoot(), within: 1e-13))
    // One loss of .2: root mean square over five returns.
    #expect(agree(summary.sortino, 0.05 / 0.008.squareRoot() * 2.0.squareRoot(), within: 1e-13))
    let deepest = try #require(summary.maximumDrawdown)
    #expect(deepest.peak == 1 && deepest.valley == 2 && deepest.recovery == 3)
    #expect(deepest.length == 1 && !deepest.isOngoing)
    #expect(agree(deepest.depth, -0.2, within: 1e-14))
    #expect(agree(summary.ulcerIndex, 0.008.squareRoot(), within: 1e-14))
    // Position .05·4 = .2 between −.2 and 0.
    #expect(agree(summary.valueAtRisk95, -0.16, within: 1e-13))
    #expect(agree(summary.conditionalValueAtRisk95, -0.2, within: 1e-13))
    #expect(agree(summary.best, 0.25, within: 1e-14))
    #expect(agree(summary.worst, -0.2, within: 1e-14))
    #expect(agree(summary.winRate, 0.75, within: 1e-14))
    #expect(agree(summary.activeShare, 0.8, within: 1e-14))
    #expect(summary.ruinedAt == nil)
  }

  @Test func `the tail holds the return that is the quantile itself`() throws {
    // Position .05·20 = 1: the second worst of 21 returns, −8 %; the tail is −10 % and −8 %.
    let returns = [-0.08, -0.1] + Array(repeating: 0.01, count: 19)
    var equity = [1.0]
    for value in returns { equity.append(equity.last! * (1 + value)) }
    let summary = try PerformanceSummary(equity: equity, barsPerYear: 252)
    #expect(agree(summary.valueAtRisk95, -0.08, within: 1e-13))
    #expect(agree(summary.conditionalValueAtRisk95, -0.09, within: 1e-13))
    let flat = try PerformanceSummary(equity: [1, 1, 1], barsPerYear: 252)
    #expect(flat.conditionalValueAtRisk95 == 0)
  }

  @Test func `half in cash that is paid has the market's Sharpe ratio, and cash has none`() throws {
    var random = CounterRandom(seed: 9, path: ["cash"])
    // A day's interest, and three days' over a weekend.
    let cash = (0..<400).map { 0.03 / 365 * ($0 % 5 == 4 ? 3 : 1) }
    let market = cash.map { _ in 0.0004 + 0.02 * random.normal() }
    func summary(_ returns: [Double], riskFree: [Double]?) throws -> PerformanceSummary {
      var equity = [100.0]
      for value in returns { equity.append(equity[equity.count - 1] * (1 + value)) }
      return try PerformanceSummary(equity: equity, barsPerYear: 252, riskFree: riskFree)
    }
    let half = zip(market, cash).map { 0.5 * $0 + 0.5 * $1 }
    let whole = try summary(market, riskFree: cash)
    let mixed = try summary(half, riskFree: cash)
    // Returns are recomputed from equity: thirteen digits of them are left.
    #expect(agree(mixed.sharpe, try #require(whole.sharpe), within: 1e-9))
    #expect(agree(mixed.sortino, try #require(whole.sortino), within: 1e-9))
    // Without what cash earned, idle cash would look like skill.
    let plain = try summary(market, riskFree: nil)
    let blind = try #require(try summary(half, riskFree: nil).sharpe)
    let seen = try #require(plain.sharpe)
    #expect(blind > seen + 0.05)
    let idle = try summary(cash, riskFree: cash)
    #expect(idle.sharpe == nil && idle.sortino == nil && idle.sharpePerBar == nil)
    // The year of what was earned: 80 weeks of seven days' interest over 400 steps.
    let growth = cash.reduce(1) { $0 * (1 + $1) }
    #expect(agree(whole.riskFreeRate, Elementary.pow(growth, 252 / 400) - 1, within: 1e-12))
    #expect(whole.compoundAnnualGrowthRate == plain.compoundAnnualGrowthRate)
    // Cash that earns nothing changes no bit.
    let nothing = try summary(market, riskFree: cash.map { _ in 0 })
    #expect(nothing.sharpe == plain.sharpe && nothing.sortino == plain.sortino)
    #expect(throws: StatisticsError.lengthsDiffer(400, 399)) {
      try summary(market, riskFree: Array(cash.dropLast()))
    }
  }

  @Test func `what is not defined is nil`() throws {
    let still = try PerformanceSummary(equity: [50], barsPerYear: 252)
    #expect(still.totalReturn == 0 && still.steps == 0 && still.ulcerIndex == 0)
    #expect(still.compoundAnnualGrowthRate == nil && still.annualisedVolatility == nil)
    #expect(still.sharpe == nil && still.valueAtRisk95 == nil && still.best == nil)
    #expect(still.maximumDrawdown == nil && still.calmar == nil && still.winRate == nil)

    let once = try PerformanceSummary(equity: [50, 55], barsPerYear: 252)
    #expect(once.compoundAnnualGrowthRate != nil && once.best != nil)
    #expect(once.annualisedVolatility == nil && once.sharpe == nil && once.sortino == nil)

    let flat = try PerformanceSummary(equity: [50, 50, 50, 50], barsPerYear: 252)
    #expect(flat.compoundAnnualGrowthRate == 0 && flat.annualisedVolatility == 0)
    #expect(flat.sharpe == nil && flat.skewness == nil && flat.excessKurtosis == nil)
    #expect(flat.winRate == nil && flat.activeShare == 0)
  }

  @Test func `steady growth has no Sharpe ratio although its returns differ by rounding`() throws {
    let equity = (0..<500).map { 100 * Elementary.exp(0.001 * Double($0)) }
    let returns = simpleReturns(equity)
    #expect(Set(returns).count > 1)
    let summary = try PerformanceSummary(equity: equity, barsPerYear: 365)
    #expect(summary.sharpe == nil && summary.skewness == nil && summary.sortino == nil)
  }

  @Test func `ruin leaves the figures that need no returns`() throws {
    let ruined = try PerformanceSummary(equity: [100, 120, -5, -10], barsPerYear: 252)
    #expect(ruined.ruinedAt == 2)
    #expect(agree(ruined.totalReturn, -1.1, within: 1e-14))
    #expect(ruined.compoundAnnualGrowthRate == nil && ruined.sharpe == nil)
    #expect(ruined.best == nil)
    #expect(agree(ruined.maximumDrawdown?.depth, -13.0 / 12, within: 1e-14))

    let lost = try PerformanceSummary(equity: [100, 120, 0], barsPerYear: 252)
    #expect(lost.compoundAnnualGrowthRate == -1 && lost.worst == -1)
    #expect(lost.calmar == -1)
  }

  @Test func `what cannot be a series is refused`() {
    #expect(throws: StatisticsError.tooShort(have: 0, need: 1)) {
      try PerformanceSummary(equity: [], barsPerYear: 252)
    }
    #expect(throws: StatisticsError.notFinite(index: 2)) {
      try PerformanceSummary(equity: [1, 2, .infinity], barsPerYear: 252)
    }
    #expect(throws: StatisticsError.startNotPositive(value: 0)) {
      try PerformanceSummary(equity: [0, 2], barsPerYear: 252)
    }
    #expect(
      throws: StatisticsError.invalidParameter(name: "barsPerYear", value: 0, rule: "above 0")
    ) {
      try PerformanceSummary(equity: [1, 2], barsPerYear: 0)
    }
    #expect(
      throws: StatisticsError.invalidParameter(name: "riskFreeRate", value: -1, rule: "above -1")
    ) {
      try PerformanceSummary(equity: [1, 2], barsPerYear: 252, riskFreeRate: -1)
    }
    #expect(
      "\(StatisticsError.startNotPositive(value: 0))"
        == "statistics: equity starts at 0.0; it must start above 0")
  }

  @Test func `the scale of equity changes nothing`() throws {
    var random = CounterRandom(seed: 4, path: ["performance"])
    for _ in 0..<200 {
      var equity = [1.0]
      for _ in 0..<(2 + random.below(60)) {
        equity.append(equity.last! * (1 + 0.03 * random.normal()))
      }
      // A power of two scales every value exactly.
      let a = try PerformanceSummary(equity: equity, barsPerYear: 365, riskFreeRate: 0.02)
      let b = try PerformanceSummary(
        equity: equity.map { $0 * 1024 }, barsPerYear: 365, riskFreeRate: 0.02)
      #expect(a == b)
    }
  }

  @Test func `agrees with numpy and scipy`() throws {
    let fixture = try StatisticsFixture.load()
    for reference in fixture.performance {
      let summary = try PerformanceSummary(
        equity: fixture.equity, barsPerYear: fixture.periods, riskFreeRate: reference.riskFreeRate)
      // Both sides sum 400 doubles: 1e-12 leaves room for their order, and no more.
      let pairs: [(Double?, Double)] = [
        (summary.totalReturn, reference.totalReturn),
        (summary.compoundAnnualGrowthRate, reference.cagr),
        (summary.annualisedVolatility, reference.volatility),
        (summary.sharpe, reference.sharpe), (summary.sortino, reference.sortino),
        (summary.calmar, reference.calmar), (summary.ulcerIndex, reference.ulcer),
        (summary.maximumDrawdown?.depth, reference.maxDrawdown),
        (summary.valueAtRisk95, reference.var95),
        (summary.conditionalValueAtRisk95, reference.cvar95),
        (summary.skewness, reference.skewness),
        (summary.excessKurtosis, reference.excessKurtosis),
        (summary.best, reference.best), (summary.worst, reference.worst),
      ]
      for (index, (mine, theirs)) in pairs.enumerated() {
        #expect(agree(mine, theirs, within: 1e-12), "figure \(index)")
      }
      #expect(summary.maximumDrawdown?.peak == reference.peak)
      #expect(summary.maximumDrawdown?.valley == reference.valley)
      #expect(summary.maximumDrawdown?.recovery == reference.recovery)
    }
  }

  @Test func `growth by the calendar counts all days`() throws {
    // Twice as much after two years of 365.25 days, however many bars they had.
    #expect(agree(calendarGrowth(2, days: 730.5), 2.0.squareRoot() - 1, within: 1e-14))
    #expect(calendarGrowth(0, days: 10) == -1)
    #expect(calendarGrowth(1.2, days: 0) == nil && calendarGrowth(-0.1, days: 10) == nil)
  }

  @Test(arguments: ReferenceFiles.present)
  func `growth by the calendar and the raw moments are those of the reference`(
    files: ReferenceFiles
  ) throws {
    let file = try files.metrics()
    let returns = try file.numbers("returns")
    let dates = try #require(file["dates"] as? [String])
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withFullDate]
    let first = try #require(format.date(from: dates[0]))
    let last = try #require(format.date(from: dates[dates.count - 1]))
    let days = last.timeIntervalSince(first) / 86_400
    let reference = try file.object("ref_rf0")
    let growth = returns.reduce(1) { $0 * (1 + $1) }
    let calendar = try reference.number("cagr_calendar")
    #expect(agree(calendarGrowth(growth, days: days), calendar, within: 1e-11))
    let moments = Moments(returns)
    let (skewness, excess) = (
      try reference.number("skew_biased"), try reference.number("excess_kurt_biased")
    )
    #expect(agree(moments.biasedSkewness, skewness, within: 1e-10))
    #expect(agree(moments.biasedKurtosis.map { $0 - 3 }, excess, within: 1e-11))
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with quantstats and empyrical`(files: ReferenceFiles) throws {
    let file = try files.metrics()
    var equity = [1.0]
    for value in try file.numbers("returns") { equity.append(equity.last! * (1 + value)) }
    let summary = try PerformanceSummary(equity: equity, barsPerYear: 252)
    let reference = try file.object("ref_rf0")
    let pairs: [(Double?, String)] = [
      (summary.totalReturn, "total_return"), (summary.compoundAnnualGrowthRate, "cagr_252"),
      (summary.annualisedVolatility, "ann_vol"), (summary.sharpe, "sharpe"),
      (summary.sharpePerBar, "sharpe_per_period"), (summary.sortino, "sortino"),
      (summary.calmar, "calmar"), (summary.maximumDrawdown?.depth, "max_drawdown"),
      (summary.ulcerIndex, "ulcer_index"), (summary.valueAtRisk95, "var95_hist"),
      (summary.conditionalValueAtRisk95, "cvar95_hist"), (summary.skewness, "skew_unbiased"),
      (summary.excessKurtosis, "excess_kurt_unbiased"), (summary.best, "best"),
      (summary.worst, "worst"),
    ]
    // Returns are recomputed from compounded equity, which costs about four digits of skewness.
    for (mine, name) in pairs {
      let theirs = try reference.number(name)
      #expect(agree(mine, theirs, within: 1e-10), "\(name): \(String(describing: mine)) \(theirs)")
    }
    #expect(summary.longestDrawdown?.length == Int(try reference.number("longest_underwater_bars")))

    let withRate = try PerformanceSummary(equity: equity, barsPerYear: 252, riskFreeRate: 0.02)
    let referenceWithRate = try file.object("ref_rf2pct")
    #expect(agree(withRate.sharpe, try referenceWithRate.number("sharpe"), within: 1e-10))
    #expect(agree(withRate.sortino, try referenceWithRate.number("sortino"), within: 1e-10))
    for library in ["quantstats", "empyrical"] {
      let theirs = try file.object(library)
      #expect(agree(summary.sharpe, try theirs.number("sharpe"), within: 1e-10))
      #expect(agree(summary.sortino, try theirs.number("sortino"), within: 1e-10))
      #expect(agree(summary.calmar, try theirs.number("calmar"), within: 1e-10))
    }
  }
}
