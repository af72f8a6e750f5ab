import Market
import Models
import Testing

/// The exported graph of the variance against ONNX's own library (Fixtures/ONNX-README.md). That onnxruntime
/// computes the product's forecast from it is proved on real bars by `make interop`.
@Suite struct VarianceONNXTests {
  private static func model(_ name: String) throws -> (VarianceModel, Timeframe) {
    var model = VarianceModel(decay: 0.94)
    let calendar = name == "blend" ? 4 : 0
    if name != "ewma" {
      model.regression = HARVariance(
        regression: Ridge(
          intercept: 0.125, weights: ONNXCases.numbers(4 + calendar, 5), penalty: 0), level: -0.25)
    }
    if name == "blend" {
      let inputs = 8 + calendar
      let shape = LSTMShape(inputs: inputs, hidden: 3, regimes: 0, headHidden: 2)
      model.network = VarianceNetwork(
        scaler: StandardScaler(
          mean: ONNXCases.numbers(inputs, 1),
          scale: ONNXCases.numbers(inputs, 2).map { abs($0) + 0.5 }),
        members: try (0..<2).map { try ONNXCases.network(shape, seed: 10 * $0) }, level: 0.375)
    }
    return (model, name == "blend" ? .d1 : .w1)
  }

  @Test(arguments: ["blend", "har", "ewma"])
  func `the file is what ONNX's own library writes, byte by byte`(name: String) throws {
    let (model, timeframe) = try VarianceONNXTests.model(name)
    #expect(model.method.rawValue == name)
    let bytes = model.onnx(timeframe: timeframe, producer: "test")
    try ONNXCases.expect(bytes, toBe: "variance-\(name).onnx")
  }

  @Test func `readings are ranges, the calendar as far as it varies, and four more`() {
    #expect(VarianceReadings.names(.w1).count == 8)
    #expect(
      VarianceReadings.names(.d1)[4...7] == [
        "week_sine", "week_cosine", "week_sine_2", "week_cosine_2",
      ])
    #expect(VarianceReadings.names(.h4).count == 16)
    #expect(VarianceReadings.names(.h4)[4] == "day_sine")
    #expect(VarianceReadings.names(.h4)[8] == "week_sine")
  }
}
