import Foundation
import Kernels
import Models
import Testing

/// Agreement with torch 2.13.0 (Fixtures/LSTM-README.md).
///
/// float32 sums differ in their last bits because PyTorch adds in another order. Measured against
/// both precisions: states within 2.4e-7, gradients (norm 0.05) within 7.5e-9, parameters after
/// three steps of Adam at rate 0.01 within 1.2e-7; PyTorch's float32 is as far from its float64.
/// The bounds leave room for another processor, where PyTorch's float32 sums come out differently:
/// 5e-7, 2e-8 and 5e-7.
@Suite struct LSTMReferenceTests {
  @Test(arguments: 0..<5, ["float32", "float64"])
  func `forward, loss, gradients and three Adam steps match PyTorch`(
    index: Int, precision: String
  ) throws {
    let fixture = try TorchFixture.load()
    let torch = fixture.cases[index]
    let expected = precision == "float32" ? torch.float32 : torch.float64
    let shape = torch.shape(regimes: fixture.regimes)
    let network = try LSTMNetwork(
      shape: shape,
      tensors: torch.tensors.map {
        NamedTensor(name: $0.name, shape: $0.shape, values: $0.values)
      })
    #expect(network.tensors.map(\.name) == torch.tensors.map(\.name))
    #expect(network.tensors.map(\.values) == torch.tensors.map(\.values))

    let sequences = torch.sequences(regimes: fixture.regimes)
    let chunks = sequences.indices.map {
      TrainingChunk(sequence: $0, steps: 0..<torch.steps, lossFrom: torch.lossFrom)
    }
    let pass = LSTMBatchPass(shape: shape, maxSteps: torch.steps, maxBatch: torch.batch)
    var optimiser = LSTMOptimiser(
      parameters: shape.parameterCount,
      adam: .init(rate: 1e-2, weightDecay: torch.weightDecay), clipNorm: 0.05)
    var parameters = network.parameters
    var gradient = [Float](repeating: 0, count: shape.parameterCount)
    for step in 0..<3 {
      pass.load(chunks, from: sequences)
      pass.setWeights(parameters)
      pass.forward()
      let loss = pass.loss(.squaredError) / Double(pass.targetCount)
      #expect(abs(loss - expected.losses[step]) < 5e-7)
      if step == 0 {
        let states = (0..<torch.batch).flatMap { b in
          (0..<torch.steps).flatMap { t in
            pass.hiddenState(layer: torch.layers - 1, step: t, chunk: b)
          }
        }
        #expect(largestDifference(states, expected.output) < 5e-7)
        var h: [Float] = []
        var c: [Float] = []
        for layer in 0..<torch.layers {
          for b in 0..<torch.batch {
            h += pass.hiddenState(layer: layer, step: torch.steps - 1, chunk: b)
            c += pass.cellState(layer: layer, step: torch.steps - 1, chunk: b)
          }
        }
        #expect(largestDifference(h, expected.h) < 5e-7)
        #expect(largestDifference(c, expected.c) < 5e-7)
        let forecasts = (0..<torch.batch).flatMap { b in
          (torch.lossFrom..<torch.steps).map { pass.forecast(step: $0, chunk: b) }
        }
        #expect(largestDifference(forecasts, expected.forecast) < 5e-7)
      }
      pass.backward(into: &gradient)
      let norm = optimiser.step(&parameters, gradient: &gradient)
      if step == 0 {
        #expect(abs(norm - expected.gradientNorm) < 5e-7)
        // `step` has clipped the gradient in place; its norm is 0.05.
        #expect(largestDifference(gradient, expected.clippedGradient) < 2e-8)
      }
    }
    #expect(largestDifference(parameters, expected.parametersAfter) < 5e-7)
  }

  @Test(arguments: 0..<5)
  func `the server forecasts what PyTorch forecasts`(index: Int) throws {
    let fixture = try TorchFixture.load()
    let torch = fixture.cases[index]
    let network = try LSTMNetwork(
      shape: torch.shape(regimes: fixture.regimes),
      tensors: torch.tensors.map {
        NamedTensor(name: $0.name, shape: $0.shape, values: $0.values)
      })
    var served: [Float] = []
    for sequence in torch.sequences(regimes: fixture.regimes) {
      let forecasts = network.forecasts(
        inputs: sequence.inputs, regimes: sequence.regimes, mode: .dense(chunk: 2, burnIn: 1))
      served += forecasts[torch.lossFrom...].compactMap { $0 }
    }
    #expect(largestDifference(served, torch.float64.forecast) < 5e-7)
  }
}

/// The largest absolute difference of two lists of the same length; infinite if the lengths or
/// any value make a comparison impossible.
func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
  guard a.count == b.count, !a.isEmpty, a.allSatisfy(\.isFinite) else { return .infinity }
  return zip(a, b).map { abs(Double($0) - $1) }.max() ?? .infinity
}

private struct TorchFixture: Decodable {
  struct Tensor: Decodable {
    let name: String
    let shape: [Int]
    let values: [Float]
  }
  struct Numbers: Decodable {
    let losses: [Double]
    let output: [Double]
    let h: [Double]
    let c: [Double]
    let forecast: [Double]
    let gradientNorm: Double
    let clippedGradient: [Double]
    let parametersAfter: [Double]
  }
  struct Case: Decodable {
    let layers: Int
    let hidden: Int
    let inputs: Int
    let steps: Int
    let batch: Int
    let headHidden: Int
    let lossFrom: Int
    let weightDecay: Double
    let x: [Float]
    let regimes: [Float]
    let y: [Float?]
    let tensors: [Tensor]
    let float32: Numbers
    let float64: Numbers

    func shape(regimes: Int) -> LSTMShape {
      LSTMShape(
        inputs: inputs, hidden: hidden, layers: layers, regimes: regimes, headHidden: headHidden)
    }

    func sequences(regimes k: Int) -> [TrainingSequence] {
      (0..<batch).map { b in
        TrainingSequence(
          inputs: Array(x[b * steps * inputs..<(b + 1) * steps * inputs]),
          regimes: Array(regimes[b * steps * k..<(b + 1) * steps * k]),
          targets: y[b * steps..<(b + 1) * steps].map { $0 ?? .nan })
      }
    }
  }
  let regimes: Int
  let cases: [Case]

  static func load() throws -> TorchFixture {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/lstm.json")
    return try JSONDecoder().decode(TorchFixture.self, from: Data(contentsOf: url))
  }
}
