import Report
import Research
import Testing

@Suite struct AblationReportTests {
  private func report() throws -> BacktestReport {
    var synthetic = SyntheticReport()
    synthetic.pointsPerDay = 1
    return try synthetic.backtest()
  }

  private func flat(_ report: BacktestReport) -> String {
    TerminalReport.backtest(report).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func `a difference is named for what is subtracted, and for what that lacks`() throws {
    let report = try report()
    let (text, html) = (flat(report), HTMLReport.backtest(report))
    #expect(text.contains("whole - this [95 %]") && html.contains(">Whole minus this</th>"))
    for page in [text, html] {
      #expect(page.contains("only 1h forecasts"))
      #expect(page.contains("lacks those of all others, so its row is about the others."))
    }
  }

  @Test func `a run that is an earlier one again says so`() throws {
    var report = try report()
    #expect(!flat(report).contains("same run as"))
    var rows = try #require(report.ablation).rows
    rows[2].runHash = rows[1].runHash
    report.ablation = AblationReport(rows: rows)
    let words = "no further trial: only 1h forecasts (same run as without regimes)."
    #expect(flat(report).contains("Nothing to take out, and " + words))
    #expect(HTMLReport.backtest(report).contains("same run<small>as without regimes</small>"))
  }

  @Test func `overfitting says how many of the runs differ`() throws {
    var report = try report()
    let given = try #require(report.overfitting).given
    #expect(flat(report).contains("the best of \(given) variants"))
    report.overfitting?.given = given + 4
    #expect(flat(report).contains("the best of \(given) different ones of the \(given + 4) runs"))
  }
}
