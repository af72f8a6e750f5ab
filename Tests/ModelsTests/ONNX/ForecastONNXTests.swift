import Foundation
import Kernels
import Models
import Testing

/// The exported graph against ONNX's own library and onnxruntime (Fixtures/ONNX-README.md).
@Suite struct ForecastONNXTests {
  private static func forecast(_ name: String) throws -> ForecastModel {
    let isDense = name == "dense"
    let shape = LSTMShape(
      inputs: 3, hidden: isDense ? 4 : 3, layers: isDense ? 2 : 1, regimes: 2,
      headHidden: isDense ? 3 : 0)
    return ForecastModel(
      scaler: StandardScaler(
        mean: ONNXCases.numbers(3, 1), scale: ONNXCases.numbers(3, 2).map { abs($0) + 0.5 }),
      members: try (0..<(isDense ? 2 : 1)).map { try ONNXCases.network(shape, seed: 10 * $0) },
      mode: isDense ? .dense(chunk: 2, burnIn: 1) : .windowed(length: 5), maxGap: 3,
      ridge: isDense ? Ridge(intercept: 0.125, weights: ONNXCases.numbers(3, 5), penalty: 1) : nil,
      deviation: 0, persistence: 0)
  }

  @Test(arguments: ["dense", "windowed"])
  func `the file is what ONNX's own library writes, byte by byte`(name: String) throws {
    let bytes = try ForecastONNXTests.forecast(name).onnx(
      features: ["a", "b", "c"], states: ["calm", "turbulent"], producer: "test")
    try ONNXCases.expect(bytes, toBe: "forecast-\(name).onnx")
  }

  private struct Said: Decodable {
    let forecast: [Double]
    let networks: [Double]
  }

  private struct Fixture: Decodable {
    let dense: Said
    let windowed: Said
  }

  /// float32 networks: 2e-8 was measured, the bound leaves room for another processor's runtime.
  @Test(arguments: ["dense", "windowed"])
  func `the model forecasts what onnxruntime computes from the file`(name: String) throws {
    let fixture = try JSONDecoder().decode(
      Fixture.self, from: ONNXCases.fixture("onnx.json"))
    let said = name == "dense" ? fixture.dense : fixture.windowed
    let model = try ForecastONNXTests.forecast(name)
    let (batch, isDense) = (2, name == "dense")
    let steps = isDense ? 6 : 5
    let features = ONNXCases.numbers(steps * batch * 3, 7)
    let regimes = ONNXCases.numbers((isDense ? steps : 1) * batch * 2, 8).map { abs($0) }
    for series in 0..<batch {
      var servers = model.members.map { LSTMServer(network: $0, mode: model.mode) }
      for step in 0..<steps {
        let first = (step * batch + series) * 3
        let inputs = model.inputs(Array(features[first..<first + 3]))
        let regime = ((isDense ? step : 0) * batch + series) * 2
        let probabilities = regimes[regime..<regime + 2].map { Float($0) }
        let each = servers.indices.map {
          servers[$0].update(inputs: inputs.map { Float($0) }, regime: probabilities)
        }
        guard isDense || step == steps - 1 else { continue }
        let row = (isDense ? step : 0) * batch + series
        var sum = 0.0
        for (member, forecast) in each.enumerated() {
          let value = Double(try #require(forecast))
          #expect(abs(value - said.networks[row * each.count + member]) < 5e-7)
          sum += value
        }
        let ensemble = sum / Double(each.count)
        let forecast = model.ridge.map { 0.5 * ensemble + 0.5 * $0.predict(inputs) } ?? ensemble
        #expect(abs(forecast - said.forecast[row]) < 5e-7)
      }
    }
  }
}
