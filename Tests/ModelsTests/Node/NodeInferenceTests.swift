import Kernels
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
}
