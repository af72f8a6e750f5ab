import Allocation
import Kernels
import Market
import Report
import Research
import Testing

/// Limits with their slack and price, and what changed, in every form of the report.
@Suite struct AllocationLimitsReportTests {
  @Test func `every form shows limits, slack, and what changed by which stage`() throws {
    let report = try SyntheticReport().allocation()
    let text = TerminalReport.allocation(report)
    #expect(
      text.contains("positions") && text.contains("slack") && text.contains("Since the decision"))
    #expect(text.contains("regime 5.0 %") || text.contains("regime +5.0 %"), "\(text)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let html = HTMLReport.allocation(report)
    #expect(html.contains("id=\"limits\"") && html.contains("id=\"changes\""))
    let json = JSONReport.allocation(report)
    #expect(json.contains("\"changes\"") && json.contains("\"clusterOrder\""))
    let csv = CSVReport.allocation(report)
    #expect(csv.split(separator: "\n").count == report.rows.count + 1)
  }

  @Test func `yesterday as today's models see it is called so, and only where they do`() throws {
    var report = try SyntheticReport().allocation()
    let words = "as today's models see it"
    #expect(!TerminalReport.allocation(report).contains(words))
    report.trainedTo = report.asOf
    #expect(TerminalReport.allocation(report).contains("then: \(words)"))
    #expect(HTMLReport.allocation(report).contains("Then: as today&#39;s models see it"))
    report.trainedTo = report.previous?.asOf
    #expect(!HTMLReport.allocation(report).contains("models see it"))
  }

  @Test func `risk that is spread over symbols which move together is no count of bets`() throws {
    var report = try SyntheticReport().allocation()
    // Five alike that correlate .76: five shares of one risk.
    var covariance = Matrix(rows: 5, columns: 5, repeating: 0.76)
    for i in 0..<5 { covariance[i, i] = 1 }
    report.spread = Diversification(weights: [0.1, 0.1, 0.1, 0.1, 0.1], covariance: covariance)
    for text in [TerminalReport.allocation(report), HTMLReport.allocation(report)] {
      let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(
        flat.contains("risk spread as over 5.00 equal shares (average correlation 0.76)"))
      #expect(!flat.contains("effective bets"))
    }
  }

  @Test func `shrunk correlations are called so, beside those that were measured`() throws {
    var report = try SyntheticReport().allocation()
    let plain = TerminalReport.allocation(report)
    #expect(plain.contains("Correlations that size") && !plain.contains("shrunk"))
    var sample = report.correlation
    (sample[0, 1], sample[1, 0]) = (0.97, 0.97)
    (sample[0, 2], sample[2, 0]) = (0.03, 0.03)
    report.sampleCorrelation = sample
    (report.shrinkage, report.shrinksToMean) = (0.62, true)
    let text = TerminalReport.allocation(report)
    #expect(text.contains("Correlations that size, shrunk to their mean by 62 %"))
    #expect(text.contains("before shrinking: from 0.03 (BTC-ETH) to 0.97 (BTC-EOS)"), "\(text)")
    let page = HTMLReport.allocation(report)
    #expect(page.contains("Before shrinking") && page.contains("title=\"BTC, EOS: 0.97\""))
    let json = JSONReport.allocation(report)
    #expect(json.contains("\"shrinkage\": 0.62") && !json.contains("\"sampleMatrix\": null"))
    report.shrinksToMean = false
    #expect(TerminalReport.allocation(report).contains("of a covariance shrunk by 62 %"))
  }

  @Test func `the parts of a change sum to it`() throws {
    for change in try SyntheticReport().allocation().changes {
      let sum = change.parts.reduce(0) { $0 + $1.change }
      #expect(abs(sum - (change.now - change.before)) < 1e-12)
    }
  }
}
