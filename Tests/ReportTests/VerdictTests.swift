import Market
import Report
import Research
import Statistics
import Testing

@Suite struct VerdictTests {
  private func verdict(
    _ advantages: [ClosedRange<Double>?], trials: Int = 1, deflated: Double? = nil,
    isOutOfSample: Bool = true, days: Int = 548, baselines: Int? = nil
  ) throws -> Verdict {
    var synthetic = SyntheticReport()
    synthetic.days = days
    synthetic.advantages = advantages
    synthetic.baselineNames = Array(
      ["buy and hold", "equal weight", "inverse volatility", "HRP"].prefix(baselines ?? 4))
    synthetic.trials = trials
    synthetic.deflatedSharpe = deflated
    synthetic.isOutOfSample = isOutOfSample
    return Verdict(try synthetic.backtest(), format: .terminal)
  }

  @Test func `clearly better than all is a yes`() throws {
    let verdict = try verdict([0.1...0.9])
    #expect(verdict.answer == .yes)
    #expect(verdict.headline.hasPrefix("Yes: over these 18 months, out of sample and after costs"))
    #expect(
      verdict.headline.hasSuffix(
        "is above that of buy and hold, equal weight, inverse volatility and HRP."))
    #expect(verdict.comparisons.allSatisfy { $0.standing == .better })
    #expect(
      verdict.remarks.last
        == "No other run over these symbols and dates is in this database; what was tried elsewhere "
        + "is not counted.")
  }

  @Test(arguments: [0.2, nil])
  func `better, but picked from many, is doubtful`(deflated: Double?) throws {
    let verdict = try verdict([0.1...0.9], trials: 40, deflated: deflated)
    #expect(verdict.answer == .doubtful)
    #expect(verdict.headline.hasPrefix("Doubtful:") && verdict.headline.contains("40 results"))
  }

  @Test func `picked from many, beyond them above 0 but above no baseline, is doubtful`() throws {
    // In a rising market every run is above 0: z 1.96 (.5 / .45) = 2.2, and 40 trials take 3.23.
    let verdict = try verdict([0.05...0.95, 0.4...0.6], trials: 40, deflated: 0.99)
    #expect(verdict.comparisons.allSatisfy { $0.standing == .better })
    #expect(verdict.answer == .doubtful)
    #expect(
      verdict.headline.hasSuffix(
        "but 40 results were looked at and the best of so many may be as far above that of buy and hold "
          + "and inverse volatility by chance."))
    #expect(
      verdict.remarks.last?.hasSuffix(
        "is 0.99: selection among them does not explain that the ratio is above 0, but may explain "
          + "that it is above that of buy and hold and inverse volatility.") == true)
    // By itself the same advantage is one.
    #expect(try self.verdict([0.05...0.95, 0.4...0.6]).answer == .yes)
  }

  @Test func `an advantage must be beyond its share of 2.5 percent`() throws {
    // Two trials: the point of 1.25 % is 2.2414, that is an advantage of 1.1436 half-widths.
    #expect(try verdict([0.0685...1.0685], trials: 2, deflated: 0.99).answer == .doubtful)
    #expect(try verdict([0.075...1.075], trials: 2, deflated: 0.99).answer == .yes)
  }

  @Test func `where no baseline is beaten, selection is only of what is above 0`() throws {
    let remarks = try verdict([-0.4...0.5], trials: 40, deflated: 0.99).remarks
    let last = try #require(remarks.last)
    #expect(last.hasSuffix("selection among them does not explain that the ratio is above 0."))
  }

  @Test func `picked from many and still above both is a yes`() throws {
    let verdict = try verdict([0.4...0.6], trials: 40, deflated: 0.97)
    #expect(verdict.answer == .yes)
    #expect(verdict.remarks.last?.contains("does not explain") == true)
    #expect(
      verdict.remarks.last?.hasPrefix(
        "40 results (runs, other sizings, ablations) of this portfolio, or of others over its symbols "
          + "and dates, are in this database;")
        == true)
  }

  @Test func `clearly worse is a no that says so`() throws {
    let verdict = try verdict([-0.9 ... -0.1])
    #expect(verdict.answer == .no)
    #expect(verdict.headline.hasPrefix("No: over these 18 months"))
    #expect(verdict.headline.contains("is below that of buy and hold"))
    #expect(!verdict.headline.contains("cannot be told"))
  }

  @Test func `an interval that holds 0 cannot be told, and says how long it would take`() throws {
    // Half-width .52 against an advantage of .11: (.52/.11)^2 = 22.3 times 1.5 years = 33.5.
    let verdict = try verdict([-0.41...0.63])
    #expect(verdict.answer == .notProved)
    #expect(
      verdict.headline.hasPrefix("Not proved: over these 18 months")
        && verdict.headline.contains("cannot be told from that of buy and hold"))
    #expect(verdict.remarks.contains { $0.contains("would take about 34 years") })
  }

  @Test func `an interval that touches 0 holds it`() throws {
    #expect(try verdict([0...0.5]).comparisons[0].standing == .cannotTell)
    #expect(try verdict([-0.5...0]).comparisons[0].standing == .cannotTell)
  }

  @Test func `some of each is partly`() throws {
    let verdict = try verdict([0.1...0.9, -0.4...0.5, -0.9 ... -0.1, nil])
    #expect(verdict.answer == .partly)
    #expect(
      verdict.headline.hasSuffix(
        "is above that of buy and hold; it cannot be told from equal weight and HRP; it is below "
          + "that of inverse volatility."))
    #expect(
      verdict.comparisons.map(\.standing) == [.better, .cannotTell, .worse, .noInterval])
  }

  @Test func `worse than some and equal to others is a no with both`() throws {
    let verdict = try verdict([-0.9 ... -0.1, -0.4...0.5])
    #expect(verdict.answer == .no)
    #expect(
      verdict.headline.hasSuffix(
        "is below that of buy and hold and inverse volatility; it cannot be told from equal weight "
          + "and HRP."))
  }

  /// Four baselines that hold the market, and cash.
  private func besideCash(
    _ market: ClosedRange<Double>, cash: ClosedRange<Double>, trials: Int = 1,
    deflated: Double? = nil
  ) throws -> BacktestReport {
    var synthetic = SyntheticReport()
    synthetic.baselineNames = [
      "buy and hold", "equal weight, weekly", "HRP, weekly", "ERC", "cash",
    ]
    synthetic.advantages = Array(repeating: market, count: 4) + [cash]
    synthetic.trials = trials
    synthetic.deflatedSharpe = deflated
    return try synthetic.backtest()
  }

  @Test func `above cash alone is above nothing that holds the market`() throws {
    let report = try besideCash(-0.4...0.5, cash: 0.1...0.9)
    let verdict = Verdict(report, format: .terminal)
    #expect(verdict.answer == .notProved)
    #expect(
      verdict.headline.hasSuffix(
        "cannot be told from that of buy and hold, weekly equal weight, weekly HRP and ERC; it is "
          + "above that of cash."))
    // It stays beside the others, where its own standing is told.
    #expect(verdict.comparisons.map(\.standing).last == .better)
    #expect(TerminalReport.backtest(report).hasPrefix("Not proved: "))
    #expect(JSONReport.backtest(report).contains("\"answer\": \"not proved\""))
  }

  @Test func `below all that hold the market is worse, whatever cash says`() throws {
    for cash in [-0.4...0.5, 0.1...0.9, -0.9 ... -0.1] {
      let report = try besideCash(-0.9 ... -0.1, cash: cash)
      let verdict = Verdict(report, format: .terminal)
      #expect(verdict.answer == .no)
      #expect(verdict.headline.contains("is below that of buy and hold, weekly equal weight"))
      #expect(HTMLReport.backtest(report).contains("<div class=\"verdict worse\""))
    }
    let headline = Verdict(
      try besideCash(-0.9 ... -0.1, cash: -0.4...0.5), format: .terminal
    ).headline
    #expect(headline.hasSuffix("and ERC; it is not proved to be above that of cash."))
    // Below cash alone it is below nothing that holds the market.
    let page = HTMLReport.backtest(try besideCash(-0.4...0.5, cash: -0.9 ... -0.1))
    #expect(page.contains("<div class=\"verdict unclear\""))
  }

  @Test func `a yes is above cash, too, and its trials are those of the deflated ratio`() throws {
    let alone = Verdict(try besideCash(0.1...0.9, cash: 0.1...0.9), format: .terminal)
    #expect(alone.answer == .yes)
    #expect(alone.headline.hasSuffix("weekly HRP, ERC and cash."))
    let poor = Verdict(try besideCash(0.1...0.9, cash: -0.4...0.5), format: .terminal)
    #expect(poor.answer == .partly)
    #expect(poor.headline.hasSuffix("and ERC; it is not proved to be above that of cash."))
    // z 2.2 over cash, where 40 trials take 3.23: but the deflated ratio is of just that.
    let chosen = Verdict(
      try besideCash(0.4...0.6, cash: 0.05...0.95, trials: 40, deflated: 0.99), format: .terminal)
    #expect(chosen.answer == .yes)
    let last = try #require(chosen.remarks.last)
    #expect(
      last.hasSuffix(
        "is above 0, nor that it is above that of buy and hold, weekly equal weight, weekly HRP and "
          + "ERC."))
    let lucky = Verdict(
      try besideCash(0.4...0.6, cash: 0.4...0.6, trials: 40, deflated: 0.5), format: .terminal)
    #expect(lucky.answer == .doubtful)
  }

  /// A day on which equity is a hundredfold, and gone again on the next.
  private func spike(_ curve: inout RunCurve) {
    curve.equity[200] = 100 * curve.equity[199]
  }

  @Test func `what one return carries is doubtful, and says which`() throws {
    var synthetic = SyntheticReport()
    synthetic.trials = 1
    let day = "one day (2018-10-17, +9900 %) makes 99 % of the variance of the returns of "
    let better = 0.1...0.9
    for advantages in [[better], [better, -0.4...0.5, -0.9 ... -0.1]] {
      synthetic.advantages = advantages
      var report = try synthetic.backtest()
      let clean: Verdict.Answer = advantages.count == 1 ? .yes : .partly
      #expect(Verdict(report, format: .terminal).answer == clean)
      spike(&report.portfolio)
      let verdict = Verdict(report, format: .terminal)
      #expect(verdict.answer == .doubtful)
      #expect(verdict.headline.hasPrefix("Doubtful: over these 18 months"))
      #expect(verdict.headline.contains("is above that of buy and hold"))
      #expect(verdict.headline.hasSuffix(", but \(day)the portfolio."))
      #expect(
        verdict.remarks.contains(
          "O\(day.dropFirst())the portfolio: what is said of them is said of that one."))
      // In what the portfolio is above, such a return carries the claim as well.
      var other = try synthetic.backtest()
      spike(&other.baselines[0])
      let carried = Verdict(other, format: .terminal)
      #expect(carried.answer == .doubtful)
      #expect(carried.headline.hasSuffix(", but \(day)buy and hold."))
    }
    // Nothing is claimed that it could carry.
    synthetic.advantages = [-0.4...0.5]
    var report = try synthetic.backtest()
    spike(&report.baselines[0])
    let silent = Verdict(report, format: .terminal)
    #expect(silent.answer == .notProved)
    #expect(!silent.remarks.contains { $0.contains("of the variance") })
    spike(&report.portfolio)
    let told = Verdict(report, format: .terminal)
    #expect(told.answer == .notProved)
    #expect(told.remarks.contains { $0.contains("of the variance") })
  }

  @Test func `a name with a comma does not fall apart in a list`() throws {
    var synthetic = SyntheticReport()
    synthetic.advantages = [-0.9 ... -0.1]
    synthetic.baselineNames = ["buy and hold", "equal weight, weekly", "HRP, weekly"]
    let verdict = Verdict(try synthetic.backtest(), format: .terminal)
    #expect(
      verdict.headline.hasSuffix("that of buy and hold, weekly equal weight and weekly HRP."))
  }

  @Test func `in sample is never evidence, however good`() throws {
    let verdict = try verdict([0.1...0.9], isOutOfSample: false)
    #expect(verdict.answer == .inSample)
    #expect(verdict.headline == "Not evidence: these figures are in sample.")
    #expect(!verdict.remarks.contains { $0.contains("would take") })
  }

  @Test func `without baselines there is nothing to say`() throws {
    #expect(try verdict([nil], baselines: 0).answer == .noBaseline)
  }

  @Test func `what lost everything says so, and when`() throws {
    let curves: [(equity: [Double], amount: String)] = [
      ([100, 50, -10, -10], "-10"), ([100, 50, 0, 0], "0"),
    ]
    for (equity, amount) in curves {
      var synthetic = SyntheticReport()
      synthetic.advantages = [nil]
      var report = try synthetic.backtest()
      report.portfolio.equity = equity
      report.portfolio.times = equity.indices.map {
        report.start + Int64($0) * Timestamp.millisecondsPerDay
      }
      report.portfolio.performance = try PerformanceSummary(equity: equity, barsPerYear: 365)
      report.portfolio.sharpeInterval = nil
      report.evidence = nil
      report.calendar = nil
      report.costDrag = nil
      let verdict = Verdict(report, format: .terminal)
      let lost = "the portfolio lost everything on 2018-04-02: equity fell to \(amount) USD."
      #expect(verdict.answer == .no && verdict.headline == "No: " + lost)
      #expect(verdict.remarks.count == 1 && verdict.remarks[0].contains("has no meaning"))
      #expect(TerminalReport.backtest(report).hasPrefix("No: the portfolio lost everything"))
      #expect(HTMLReport.backtest(report).contains("<div class=\"verdict worse\""))
      report.isOutOfSample = false
      #expect(Verdict(report, format: .terminal).answer == .inSample)
    }
  }

  @Test func `what never traded is cash`() throws {
    var synthetic = SyntheticReport()
    synthetic.fillCount = 0
    synthetic.advantages = [-0.9 ... -0.1, nil]
    var report = try synthetic.backtest()
    report.evidence = nil
    report.overfitting = nil
    let verdict = Verdict(report, format: .terminal)
    #expect(verdict.answer == .no)
    #expect(
      verdict.headline == "No: the portfolio never traded; it is cash over these 18 months.")
    #expect(verdict.remarks == ["What kept it from trading is counted further down."])
    let page = HTMLReport.backtest(report)
    #expect(page.contains("Nothing can be said: the portfolio never traded."))
  }

  @Test func `returns that do not vary have no Sharpe ratio, however many they are`() throws {
    var synthetic = SyntheticReport()
    synthetic.advantages = [nil]
    var report = try synthetic.backtest()
    report.portfolio.performance = try PerformanceSummary(
      equity: Array(repeating: 100, count: 549), barsPerYear: 365)
    report.portfolio.sharpeInterval = nil
    let verdict = Verdict(report, format: .terminal)
    #expect(verdict.answer == .noInterval)
    #expect(
      verdict.headline
        == "Cannot say: the returns do not vary, so that there is no Sharpe ratio.")
    #expect(!verdict.remarks.contains { $0.contains("too few") })
  }

  @Test func `a few returns are too few to judge`() throws {
    var synthetic = SyntheticReport()
    synthetic.days = 12
    synthetic.advantages = [nil]
    var report = try synthetic.backtest()
    report.portfolio.sharpeInterval = nil
    let verdict = Verdict(report, format: .terminal)
    #expect(verdict.answer == .noInterval)
    #expect(
      verdict.headline == "Cannot say: 12 returns are too few to judge; 30 are needed.")
    #expect(report.evidence == nil)
    #expect(TerminalReport.backtest(report).hasPrefix("Cannot say: 12 returns"))
  }

  @Test func `a record of less than a year is told in days`() throws {
    // Half-width .52 against an advantage of .4: (.52/.4)^2 = 1.69 times 45 days.
    let verdict = try verdict([-0.12...0.92], days: 45)
    #expect(verdict.remarks.contains { $0.contains("would take about 76 days") })
  }

  @Test(arguments: [(45, "45 days"), (548, "18 months"), (2740, "7.5 years")])
  func `the span is in units a reader uses`(days: Int, text: String) throws {
    #expect(try verdict([-1...1], days: days).headline.contains("over these \(text),"))
  }

  @Test func `a run under a year says that its yearly figures are extrapolated`() throws {
    #expect(try verdict([-1...1], days: 200).remarks.contains { $0.contains("extrapolated") })
    #expect(try !verdict([-1...1], days: 400).remarks.contains { $0.contains("extrapolated") })
  }
}
