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

  @Test func `what is stuck is no stage's work`() throws {
    let covariance = CovarianceEstimate(
      symbols: ["A", "B"], volatilities: [0.01, 0.01],
      correlation: Matrix(rows: [[1, 0], [0, 1]]), observations: [90, 90])
    func line(isStuck: Bool) throws -> AllocationLine {
      let assets = [
        AssetInput(
          symbol: "A", held: 0.3, ineligible: isStuck ? .stalePrice : nil, regimeSize: 0.5),
        AssetInput(symbol: "B"),
      ]
      return try Allocator(settings: AllocationSettings(volatilityTarget: nil, band: 0)).decide(
        AllocationInput(assets: assets, covariance: covariance, periodsPerYear: 252)
      ).lines[0]
    }
    // A half by the prior, of which the regime leaves a half; then its price is stale.
    let (free, stuck) = (try line(isStuck: false), try line(isStuck: true))
    func parts(from before: AllocationLine, to now: AllocationLine) -> [String: Double] {
      let parts = AllocationChange(from: before, to: now).parts.filter { $0.change != 0 }
      return Dictionary(uniqueKeysWithValues: parts.map { ($0.stage, $0.change) })
    }
    #expect(
      parts(from: free, to: stuck) == ["prior": -0.5, "regime": 0.25, "stale price": 0.3])
    #expect(
      parts(from: stuck, to: free) == ["prior": 0.5, "regime": -0.25, "stale price": -0.3])
    #expect(parts(from: stuck, to: stuck).isEmpty)
    var report = try SyntheticReport().allocation()
    report.rows[0].line = stuck
    #expect(JSONReport.allocation(report).contains("\"path\": \"held 30.0 %\""))
  }

  @Test func `the parts of a change sum to it`() throws {
    for change in try SyntheticReport().allocation().changes {
      let sum = change.parts.reduce(0) { $0 + $1.change }
      #expect(abs(sum - (change.now - change.before)) < 1e-12)
    }
  }
}
