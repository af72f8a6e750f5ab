import Market
import Report
import Research
import Testing

/// How the symbols' regimes go together, in every form of the reports.
@Suite struct CrossRegimesReportTests {
  /// The five bars that `CrossRegimesTests` works by hand, then a calm of forty.
  private func regimes(calm bars: Int = 0) -> CrossRegimes {
    let labels: [[Int?]] =
      Array(repeating: [0, 0], count: bars) + [[0, 0], [0, 0], [0, 1], [1, 1], [1, nil]]
    return CrossRegimes(
      symbols: ["BTC", "ETH"], names: ["calm", "wild"], labels: labels,
      returns: labels.indices.map { [0.01 * Double($0 % 2), 0.02 * Double($0 % 2)] },
      weights: [0, 0])
  }

  @Test func `terminal and page show the same lines, and too few bars are said`() throws {
    var report = try SyntheticReport().allocation()
    #expect(!TerminalReport.allocation(report).contains("Regimes of the symbols together"))
    #expect(!HTMLReport.allocation(report).contains("id=\"together\""))
    report.regimes = regimes()
    let text = TerminalReport.allocation(report)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    // now, in history, both in it, if independent; the rest is of one pair with 2, 1 and 1 bars.
    #expect(lines.contains("calm 0 % 50 % 50 % 38 % \u{2013} 0 of 1 2"), "\(text)")
    #expect(lines.contains("wild 100 % 50 % 25 % 12 % \u{2013} 0 of 1 1"), "\(text)")
    #expect(lines.contains("different 25 % 50 % \u{2013} 0 of 1 1"), "\(text)")
    #expect(text.contains("too few bars for a correlation: calm 1 of 1 pairs, wild 1 of 1 pairs"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let page = HTMLReport.allocation(report)
    #expect(page.contains("id=\"together\"") && page.contains("1 pairs, correlations with"))
    #expect(!page.contains("in sample") && !text.contains("in sample"))
  }

  @Test func `labels by models that have seen the bars are called in sample`() throws {
    var report = try SyntheticReport().allocation()
    report.regimes = regimes()
    #expect(JSONReport.allocation(report).contains("\"isInSample\": false"))
    report.regimes?.isInSample = true
    for text in [TerminalReport.allocation(report), HTMLReport.allocation(report)] {
      let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        .replacing("&#39;", with: "'")
      #expect(
        flat.contains("labels by today's models, which have seen these bars (in sample)"))
    }
    #expect(JSONReport.allocation(report).contains("\"isInSample\": true"))
  }

  @Test func `a correlation is shown where there are bars enough, and JSON has every number`()
    throws
  {
    var report = try SyntheticReport().allocation()
    report.regimes = regimes(calm: 40)
    #expect(TerminalReport.allocation(report).contains("1 of 1"))
    let json = JSONReport.allocation(report)
    for key in ["crossRegimes", "\"together\"", "leastBars", "fewestBars", "isWeighted"] {
      #expect(json.contains(key), "\(key)")
    }
    let pair = try #require(report.regimes?.pairs.first)
    #expect(abs(try #require(pair.same[0].correlation) - 1) < 1e-12 && pair.same[0].bars == 42)
    report.regimes = nil
    #expect(JSONReport.allocation(report).contains("\"crossRegimes\": null"))
  }
}
