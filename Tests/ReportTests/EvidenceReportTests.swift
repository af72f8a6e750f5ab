import Report
import Research
import Testing

/// How sure a result is, in one level of proof on the whole page.
@Suite struct EvidenceReportTests {
  @Test func `what passes one side of 95 percent is no proof where the interval holds 0`() throws {
    var report = try SyntheticReport.plain.get()
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

  @Test(arguments: [
    (2, 1, "the other one has a ratio of its own over the same dates"),
    (2, 0, "the other one has no ratio of its own over the same dates"),
    (6, 1, "1 of the 5 others has a ratio of its own over the same dates"),
    (6, 0, "0 of the 5 others have a ratio of their own over the same dates"),
    (6, 4, "4 of the 5 others have a ratio of their own over the same dates"),
  ])
  func `what the deflated ratio is compared with is counted`(
    trials: Int, compared: Int, words: String
  ) throws {
    var report = try SyntheticReport.plain.get()
    report.evidence?.trials = trials
    report.evidence?.comparedTrials = compared
    let text = TerminalReport.backtest(report).split(whereSeparator: \.isWhitespace)
    #expect(text.joined(separator: " ").contains(words))
  }
}
