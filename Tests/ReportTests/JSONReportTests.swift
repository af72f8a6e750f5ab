import Allocation
import Foundation
import Kernels
import Market
import Report
import Research
import Testing
import Trading

/// The parts of the schema that the tests read back; `JSONDecoder` rounds numbers correctly.
private struct Backtest: Decodable {
  struct Curve: Decodable {
    var equity: [Double]
    var times: [Int64]
    var costPerYear: Double?
    var sharpeInterval: [Double]?
  }
  struct Verdict: Decodable { var answer: String }
  struct Weights: Decodable { var weights: [[Double]] }
  struct Fill: Decodable { var price: Double }
  struct Span: Decodable { var from: String }
  struct Regimes: Decodable { var spans: [Span] }
  struct Costs: Decodable { var fees: Double? }
  struct Line: Decodable { var target: Double }
  struct Decision: Decodable { var lines: [Line] }

  var kind: String
  var runHash: String
  var curves: [Curve]
  var verdict: Verdict
  var weights: Weights
  var fills: [Fill]
  var regimes: Regimes
  var costs: Costs
  var deflatedSharpe: Double?
  var lastDecision: Decision?
}

private struct Allocation: Decodable {
  struct Row: Decodable {
    var symbol: String
    var line: Backtest.Line
    var path: String
  }
  struct Correlation: Decodable { var matrix: [[Double]] }

  var runHash: String
  var rows: [Row]
  var correlation: Correlation
}

@Suite struct JSONReportTests {
  private func decoded<Value: Decodable>(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  @Test func `a backtest parses, with every point and every fill to the bit`() throws {
    // More points than a page keeps.
    var synthetic = SyntheticReport()
    synthetic.pointsPerDay = 24
    synthetic.days = 100
    let report = try synthetic.backtest()
    #expect(report.portfolio.equity.count > HTMLReport.curvePoints)
    let json: Backtest = try decoded(JSONReport.backtest(report))
    #expect(json.runHash == report.runHash && json.kind == "backtest")
    #expect(json.verdict.answer == "not proved")
    #expect(json.curves.count == 1 + report.baselines.count)
    let isWhole = json.curves[0].equity == report.portfolio.equity
    #expect(isWhole)
    #expect(json.curves[0].times.first == report.start.milliseconds)
    #expect(json.fills.map(\.price) == report.fills.map(\.price))
    let areWeights = json.weights.weights == report.weights.map(\.weights)
    #expect(areWeights)
    #expect(json.lastDecision?.lines.map(\.target) == report.lastDecision?.lines.map(\.target))
    #expect(json.regimes.spans.count == report.regimeSpans.reduce(0) { $0 + $1.spans.count })
  }

  @Test func `the same report gives the same bytes`() throws {
    let isSame =
      try JSONReport.backtest(SyntheticReport().backtest())
      == JSONReport.backtest(SyntheticReport().backtest())
    #expect(isSame)
  }

  @Test func `what is not a number is null`() throws {
    var synthetic = SyntheticReport()
    synthetic.days = 30
    var report = try synthetic.backtest()
    report.portfolio.costPerYear = .nan
    report.portfolio.sharpeInterval = nil
    report.costs.commission = .infinity
    report.deflatedSharpe = nil
    report.attribution[0].r2 = -.infinity
    report.lastDecision = nil
    let json: Backtest = try decoded(JSONReport.backtest(report))
    #expect(json.curves[0].costPerYear == nil && json.curves[0].sharpeInterval == nil)
    #expect(json.curves[1].costPerYear != nil && json.curves[1].sharpeInterval != nil)
    #expect(json.costs.fees == nil && json.deflatedSharpe == nil && json.lastDecision == nil)
  }

  @Test func `an allocation parses, with the way of every weight`() throws {
    let report = try SyntheticReport().allocation()
    let json: Allocation = try decoded(JSONReport.allocation(report))
    #expect(json.runHash == report.runHash)
    #expect(json.rows.map(\.symbol) == report.rows.map(\.symbol.name))
    #expect(json.rows.map(\.line.target) == report.rows.map(\.line.target))
    #expect(json.rows[0].path.hasPrefix("prior 20.0 % -> vol target"))
    #expect(json.correlation.matrix[0] == Array(report.correlation.row(0)))
  }
}
