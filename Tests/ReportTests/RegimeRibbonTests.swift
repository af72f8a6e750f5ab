import Market
import Report
import Research
import Testing

@Suite struct RegimeRibbonTests {
  private typealias Span = BacktestReport.RegimeSpan

  private func at(_ hour: Int) -> Timestamp { Timestamp(seconds: Int64(hour) * 3600) }

  @Test func `a column has the label that held longest in it`() {
    let spans = [
      Span(from: at(0), to: at(3), label: 0), Span(from: at(3), to: at(4), label: 2),
      Span(from: at(4), to: at(8), label: 1),
    ]
    let runs = RegimeRibbon.runs(of: spans, from: at(0), to: at(8), columns: 2)
    #expect(runs.map(\.columns) == [0..<1, 1..<2])
    #expect(runs.map(\.label) == [0, 1])
  }

  @Test func `pieces of a label within a column add up`() {
    let spans = [
      Span(from: at(0), to: at(3), label: 1), Span(from: at(3), to: at(7), label: 0),
      Span(from: at(7), to: at(10), label: 1),
    ]
    #expect(RegimeRibbon.labels(of: spans, from: at(0), to: at(10), columns: 1) == [1])
  }

  @Test func `gaps have no label and what lies outside is cut off`() {
    let spans = [
      Span(from: at(-5), to: at(2), label: 0), Span(from: at(6), to: at(20), label: 1),
      Span(from: at(30), to: at(40), label: 2),
    ]
    let labels = RegimeRibbon.labels(of: spans, from: at(0), to: at(8), columns: 4)
    #expect(labels == [0, nil, nil, 1])
  }

  @Test(arguments: [1, 7, 1000])
  func `spans without gaps cover every column once`(columns: Int) throws {
    for seed in 0..<10 {
      var synthetic = SyntheticReport()
      synthetic.seed = UInt64(seed)
      let spans = synthetic.regimeSpans("BTC")
      let runs = RegimeRibbon.runs(
        of: spans, from: synthetic.start, to: synthetic.end, columns: columns)
      #expect(runs.allSatisfy { $0.label != nil })
      #expect(runs.first?.columns.lowerBound == 0 && runs.last?.columns.upperBound == columns)
      #expect(
        zip(runs, runs.dropFirst()).allSatisfy { a, b in
          a.columns.upperBound == b.columns.lowerBound && a.label != b.label
        })
    }
  }

  @Test(arguments: 1...8)
  func `colours run from the calm end to the turbulent end without repeating`(states: Int) {
    let names = (0..<states).map { RegimePalette.name($0, of: states) }
    #expect(Set(names).count == states)
    #expect(names.first == "r0")
    if states > 1 { #expect(names.last == "r7") }
  }
}
