import Market
import Report
import Research
import Testing

@Suite struct WeightChartTests {
  private func row(_ day: Int, _ weights: Double...) -> BacktestReport.WeightRow {
    .init(time: Timestamp(seconds: Int64(day) * 86_400), weights: weights)
  }

  @Test func `few symbols have a band each`() {
    let chart = WeightChart(symbols: ["A", "B"], rows: [row(0, 0.5, 0.25)], limit: 100)
    #expect(chart.bands.map(\.name) == ["A", "B"])
  }

  @Test func `many symbols show the largest and add up the rest`() throws {
    var synthetic = SyntheticReport()
    synthetic.symbols = (0..<40).map { Symbol("S\(10 + $0)") }
    let weights = (0..<40).map { $0.isMultiple(of: 4) ? 0.05 : 0.001 }
    let rows = [BacktestReport.WeightRow(time: synthetic.start, weights: weights)]
    let chart = WeightChart(symbols: synthetic.symbols, rows: rows, limit: 100)
    #expect(chart.bands.count == WeightChart.bands)
    #expect(chart.bands.last?.name == "29 others")
    // Every symbol stands in exactly one band, and the ten large ones stand alone.
    #expect(chart.bands.flatMap(\.columns).sorted() == Array(0..<40))
    let single = Set(chart.bands.filter { $0.columns.count == 1 }.flatMap(\.columns))
    #expect(single.isSuperset(of: stride(from: 0, to: 40, by: 4)))
  }

  @Test func `thinning keeps the day in cash and the fullest day`() {
    var rows = (0..<5000).map { row($0, 0.4, 0.3) }
    rows[1234] = row(1234, 0, 0)
    rows[4001] = row(4001, 0.6, 0.4)
    let kept = WeightChart.thinned(rows, limit: 600)
    #expect(kept.count <= 600)
    #expect(kept.contains { $0.weights == [0, 0] } && kept.contains { $0.weights == [0.6, 0.4] })
  }
}
