import Allocation
import Foundation
import Market
import Report
import Research
import Testing

@Suite struct VarianceReportTests {
  private func score(gain: Double = 0.12, t: Double? = 6.5) throws -> VarianceScore {
    let pairs = (0..<60).map { index in
      VariancePair(
        knownAt: Timestamp(milliseconds: Int64(index) * 3_600_000), symbol: "A", variance: 1,
        benchmark: 1.5, outcome: index % 2 == 0 ? 1.1 : 0.8)
    }
    var score = try #require(try VarianceScore(pairs))
    score.gain = gain
    score.t = t
    return score
  }

  private func report(_ variance: VarianceReport) throws -> BacktestReport {
    var report = try SyntheticReport.plain.get()
    report.variance = variance
    return report
  }

  private func found() throws -> VarianceReport {
    VarianceReport(
      rows: [
        .init(timeframe: .h1, score: try score(), blends: 12, regressions: 0, benchmarks: 0),
        .init(
          timeframe: .d1, score: try score(gain: -0.01, t: -0.4), blends: 3, regressions: 2,
          benchmarks: 1),
      ],
      fallbacks: ["1d, 2018-04-01: the regression alone serves EOS (90 training bars)"],
      sizings: [
        .init(
          variance: .ewma, isOwn: true, volatility: 0.2, unsteadiness: 0.31, turnoverPerYear: 4,
          costPerYear: 0.004, sharpe: 0.5, sharpePerStep: 0.026, runHash: "a"),
        .init(
          variance: .model, isOwn: false, volatility: 0.21, unsteadiness: 0.27,
          turnoverPerYear: 9.5, costPerYear: 0.009, sharpe: 0.45, sharpePerStep: 0.024,
          runHash: "b"),
      ])
  }

  @Test func `every form shows gains, fallbacks and both sizings`() throws {
    let report = try report(try found())
    let terminal = TerminalReport.backtest(report)
    let html = HTMLReport.backtest(report)
    for text in [terminal, html] {
      #expect(text.contains("Better than EWMA on 1h; not proved to be so on 1d."))
      #expect(text.contains("3 blend, 2 regression, 1 EWMA") && text.contains("all 12 blend"))
      #expect(text.contains("the regression alone serves EOS"))
      #expect(text.contains("ewma (this run)") && text.contains("9.5"))
    }
    #expect(html.contains("<section id=\"variance\">"))
    // What became of the EWMA's figure is no inequality, least of all a false one.
    #expect(terminal.contains(#/\d % -> [\d.]+ %/#) && !terminal.contains(#/[\d%] > \d/#))
    #expect(html.contains(#/% \u{2192} \d/#) && !html.contains(#/[\d%] &gt; \d/#))
    for title in ["t", "Volatility/yr", "Turnover/yr", "Costs/yr", "Models that serve"] {
      #expect(html.contains(">\(title)</th>"), "\(title)")
    }
    #expect(!html.contains(">T</th>") && !html.contains(">Vol</th>"))
    #expect(terminal.split(separator: "\n").allSatisfy { $0.count <= TerminalReport.width })
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(JSONReport.backtest(report).utf8))
        as? [String: Any])
    let variance = try #require(json["variance"] as? [String: Any])
    let rows = try #require(variance["rows"] as? [[String: Any]])
    let figures = try #require(rows[0]["score"] as? [String: Any])
    #expect(figures["qlikeGain"] as? Double == 0.12 && figures["t"] as? Double == 6.5)
    #expect((rows[1]["serves"] as? [String: Int]) == ["blend": 3, "har": 2, "ewma": 1])
    let sizings = try #require(variance["sizings"] as? [[String: Any]])
    #expect(sizings.map { $0["isOwn"] as? Bool } == [true, false])
    #expect((variance["fallbacks"] as? [String])?.count == 1)
  }

  @Test func `a sizing that changes nothing is no other run`() throws {
    var variance = try found()
    #expect(variance.otherSizing?.variance == .model)
    variance.sizings[1].runHash = variance.sizings[0].runHash
    #expect(variance.otherSizing == nil)
    variance.sizings = []
    #expect(variance.otherSizing == nil)
  }

  @Test func `what cannot be compared says why`() throws {
    var variance = try found()
    variance.sizings = []
    variance.sizingNote = "sizing by it is not compared: 1d is none of the timeframes"
    let report = try report(variance)
    #expect(TerminalReport.backtest(report).contains("1d is none of the timeframes"))
    #expect(HTMLReport.backtest(report).contains("1d is none of the timeframes"))
    variance.rows = variance.rows.map { row in
      var row = row
      (row.blends, row.regressions, row.benchmarks) = (0, 0, 6)
      return row
    }
    let text = TerminalReport.backtest(try self.report(variance))
    #expect(text.contains("EWMA serves throughout: there is nothing to judge."))
  }

  @Test func `a report that nobody judged has no section`() throws {
    let report = try SyntheticReport.plain.get()
    #expect(!HTMLReport.backtest(report).contains("id=\"variance\""))
    #expect(JSONReport.backtest(report).contains("\"variance\": null"))
  }
}
