import Foundation
import Report
import Research
import Statistics
import Testing

/// Placebo and max test in the three reports.
@Suite struct ChanceReportTests {
  private func flat(_ report: BacktestReport) -> String {
    TerminalReport.backtest(report).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A placebo whose Sharpe ratios are 0.01, 0.02, ... and a run with one of its own.
  private func placebo(own: Double?, count: Int = 100) -> Placebo {
    func figures(_ sharpe: Double?) -> Placebo.Figures {
      Placebo.Figures(
        sharpe: sharpe, compoundAnnualGrowthRate: sharpe, maximumDrawdown: -0.2, exposure: 0.5)
    }
    return Placebo(
      decisions: 400, overlays: [.regimes], own: figures(own),
      shifts: (0..<count).map { .init(decisions: $0 + 1, figures: figures(Double($0 + 1) / 100)) })
  }

  @Test func `the finding follows the p-value on either side`() throws {
    var report = try SyntheticReport.plain.get()
    let cases: [(own: Double?, words: String)] = [
      (0.505, "above that of 50 of 100 placebos (p 0.50): the regimes' timing cannot be told"),
      // Help and harm are both looked for, so that each may be claimed at 2.5 %.
      (0.995, "above that of 99 of 100 placebos (p 0.020): the regimes' timing helped beyond"),
      (0.985, "above that of 98 of 100 placebos (p 0.030): the regimes' timing cannot be told"),
      (0.025, "above that of 2 of 100 placebos (p 0.98): the regimes' timing cannot be told"),
      (0.015, "above that of 1 of 100 placebos (p 0.99): the regimes' timing did harm beyond"),
      (nil, "Without a Sharpe ratio nothing can be said"),
    ]
    for (own, words) in cases {
      report.placebo = placebo(own: own)
      #expect(flat(report).contains(words), "\(String(describing: own))")
    }
  }

  @Test func `a run without an overlay says so in one line`() throws {
    var synthetic = SyntheticReport()
    synthetic.placebos = 0
    let report = try synthetic.backtest()
    let words =
      "No overlay: neither a regime nor a trend ever changes a size, so there is nothing to test."
    #expect(flat(report).contains("Placebo " + words))
    let html = HTMLReport.backtest(report)
    #expect(html.contains("<section id=\"placebo\">") && html.contains("nothing to test"))
    #expect(!html.contains("class=\"hist\""))
  }

  @Test func `what is compared is named, and exposure is not said to stay to the digit`() throws {
    let report = try SyntheticReport.plain.get()
    #expect(flat(report).contains("Max test over the variants (Sharpe ratio minus that of"))
    let html = HTMLReport.backtest(report)
    #expect(html.contains("exposure is nearly the run's (last row)"))
    #expect(!html.contains("exposure and turnover stay"))
    #expect(html.contains("Sharpe ratio of each variant minus that of"))
  }

  @Test func `every overlay that is shifted is named, and the throttle that cannot be`() throws {
    var report = try SyntheticReport.plain.get()
    var placebo = placebo(own: 0.995)
    placebo.overlays = [.regimes, .entry]
    report.placebo = placebo
    let text = flat(report)
    #expect(text.contains("Placebo (the regimes' and the entry rules' sizes, shifted in time 100"))
    #expect(text.contains("the regimes' and the entry rules' timing helped beyond chance."))
    #expect(!text.contains("throttle has no placebo"))
    placebo.overlays = [.trend]
    placebo.isThrottled = true
    let throttle = "The drawdown throttle has no placebo: it follows the equity of each run."
    for shifts in [placebo.shifts, []] {
      placebo.shifts = shifts
      report.placebo = placebo
      #expect(flat(report).contains(throttle))
      #expect(HTMLReport.backtest(report).contains(throttle))
    }
    let json = try #require(try object(report)["placebo"] as? [String: Any])
    #expect(json["overlays"] as? [String] == ["allocation.trend"])
    #expect(json["isThrottled"] as? Bool == true)
  }

  @Test func `sizes that no position follows are told from chance`() throws {
    var report = try SyntheticReport.plain.get()
    var same = placebo(own: 0.3)
    for index in same.shifts.indices { same.shifts[index].figures = same.own }
    report.placebo = same
    #expect(flat(report).contains("no position follows them"))
    // A histogram of equal values still has a width.
    #expect(HTMLReport.backtest(report).contains("class=\"hist\""))
  }

  @Test func `a report that was never asked has neither`() throws {
    var report = try SyntheticReport.plain.get()
    report.placebo = nil
    report.maxTest = nil
    let text = flat(report)
    #expect(!text.contains("Placebo") && !text.contains("Max test"))
    let html = HTMLReport.backtest(report)
    #expect(!html.contains("id=\"placebo\"") && !html.contains("id=\"maxtest\""))
    #expect(!html.contains("<div class=\"pair\"></div>"))
    let json = try object(report)
    #expect(json["placebo"] is NSNull && json["maxTest"] is NSNull)
  }

  @Test func `the max test names what is proved, or the nearest`() throws {
    var synthetic = SyntheticReport()
    synthetic.variants = ["a", "b"]
    var report = try synthetic.backtest()
    #expect(flat(report).contains("none is better than buy and hold beyond chance; the least p is"))
    let market = (0..<300).map { day -> Double in
      (day % 2 == 0 ? 0.01 : -0.01) + 0.0001 * Double(day % 7)
    }
    let advantage = market.indices.map { 0.002 + 0.001 * Double($0 % 3) }
    report.maxTest = try MaxTestReport(
      variants: [
        (name: "good", returns: zip(market, advantage).map { $0 + $1 }),
        (name: "same", returns: market),
        (name: "bad", returns: zip(market, advantage).map { $0 - $1 }),
      ], benchmark: (name: "equal weight", returns: market), stepsPerYear: 365)
    #expect(
      flat(report).contains(
        "After all 2 variants were looked at, good is better than equal weight beyond chance"))
    report.maxTest = try MaxTestReport(
      variants: [("same", market)], benchmark: ("equal weight", market), stepsPerYear: 365)
    #expect(flat(report).contains("No variant could be compared with equal weight."))
  }

  /// `JSONDecoder` rounds numbers correctly, so that they come back to the bit.
  private struct Chance: Decodable {
    struct Shift: Decodable {
      var decisions: Int
      var sharpe: Double?
    }
    struct Standing: Decodable { var pValue, pValueOfHarm: Double }
    struct Standings: Decodable { var sharpe, cagr, maximumDrawdown: Standing? }
    struct Placebo: Decodable {
      var shifts: [Shift]
      var standing: Standings
    }
    struct Row: Decodable {
      var name: String
      var adjustedPValue: Double?
    }
    struct MaxTest: Decodable { var rows: [Row] }
    var placebo: Placebo
    var maxTest: MaxTest
  }

  @Test func `programs read every shift and every row`() throws {
    let report = try SyntheticReport.plain.get()
    let text = JSONReport.backtest(report)
    let json = try JSONDecoder().decode(Chance.self, from: Data(text.utf8))
    let placebo = try #require(report.placebo)
    #expect(json.placebo.shifts.count == 200)
    let areSharpes = json.placebo.shifts.map(\.sharpe) == placebo.shifts.map(\.figures.sharpe)
    #expect(areSharpes)
    let areDecisions = json.placebo.shifts.map(\.decisions) == placebo.shifts.map(\.decisions)
    #expect(areDecisions)
    #expect(json.placebo.standing.sharpe?.pValue == placebo.standing(\.sharpe)?.pValue)
    #expect(json.placebo.standing.sharpe?.pValueOfHarm == placebo.standing(\.sharpe)?.pValueOfHarm)
    let rows = try #require(report.maxTest).test.rows
    #expect(json.maxTest.rows.map(\.name) == ["conservative", "balanced", "aggressive"])
    #expect(json.maxTest.rows.map(\.adjustedPValue) == rows.map(\.adjustedPValue))
  }

  @Test func `a histogram counts every value once, its own mark not at all`() {
    let histogram = Histogram([0, 1, 2, 3, 4, 10], mark: -2, bins: 6)
    #expect(histogram.low == -2 && histogram.high == 10)
    #expect(histogram.counts == [0, 2, 2, 1, 0, 1])
    #expect(histogram.x(-2) == 0 && histogram.x(10) == 1000 && histogram.x(4) == 500)
    #expect(histogram.tallest == 2)
    let alike = Histogram([0.5, 0.5], mark: 0.5, bins: 4)
    #expect(alike.high > alike.low && alike.counts.reduce(0, +) == 2)
  }

  private func object(_ report: BacktestReport) throws -> [String: Any] {
    let text = JSONReport.backtest(report)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
