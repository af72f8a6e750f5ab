import Kernels
import Research
import Statistics
import Testing

@Suite struct MaxTestReportTests {
  @Test func `names and figures stay together, and the test is that of the arrays`() throws {
    var random = CounterRandom(seed: 2, path: ["variants"])
    let market = (0..<120).map { _ in 0.02 * random.normal() }
    let variants = ["calm", "bold", "same"].enumerated().map { index, name in
      (
        name: name,
        returns: index == 2
          ? market : market.map { $0 + 0.001 * Double(index) + 0.004 * random.normal() }
      )
    }
    let report = try MaxTestReport(
      variants: variants, benchmark: ("equal weight", market), stepsPerYear: 365)
    #expect(report.names == ["calm", "bold", "same"])
    #expect(report.benchmark == "equal weight" && report.steps == 120)
    #expect(
      report.test
        == (try MaxTest(
          strategies: variants.map(\.returns), benchmark: market, barsPerYear: 365)))
    #expect(report.test.rows[2].difference == 0 && report.test.rows[2].adjustedPValue == nil)
    #expect(throws: StatisticsError.lengthsDiffer(120, 119)) {
      try MaxTestReport(
        variants: variants, benchmark: ("short", Array(market.dropLast())), stepsPerYear: 365)
    }
  }
}
