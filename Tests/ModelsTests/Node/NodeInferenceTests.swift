import Kernels
import Market
import Models
import Testing

@Suite struct NodeInferenceTests {
  /// Rows that are only passed leave the state as it would have been, whether or not their forecasts
  /// were asked for.
  @Test(arguments: [ForecastSettings.Mode.dense, .windowed])
  func `passing rows is updating without reading what is said`(
    mode: ForecastSettings.Mode
  ) async throws {
    let (model, table) = try await NodeTraceTests.fitted(mode, ridge: true)
    #expect(model.variance.network != nil && model.variance.regression != nil)
    var plain = NodeInference(model, enter: 0.8)
    let said = table.rows.map { plain.update($0) }
    #expect(said.count { $0?.forecast != nil } > 400)
    for start in [0, 1, 25, 60, 200, table.rows.count - 1] {
      for isAsked in [true, false] {
        var inference = NodeInference(model, enter: 0.8)
        for (row, output) in zip(table.rows, said).prefix(start) {
          let forecast = inference.pass(row, isAsked: isAsked)
          #expect(forecast == (isAsked ? output?.forecast : nil))
        }
        for (row, output) in zip(table.rows, said).dropFirst(start) {
          #expect(inference.update(row) == output)
        }
      }
    }
  }

  /// As in training, where a segment ends at a hole of more than `max_gap` bars (here 3).
  @Test(arguments: [3, 4, 10])
  func `no window runs over a hole that training leaves out`(missing: Int) async throws {
    let (model, _) = try await NodeTraceTests.fitted(.windowed, ridge: true)
    let whole = RegimeBars.series("A", volatilities: [0.004, 0.02], count: 500, seed: 3)
    let place = 300
    let bars = Array(whole)
    let series = BarSeries(
      symbol: "A", timeframe: .h1, calendar: .continuous,
      bars: bars[..<place] + bars[(place + missing)...])
    let table = RegimeBars.table(series, RegimeSettings())
    #expect(table.rows[place].missingBefore == missing)
    var inference = NodeInference(model, enter: 0.8)
    var passing = NodeInference(model, enter: 0.8)
    var trace = NodeTrace(model, enter: 0.8)
    var silent: [Int] = []
    for (index, row) in table.rows.enumerated() {
      let output = inference.update(row)
      let traced = trace.update(row)
      #expect(traced.output == output)
      #expect(traced.networks.allSatisfy { ($0 == nil) == (output?.forecast == nil) })
      #expect(passing.pass(row) == output?.forecast)
      if index >= 200, output?.forecast == nil { silent.append(index) }
    }
    // The twelfth bar after the hole makes a window of twelve.
    #expect(silent == (missing > 3 ? Array(place..<place + 11) : []))
  }
}
