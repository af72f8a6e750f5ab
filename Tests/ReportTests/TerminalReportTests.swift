import Allocation
import Foundation
import Market
import Report
import Research
import Statistics
import Testing

@Suite struct TerminalReportTests {
  private static var reports: [SyntheticReport] {
    let plain = SyntheticReport()
    var one = plain
    one.symbols = ["BTC"]
    one.fillCount = 0
    one.isOutOfSample = false
    var many = plain
    many.symbols = (10..<50).map { .init("SYMBOL\($0)/USDT") }
    many.mode = "in_out"
    many.portfolioName = String(repeating: "long-name-", count: 30)
    many.placebos = 0
    many.variants = many.symbols.map { "\($0) " + String(repeating: "variant ", count: 12) }
    many.warnings = [String(repeating: "x", count: 250), "two words"]
    many.baselineNames = ["a baseline with a very long name indeed, longer than a column", "日本"]
    return [plain, one, many]
  }

  @Test(arguments: 0..<3)
  func `no line is wider than 100 columns`(index: Int) throws {
    let synthetic = TerminalReportTests.reports[index]
    let text =
      try TerminalReport.backtest(
        synthetic.backtest(), reportPath: "reports/" + String(repeating: "deep/", count: 40))
      + TerminalReport.allocation(synthetic.allocation())
    for line in text.split(separator: "\n") {
      #expect(line.count <= TerminalReport.width, "\(line)")
    }
    #expect(!text.contains("\u{1B}"))
  }

  @Test func `baselines keep their names beside costs of a third`() throws {
    var synthetic = SyntheticReport()
    synthetic.baselineNames = Baseline.allCases.map(\.rawValue)
    var report = try synthetic.backtest()
    for index in report.baselines.indices {
      report.baselines[index].costPerYear = 0.3
      report.baselines[index].turnoverPerYear = 312.5
      report.baselines[index].exposure = 1
    }
    let text = TerminalReport.backtest(report)
    let start = try #require(text.range(of: "Against the baselines")).upperBound
    let end = try #require(text.range(of: "Sharpe ratio minus the baseline's")).lowerBound
    let table = text[start..<end]
    #expect(table.contains("inverse vol., weekly ") && table.contains("equal weight, weekly "))
    #expect(table.contains("30.00 %") && !table.contains("…"))
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= TerminalReport.width })
  }

  @Test func `baselines that do the same are said to, and why`() throws {
    var synthetic = SyntheticReport()
    synthetic.baselineNames = Baseline.allCases.map(\.rawValue)
    var report = try synthetic.backtest()
    func flat() -> String {
      TerminalReport.backtest(report).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    #expect(!flat().contains("is the same as"))
    #expect(!HTMLReport.backtest(report).contains("is the same as"))
    let volatility = try #require(
      report.baselines.first { $0.name == Baseline.inverseVolatility.rawValue })
    let parity = try #require(
      report.baselines.firstIndex { $0.name == Baseline.equalRiskContribution.rawValue })
    // As equal as two ways to solve for the same weights.
    report.baselines[parity].equity = volatility.equity.map { $0 * (1 + 1e-13) }
    let words =
      "ERC, weekly is the same as inverse volatility, weekly here: risk is shared equally by weights "
      + "of one over volatility where all pairs correlate alike"
    #expect(flat().contains(words) && HTMLReport.backtest(report).contains(words))
  }

  @Test func `fills and orders that wait are told apart`() throws {
    var report = try SyntheticReport.plain.get()
    func both() -> [String] {
      let text = TerminalReport.backtest(report).split(whereSeparator: \.isWhitespace)
      return [text.joined(separator: " "), HTMLReport.backtest(report)]
    }
    for text in both() {
      #expect(text.contains("180 fills") && !text.contains("180 trades"))
      #expect(!text.contains("of the last close"))
    }
    report.openOrders = 3
    for text in both() {
      #expect(text.contains("180 fills; 3 orders of the last close are not filled"))
    }
    #expect(JSONReport.backtest(report).contains("\"openOrders\": 3"))
  }

  @Test func `the gate that serves now is marked`() throws {
    var report = try SyntheticReport.plain.get()
    let last = try #require(report.gates.map(\.from).max())
    #expect(!TerminalReport.backtest(report).contains("\(last.date), serving"))
    for index in report.gates.indices where report.gates[index].from == last {
      report.gates[index].isServing = true
    }
    #expect(TerminalReport.backtest(report).contains("\(last.date), serving"))
    #expect(HTMLReport.backtest(report).contains("from \(last.date), serving</th>"))
  }

  @Test func `rows by regime say what they are of`() throws {
    let report = try SyntheticReport.plain.get()
    let text = TerminalReport.backtest(report).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    let html = HTMLReport.backtest(report)
    for page in [text, html] {
      #expect(page.contains("mean daily return x 365, not compounded; of fewer than 30 returns "))
      #expect(!page.lowercased().contains("return/yr"))
    }
    // The terminal has the portfolio's rows alone.
    #expect(text.contains("nothing is stated a year. After costs."))
    #expect(html.contains("of the symbol held alone, before costs;"))
    #expect(!html.contains("Every figure of this report is after them"))
  }

  @Test func `the verdict stands before the figures`() throws {
    let text = try TerminalReport.backtest(
      SyntheticReport.plain.get(), reportPath: "out/demo.html")
    let verdict = try #require(text.range(of: "Not proved: over these 18 months"))
    let table = try #require(text.range(of: "Against the baselines"))
    #expect(verdict.lowerBound < table.lowerBound)
    for part in [
      "out of sample", "cannot tell", "By regime", "Gates", "more bars", "Why no trade",
      "Placebo (the regimes' sizes, shifted in time 200 times", "of 200 placebos (p ",
      "Max test over the variants",
      "run hash 0123456789abcdef", "report out/demo.html", "inside the no-trade band",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func `the first line is the answer, and says so where the baselines are not beaten`() throws
  {
    var synthetic = SyntheticReport()
    func firstLine() throws -> Substring? {
      try TerminalReport.backtest(synthetic.backtest()).split(separator: "\n").first
    }
    #expect(try firstLine()?.hasPrefix("Not proved: over these 18 months") == true)
    synthetic.advantages = [0.4...0.6]
    synthetic.deflatedSharpe = 0.97
    #expect(try firstLine()?.hasPrefix("Yes: ") == true)
    synthetic.isOutOfSample = false
    #expect(try firstLine()?.hasPrefix("Not evidence") == true)
  }

  @Test func `where the result came from, and how sure it is`() throws {
    let report = try SyntheticReport.plain.get()
    let text = TerminalReport.backtest(report)
    for part in [
      "How sure", "Probabilistic Sharpe ratio 0.", "Minimum track record",
      "Probability of overfitting",
      "Returns by month", "2018", "Closed trades", "profit factor", "Ablation", "without regimes",
      "Deepest drawdowns", "CDaR 95 %", "Information ratio a year",
      "Statistics of your own", "mean of fills 12.5", "undefined \u{2013}",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    let html = HTMLReport.backtest(report)
    for id in ["evidence", "months", "episodes", "risk", "closed", "ablation", "own"] {
      #expect(html.contains("<section id=\"\(id)\">"), "\(id)")
    }
    // What an ablation leaves in.
    #expect(html.contains("which are trained in, and in rules of your own."))
  }

  @Test func `what the statistics know reaches every report`() throws {
    var report = try SyntheticReport.plain.get()
    report.evidence?.stepsNeeded = 44_042
    report.riskFigures[0].growthOptimalLeverage = 4.5
    report.riskFigures[0].calendarGrowthRate = 0.2214
    report.placebo?.overlays = [.trend]
    let last = report.portfolio.equity.count - 1
    report.portfolio.equity[last] = 0.5 * (report.portfolio.equity.min() ?? 0)
    report.portfolio.performance = try PerformanceSummary(
      equity: report.portfolio.equity, barsPerYear: 365)
    report.drawdowns = DrawdownEpisode.deepest(
      5, times: report.portfolio.times, equity: report.portfolio.equity)
    let all = report.portfolio.performance.drawdownCount
    let deepest = try #require(report.drawdowns.first)
    #expect(deepest.isOngoing && deepest.days == deepest.steps)
    let text = TerminalReport.backtest(report).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    let html = HTMLReport.backtest(report).replacing("\u{202F}", with: " ")
    for page in [text, html] {
      for part in [
        "about 44 000 days, 120 years", "this run has 548 days, 1.5 years", "were they normal (Lo)",
        "20.0 days", "(Politis and White)", "Half Kelly (half of it)", "2.25", "22.14 %",
        "not recovered", "No size changes with the regime in this run.",
      ] {
        #expect(page.contains(part), "\(part)")
      }
    }
    #expect(text.contains("Deepest drawdowns (of \(all); days are of the calendar)"))
    #expect(html.contains("Of \(all). Days are of the calendar"))
    #expect(html.contains("(here 20.0; the returns&#39; memory"))
    // What is left out is what costs beside commission and slippage.
    #expect(html.contains("borrowing, funding and write-offs): the same positions"))
    let json = JSONReport.backtest(report)
    for key in [
      "halfKelly", "calendarGrowth", "isOngoing", "fittedBlockLength", "hitPValue", "drawdowns",
      "standardErrorOfNormalReturns",
    ] {
      #expect(json.contains("\"\(key)\": "), "\(key)")
    }
  }

  @Test func `in sample is shouted`() throws {
    let text = try TerminalReport.backtest(TerminalReportTests.reports[1].backtest())
    #expect(text.contains("IN SAMPLE") && text.contains("Not evidence"))
  }

  @Test func `colours come only when asked for`() throws {
    let report = try SyntheticReport.plain.get()
    let plain = TerminalReport.backtest(report)
    let coloured = TerminalReport.backtest(report, useColour: true)
    #expect(coloured.contains("\u{1B}["))
    #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
  }

  @Test func `an allocation shows each symbol's way from prior to trade`() throws {
    let text = try TerminalReport.allocation(SyntheticReport().allocation())
    let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      flat.contains(
        "BTC: prior 20.0 % -> vol target 11.2 % -> regime 11.2 % -> tilt x1.00 (1h t .6: not "
          + "proven, about 14 000 more bars) -> traded 11.2 %"))
    #expect(flat.contains("stopped: trailing"))
    #expect(flat.contains("limits: drawdown throttle x0.90"))
    #expect(flat.contains("Correlations"))
    #expect(flat.contains("note: Data is 3 d old."))
  }

  @Test func `in_out shows conviction and budget`() throws {
    var synthetic = SyntheticReport()
    synthetic.mode = "in_out"
    let text = try TerminalReport.allocation(synthetic.allocation())
    let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(flat.contains("BTC: conviction +0.50 -> budget "))
    #expect(flat.contains("-> raw ") && flat.contains("-> scaled ") && flat.contains("-> limited "))
  }

  @Test func `every limit that bound is named, and what could not be kept stands out`() throws {
    var synthetic = SyntheticReport()
    synthetic.limits = LimitSettings(
      net: 0.2, positions: 3, turnover: 0.01,
      groups: [GroupLimit(name: "majors", symbols: ["BTC", "ETH"], max: 0.1)],
      cluster: ClusterLimit(rho: 0.1, max: 0.15, from: 2), pair: PairLimit(soft: 0.1, hard: 0.99))
    let text = try TerminalReport.allocation(synthetic.allocation())
    let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(flat.contains(#/[A-Z]{3} x0\.\d\d: correlates 0\.\d\d with [A-Z]{3}/#))
    #expect(flat.contains("3 positions of the "))
    #expect(flat.contains(#/limit of group majors 10 %: \d+ % wanted, \d+ % of each weight cut/#))
    #expect(flat.contains(#/turnover limit 1 %: \d+ % wanted, 100 % of each trade waits/#))
    #expect(flat.contains(#/NOT KEPT: turnover [\d.]+ % is beyond its limit of 1\.0 %/#))
    let json = try JSONReport.allocation(synthetic.allocation())
    #expect(json.contains("NOT KEPT: turnover") && json.contains("limit of group majors"))
    // Seven symbols have more pairs than a line should name.
    synthetic.symbols = ["A", "B", "C", "D", "E", "F", "G"]
    synthetic.limits = LimitSettings(pair: PairLimit(soft: 0.01, hard: 1))
    let many = try TerminalReport.allocation(synthetic.allocation())
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(many.contains(#/; \d+ more correlated pairs/#))
    let line = many.split(separator: "limits: ")[1].split(separator: "How the weights")[0]
    #expect(line.split(separator: "correlates").count == 6)
  }
}
