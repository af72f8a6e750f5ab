import Report
import Research
import Testing

@Suite struct AblationReportTests {
  private func flat(_ report: BacktestReport) -> String {
    TerminalReport.backtest(report).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func `a difference is named for what is subtracted, and for what that lacks`() throws {
    let report = try SyntheticReport.plain.get()
    let (text, html) = (flat(report), HTMLReport.backtest(report))
    #expect(text.contains("whole - this [95 %]") && html.contains(">Whole minus this</th>"))
    for page in [text, html] {
      #expect(page.contains("only 1h forecasts"))
      #expect(page.contains("lacks those of all others, so its row is about the others."))
    }
  }

  @Test func `a run that is the whole again has nothing to take out`() throws {
    var report = try SyntheticReport.plain.get()
    #expect(!flat(report).contains("same run as"))
    var rows = try #require(report.ablation).rows
    rows[2].runHash = rows[0].runHash
    report.ablation = AblationReport(rows: rows)
    let words =
      "Nothing to take out, and no further trial: only 1h forecasts (same run as the whole)."
    let (text, html) = (flat(report), HTMLReport.backtest(report))
    #expect(text.contains(words) && html.contains(words))
    #expect(!text.contains("One trial together"))
    #expect(html.contains("same run<small>as the whole</small>"))
  }

  @Test func `runs that lack the same are one trial, and keep what they are worth`() throws {
    var report = try SyntheticReport.plain.get()
    var rows = try #require(report.ablation).rows
    rows[1].curve.sharpeAdvantage = 4.321
    rows[2] = AblationReport.Row(
      name: rows[2].name, curve: rows[1].curve, runHash: rows[1].runHash)
    report.ablation = AblationReport(rows: rows)
    let words = "One trial together: only 1h forecasts (same run as without regimes)."
    let (text, html) = (flat(report), HTMLReport.backtest(report))
    for page in [text, html] {
      #expect(page.contains(words) && !page.contains("Nothing to take out"))
      // Once in each of the two rows.
      #expect(page.ranges(of: "+4.32").count == 2)
    }
    #expect(!html.contains("same run<small>"))
  }

  @Test func `overfitting says how many of the runs differ`() throws {
    var report = try SyntheticReport.plain.get()
    let given = try #require(report.overfitting).given
    #expect(flat(report).contains("the best of \(given) variants"))
    report.overfitting?.given = given + 4
    #expect(flat(report).contains("the best of \(given) different ones of the \(given + 4) runs"))
  }
}
