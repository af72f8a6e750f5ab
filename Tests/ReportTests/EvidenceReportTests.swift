import Report
import Research
import Testing

/// How sure a result is, in one level of proof on the whole page.
@Suite struct EvidenceReportTests {
  @Test func `what passes one side of 95 percent is no proof where the interval holds 0`() throws {
    var synthetic = SyntheticReport()
    synthetic.pointsPerDay = 1
    var report = try synthetic.backtest()
    var evidence = try #require(report.evidence)
    evidence.t = 1.8
    evidence.probability = 0.964
    report.evidence = evidence
    report.portfolio.sharpeInterval = -0.1...2.5
    for page in [TerminalReport.backtest(report), HTMLReport.backtest(report)] {
      let text = page.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(text.contains("that the portfolio makes money at all is not proved"))
      #expect(text.contains("0.975 corresponds to the two-sided 95 % interval"))
      #expect(text.contains("1.96 corresponds to the two-sided 95 % interval"))
      #expect(!text.contains("is proof"))
    }
  }
}
