import Foundation
import Report
import Research
import Statistics
import Testing

/// Cross-validation in every report: what it is stands beside its figures.
@Suite struct CrossValidationReportTests {
  /// Paths of which everything but the equity is fixed.
  private func report(_ equities: [[Double]]) throws -> BacktestReport {
    var report = try SyntheticReport.plain.get()
    var made = try #require(report.crossValidation)
    made.paths = try equities.enumerated().map { index, equity in
      var path = made.paths[index]
      path.curve.performance = try .init(equity: equity, barsPerYear: 4)
      return path
    }
    report.crossValidation = made
    return report
  }

  @Test func `the distribution by hand, with what it is not`() throws {
    // Mean over deviation of +10 %, 0 % is 1/sqrt 2, times two: 1.41; of +10 %, +20 %: 4.24; of −10 %,
    // 0 %: −1.41.
    let report = try report([[100, 110, 110], [100, 110, 132], [100, 90, 90]])
    let made = try #require(report.crossValidation)
    let root = 2.0.squareRoot()
    for (own, hand) in zip(made.sharpes, [-root, root, 3 * root]) {
      #expect(abs(own - hand) < 1e-9)
    }
    #expect(abs(try #require(made.mean) - root) < 1e-9)
    #expect(abs(try #require(made.deviation) - 2 * root) < 1e-9)
    #expect(made.pathsAboveZero == 2)
    let text = TerminalReport.backtest(report).split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }.joined(separator: " ")
    #expect(text.contains("6 groups, 2 tested: 15 trainings, 3 paths"))
    #expect(
      text.contains(
        "from -1.41 to 4.24, median 1.41, mean 1.41, deviation 2.83; 2 of 3 are above 0."))
    #expect(text.contains("Not a walk-forward: models of earlier groups have seen later bars"))
    #expect(text.contains("2 bars are dropped before it, and 3 after it."))
  }

  @Test func `paths that never traded have no distribution, and every report says so`() throws {
    let report = try report(Array(repeating: [100, 100, 100], count: 3))
    let made = try #require(report.crossValidation)
    #expect(made.sharpes.isEmpty && made.mean == nil && made.deviation == nil)
    #expect(made.least == nil && made.median == nil && made.greatest == nil)
    #expect(TerminalReport.backtest(report).contains("No path has a Sharpe ratio."))
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(JSONReport.backtest(report).utf8))
        as? [String: Any])
    let shown = try #require(object["crossValidation"] as? [String: Any])
    let figures = try #require(shown["sharpe"] as? [String: Any])
    #expect(figures.count == 5 && figures.values.allSatisfy { $0 is NSNull })
    #expect(HTMLReport.backtest(report).contains("No path has a Sharpe ratio."))
  }

  @Test func `JSON and HTML show every path and the caution`() throws {
    let report = try SyntheticReport.plain.get()
    let json = JSONReport.backtest(report)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let made = try #require(object["crossValidation"] as? [String: Any])
    #expect(made["splits"] as? Int == 15 && (made["paths"] as? [Any])?.count == 5)
    #expect((made["caution"] as? String)?.hasPrefix("Not a walk-forward") == true)
    let page = HTMLReport.backtest(report)
    #expect(page.contains("<section id=\"cpcv\">") && page.contains("Not a walk-forward"))
    #expect((1...5).allSatisfy { page.contains("path \($0)") })
    var without = report
    without.crossValidation = nil
    #expect(!HTMLReport.backtest(without).contains("id=\"cpcv\""))
    let other = try #require(
      JSONSerialization.jsonObject(with: Data(JSONReport.backtest(without).utf8)) as? [String: Any])
    #expect(other["crossValidation"] is NSNull)
  }
}
