import Allocation
import Foundation
import Kernels
import Market
import Report
import Research
import Statistics
import Testing
import Trading

@Suite struct HTMLReportTests {
  private static let sections = [
    "baselines", "equity", "drawdown", "weights", "regimes", "placebo", "maxtest", "attribution",
    "gates", "decision", "decisions", "reasons", "costs", "trades", "inputs", "conventions",
  ]

  private func isComplete(_ html: String) -> Bool {
    html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n")
      && HTMLReportTests.sections.allSatisfy { html.contains("<section id=\"\($0)\">") }
  }

  /// The page's own data, read back.
  private func data(of html: String) throws -> [String: Any] {
    let open = "<script type=\"application/json\" id=\"data\">"
    let start = try #require(html.range(of: open)).upperBound
    let end = try #require(html[start...].range(of: "</script>")).lowerBound
    let text = String(html[start..<end])
    return try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `every section is there, in order, after the verdict`() throws {
    let html = try HTMLReport.backtest(SyntheticReport.plain.get())
    let isWhole = isComplete(html)
    #expect(isWhole)
    let places = try (["verdict"] + HTMLReportTests.sections).map { id in
      try #require(html.range(of: "id=\"\(id)\"")).lowerBound
    }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    #expect(html.contains("dividends excluded"))
  }

  @Test func `the conventions say what more bars do to the test windows`() throws {
    var report = try SyntheticReport.plain.get()
    #expect(!HTMLReport.backtest(report).contains("Test windows"))
    report.testWindows = 6
    let counted = HTMLReport.backtest(report)
    #expect(counted.contains("Cut into 6 windows over its whole span"))
    report.testWindowDays = 91
    let timed = HTMLReport.backtest(report)
    #expect(timed.contains("6 windows of 91d each") && !timed.contains("Cut into"))
  }

  @Test func `nothing is loaded from anywhere`() throws {
    for html in [
      try HTMLReport.backtest(SyntheticReport.plain.get()),
      try HTMLReport.allocation(SyntheticReport().allocation()),
    ] {
      #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("//cdn"))
      #expect(!html.contains("src=") && !html.contains("@import") && !html.contains("url("))
      #expect(!html.contains("<link"))
    }
  }

  @Test func `the curves of the portfolio and of cash differ in lightness, whoever looks`() throws {
    let html = try HTMLReport.backtest(SyntheticReport.plain.get())
    func luminances(_ name: String) throws -> [Double] {
      let pattern = try Regex("--\(name):#([0-9a-f]{6});", as: (Substring, Substring).self)
      return html.matches(of: pattern).map { match -> Double in
        let digits = Int(match.output.1, radix: 16) ?? 0
        let parts = [16, 8, 0].map { shift -> Double in
          let value = Double((digits >> shift) & 255) / 255
          return value <= 0.040_45 ? value / 12.92 : Elementary.pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
      }
    }
    // Light, dark twice, and light on paper. The contrast is that of WCAG 2, the bound our own: one twice
    // as light as the other.
    let (own, cash) = (try luminances("s0"), try luminances("s6"))
    #expect(own.count == 4 && cash.count == 4)
    for (a, b) in zip(own, cash) {
      #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) > 2)
    }
  }

  @Test func `the script is under 10 kB`() {
    #expect(HTMLScript.source.utf8.count < 10_000)
  }

  @Test func `hostile names stay text`() throws {
    let hostile = "<script>alert('x')</script>\"&"
    var synthetic = SyntheticReport()
    synthetic.symbols = [Symbol(hostile), "B"]
    synthetic.portfolioName = hostile
    synthetic.baselineNames = [hostile]
    synthetic.variants = [hostile]
    synthetic.warnings = [hostile]
    var report = try synthetic.backtest()
    report.reasons = [.init(hostile, hostile)]
    report.inputs = [.init(hostile, hostile)]
    report.regimeNames = [hostile, "normal", "turbulent"]
    report.regimeRows[0].regime = hostile
    report.gates[0].note = hostile
    report.fills[0].reason = hostile
    report.currency = hostile
    report.market = hostile
    let pages = [HTMLReport.backtest(report), HTMLReport.allocation(try synthetic.allocation())]
    for html in pages {
      // The page's own two elements, and no other.
      #expect(html.components(separatedBy: "<script").count == 3)
      #expect(html.components(separatedBy: "</script>").count == 3)
      #expect(!html.contains("alert('x')</"))
      #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"))
      _ = try data(of: html)
    }
  }

  @Test func `tags are balanced`() throws {
    for html in [
      try HTMLReport.backtest(SyntheticReport.plain.get()),
      try HTMLReport.allocation(SyntheticReport().allocation()),
    ] {
      var tags: [String: Int] = [:]
      for piece in html.split(separator: "<") {
        tags[String(piece.prefix { $0 != " " && $0 != ">" }), default: 0] += 1
      }
      #expect(tags["div", default: 0] > 2)
      for tag in [
        "div", "section", "table", "tr", "td", "th", "span", "ul", "li", "dl", "dt", "dd", "figure",
        "svg", "button", "small", "details", "i", "b", "em", "thead", "tbody", "p", "h2", "h3",
      ] {
        #expect(tags[tag, default: 0] == tags["/\(tag)", default: 0], "\(tag)")
      }
    }
  }

  @Test func `hourly curves are thinned to the limit and keep their extremes`() throws {
    var synthetic = SyntheticReport()
    synthetic.pointsPerDay = 24
    synthetic.days = 100
    let report = try synthetic.backtest()
    #expect(report.portfolio.equity.count > HTMLReport.curvePoints)
    let curves = try #require(
      try data(of: HTMLReport.backtest(report))["curves"] as? [[String: Any]])
    for (curve, full) in zip(curves, [report.portfolio] + report.baselines) {
      let equity = try #require(curve["equity"] as? [Double])
      #expect(equity.count <= HTMLReport.curvePoints)
      // Written with seven significant digits.
      let high = try #require(full.equity.max())
      let low = try #require(full.equity.min())
      #expect(abs(equity.max()! - high) <= 1e-6 * high)
      #expect(abs(equity.min()! - low) <= 1e-6 * low)
    }
  }

  @Test func `the axis beneath the advantages has a scale`() throws {
    var synthetic = SyntheticReport()
    synthetic.advantages = [-1.49...1.81]
    let html = try HTMLReport.backtest(synthetic.backtest())
    let start = try #require(html.range(of: "<span class=\"axis\">")).upperBound
    let axis = html[start...].prefix { $0 != "\n" }
    for text in [">\u{2212}1.0</span>", ">0.0</span>", ">1.0</span>"] {
      #expect(axis.contains(text), "\(text)")
    }
  }

  @Test func `on paper nothing is folded away`() throws {
    let html = try HTMLReport.backtest(SyntheticReport.plain.get())
    let paper = try #require(html.range(of: "@media print{")).upperBound
    #expect(html.contains("<details>"))
    #expect(html[paper...].contains("details::details-content{content-visibility:visible}"))
  }

  @Test func `a day is where its returns count, though its close is the next midnight`() throws {
    var report = try SyntheticReport.plain.get()
    // From Sunday 1 April: Friday's close is Saturday 00:00.
    let days: [Int64] = [0, 1, 6, 9, 10]
    report.drawdowns = DrawdownEpisode.deepest(
      2, times: days.map { report.start + $0 * Timestamp.millisecondsPerDay },
      equity: [100, 99, 110, 90, 120])
    let dates = [
      ["2018-04-06", "2018-04-09", "2018-04-10"], ["2018-04-01", "2018-04-01", "2018-04-06"],
    ]
    let html = HTMLReport.backtest(report)
    let text = TerminalReport.backtest(report)
    for row in dates {
      #expect(text.contains(row.joined(separator: "  ")), "\(row)")
      let cells = row.map { "\($0)</td>" }
      #expect(html.contains("<td class=\"text\">\(cells.joined(separator: "<td>"))"), "\(row)")
    }
    #expect(text.contains("2018-04-01 to 2019-09-30, "))
    #expect(html.contains("Backtest 2018-04-01 to 2019-09-30 "))
    #expect(html.contains("<b data-value=\"date\">2019-09-30</b>"))
  }

  @Test func `what the deflated ratio stands on is said, or why there is none`() throws {
    var report = try SyntheticReport.plain.get()
    let returns = (0..<50).map { 0.01 * Double($0 % 5 - 2) + 0.001 }
    func text(_ others: [Double?]) throws -> String {
      report.evidence = try SharpeEvidence(returns: returns, others: others, stepsPerYear: 365)
      return HTMLReport.backtest(report)
    }
    #expect(
      try text([]).contains("no other run over these symbols and dates is in this database"))
    let few = ", too few to tell how far trials differ: at least by the standard error"
    let shared = "of their own over the same dates"
    #expect(try text([nil, nil]).contains("0 of the 2 others have a ratio \(shared)\(few)"))
    let one = "1 of the 2 others has a ratio of its own over the same dates"
    #expect(try text([0.3, nil]).contains(one + few))
    let enough = try text([0.3, 0.1, nil])
    #expect(enough.contains("2 of the 3 others have a ratio \(shared)") && !enough.contains(few))
  }

  @Test func `only a proved advantage has a colour`() throws {
    var synthetic = SyntheticReport()
    synthetic.advantages = [-0.4...0.6]
    #expect(!(try HTMLReport.backtest(synthetic.backtest())).contains("<td class=\"better\">"))
    synthetic.advantages = [0.1...0.6, -0.6 ... -0.1]
    let proved = try HTMLReport.backtest(synthetic.backtest())
    #expect(proved.contains("<td class=\"better\">") && proved.contains("<td class=\"lesser\">"))
    synthetic.isOutOfSample = false
    let inSample = try HTMLReport.backtest(synthetic.backtest())
    #expect(!inSample.contains("<td class=\"better\">"))
    #expect(inSample.contains("Not evidence"))
  }

  @Test func `no fills, no decision, no gates, no regimes`() throws {
    var synthetic = SyntheticReport()
    synthetic.fillCount = 0
    var report = try synthetic.backtest()
    report.lastDecision = nil
    report.gates = []
    report.attribution = []
    report.regimeRows = []
    report.regimeSpans = []
    report.weights = []
    report.reasons = []
    report.baselines = []
    let html = HTMLReport.backtest(report)
    let isWhole = isComplete(html)
    #expect(isWhole)
    #expect(html.contains("Nothing was traded.") && html.contains("took no decision"))
    #expect(html.contains("No: the portfolio never traded; it is cash over these"))
    _ = try data(of: html)
  }

  @Test(arguments: [1, 2, 40])
  func `any number of symbols`(count: Int) throws {
    var synthetic = SyntheticReport()
    synthetic.symbols = (0..<count).map { Symbol("S\(100 + $0)") }
    let html = try HTMLReport.backtest(synthetic.backtest())
    let isWhole = isComplete(html)
    #expect(isWhole)
    #expect(html.contains("29 others") == (count == 40))
    let page = try HTMLReport.allocation(synthetic.allocation())
    #expect(page.contains("There is no pair to correlate") == (count == 1))
    #expect(page.components(separatedBy: "class=\"self\"").count - 1 == (count == 1 ? 0 : count))
  }

  @Test func `a ruined or motionless curve is drawn`() throws {
    var report = try SyntheticReport.plain.get()
    report.portfolio.equity = report.portfolio.equity.map { _ in 100_000 }
    #expect(isComplete(HTMLReport.backtest(report)))
    let last = report.portfolio.equity.count - 1
    report.portfolio.equity[last] = 0
    let html = HTMLReport.backtest(report)
    #expect(html.contains("A curve that reaches 0"))
    let numbers = html.matches(of: /[\s:,\[("](nan|-?inf|NaN|Infinity)[\s:,\])"%]/)
    #expect(numbers.isEmpty)
  }

  @Test func `an allocation says what to trade and why`() throws {
    let html = try HTMLReport.allocation(SyntheticReport().allocation())
    #expect(html.contains("stopped: trailing") && html.contains("drawdown throttle"))
    #expect(html.contains("Correlations") && html.contains("Data is 3 d old."))
    var quiet = try SyntheticReport().allocation()
    for index in quiet.rows.indices { quiet.rows[index].tradeQuantity = 0 }
    #expect(HTMLReport.allocation(quiet).contains("Nothing to trade"))
  }

  @Test func `what to do stands first, in the headline and in the table`() throws {
    var report = try SyntheticReport().allocation()
    for (index, trade) in [1, -2, 0, 3, 0].enumerated() {
      report.rows[index].tradeQuantity = Double(trade)
      report.rows[index].heldQuantity = [0, 5, 2, 0, 0][index]
    }
    report.decision.gross = 0.52
    let page = HTMLReport.allocation(report)
    #expect(
      page.contains("<h2>Buy BTC, LTC; sell EOS; hold ETH: 52\u{202F}% invested.</h2>"))
    let table = try #require(page.range(of: "<section id=\"trades\">"))
    let head = try #require(page[table.upperBound...].range(of: "<thead>"))
    let names = page[head.upperBound...].matches(of: /scope="col">([^<]*)</).prefix(5).map {
      String($0.output.1)
    }
    #expect(names == ["", "Trade", "Quantity", "Target", "Held"])
    var synthetic = SyntheticReport()
    synthetic.symbols = (0..<40).map { Symbol("S\(100 + $0)") }
    var many = try synthetic.allocation()
    for index in many.rows.indices { many.rows[index].tradeQuantity = 1 }
    #expect(HTMLReport.allocation(many).contains("Buy S100, S101, S102, S103, S104 and 35 more:"))
  }

  @Test func `the last decision is told from that of the allocation`() throws {
    var report = try SyntheticReport.plain.get()
    let last = Timestamp(year: 2019, month: 9, day: 30)
    report.lastDecisionModels = DecisionModels(
      decidedAt: last, trainedTo: Timestamp(year: 2019, month: 6, day: 1), servingTrainedTo: last)
    let page = HTMLReport.backtest(report)
    #expect(page.contains("<h2>Last decision of the backtest, 2019-09-30T00:00Z</h2>"))
    #expect(
      page.contains(
        "By the models of its test window, trained to 2019-06-01T00:00Z; what to hold now stands"
          + " in the allocation, whose models are trained to 2019-09-30T00:00Z."))
    #expect(JSONReport.backtest(report).contains("\"decidedAt\": \"2019-09-30T00:00Z\""))
  }

  @Test func `a correlation map follows the given order`() throws {
    var report = try SyntheticReport().allocation()
    report.rows.reverse()
    var matrix = Matrix(rows: 5, columns: 5)
    for i in 0..<5 { matrix[i, i] = 1 }
    matrix[0, 1] = -0.93
    matrix[1, 0] = -0.93
    report.correlation = matrix
    let html = HTMLReport.allocation(report)
    #expect(html.contains("title=\"XRP, LTC: \u{2212}0.93\">"))
    #expect(html.contains("<td class=\"n5\""))
  }
}
