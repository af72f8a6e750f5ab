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

  @Test func `the parts of a change sum to it`() throws {
    for change in try SyntheticReport().allocation().changes {
      let sum = change.parts.reduce(0) { $0 + $1.change }
      #expect(abs(sum - (change.now - change.before)) < 1e-12)
    }
  }
}
