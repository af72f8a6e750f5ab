import Foundation
import Kernels
import Market
import Report
import Research
import Testing
import Trading

@Suite struct HTMLReportTests {
  private static let sections = [
    "baselines", "equity", "drawdown", "weights", "regimes", "placebo", "maxtest", "attribution",
    "gates", "decision", "decisions", "reasons", "costs", "trades", "inputs", "conventions",
  ]

  private func small() -> SyntheticReport {
    var synthetic = SyntheticReport()
    synthetic.pointsPerDay = 1
    return synthetic
  }

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
    let html = try HTMLReport.backtest(small().backtest())
    let isWhole = isComplete(html)
    #expect(isWhole)
    let places = try (["verdict"] + HTMLReportTests.sections).map { id in
      try #require(html.range(of: "id=\"\(id)\"")).lowerBound
    }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    #expect(html.contains("dividends excluded"))
  }

  @Test func `nothing is loaded from anywhere`() throws {
    for html in [
      try HTMLReport.backtest(small().backtest()), try HTMLReport.allocation(small().allocation()),
    ] {
      #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("//cdn"))
      #expect(!html.contains("src=") && !html.contains("@import") && !html.contains("url("))
      #expect(!html.contains("<link"))
    }
  }

  @Test func `the script is under 10 kB`() {
    #expect(HTMLScript.source.utf8.count < 10_000)
  }

  @Test func `hostile names stay text`() throws {
    let hostile = "<script>alert('x')</script>\"&"
    var synthetic = small()
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
      try HTMLReport.backtest(small().backtest()), try HTMLReport.allocation(small().allocation()),
    ] {
      for tag in [
        "div", "section", "table", "tr", "td", "th", "span", "ul", "li", "dl", "dt", "dd", "figure",
        "svg", "button", "small", "details", "i", "b", "em", "thead", "tbody", "p", "h2", "h3",
      ] {
        let opened =
          html.components(separatedBy: "<\(tag) ").count
          + html.components(separatedBy: "<\(tag)>").count
        #expect(opened - 1 == html.components(separatedBy: "</\(tag)>").count, "\(tag)")
      }
    }
  }

  @Test func `hourly curves are thinned to the limit and keep their extremes`() throws {
    let report = try SyntheticReport().backtest()
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

  @Test func `only a proved advantage has a colour`() throws {
    var synthetic = small()
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
    var synthetic = small()
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
    #expect(html.contains("Cannot say: there is no baseline"))
    _ = try data(of: html)
  }

  @Test(arguments: [1, 2, 40])
  func `any number of symbols`(count: Int) throws {
    var synthetic = small()
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
    var report = try small().backtest()
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
    let html = try HTMLReport.allocation(small().allocation())
    #expect(html.contains("3 of 5 symbols to trade."))
    #expect(html.contains("stopped: trailing") && html.contains("drawdown throttle"))
    #expect(html.contains("Correlations") && html.contains("Data is 3 d old."))
    var quiet = try small().allocation()
    for index in quiet.rows.indices { quiet.rows[index].tradeQuantity = 0 }
    #expect(HTMLReport.allocation(quiet).contains("Nothing to trade"))
  }

  @Test func `a correlation map follows the given order`() throws {
    var report = try small().allocation()
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
