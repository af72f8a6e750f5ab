import Foundation
import Kernels
import Models
import Testing

/// The loss of variance forecasts: `y e^(-f) + f`, f the logarithm of the forecast.
@Suite struct QLIKETests {
  /// A network that forecasts `f` whatever it reads.
  private func constant(_ f: Float) throws -> LSTMNetwork {
    let shape = LSTMShape(inputs: 1, hidden: 1, regimes: 0, headHidden: 0)
    var random = CounterRandom(seed: 1, path: [])
    let tensors = LSTMNetwork(shape: shape, using: &random).tensors.map { tensor in
      NamedTensor(
        name: tensor.name, shape: tensor.shape,
        values: tensor.values.map { _ in tensor.name == "head.bias" ? f : 0 })
    }
    return try LSTMNetwork(shape: shape, tensors: tensors)
  }

  /// Loss and gradient of the constant, mean over the targets.
  private func judged(_ f: Float, _ targets: [Float]) throws -> (loss: Double, gradient: Double) {
    let network = try constant(f)
    let pass = LSTMBatchPass(shape: network.shape, maxSteps: targets.count, maxBatch: 1)
    pass.load(
      [TrainingChunk(sequence: 0, steps: 0..<targets.count, lossFrom: 0)],
      from: [
        TrainingSequence(inputs: targets.map { _ in 0.5 }, regimes: [], targets: targets)
      ])
    pass.setWeights(network.parameters)
    pass.forward()
    let loss = pass.loss(.qlike) / Double(pass.targetCount)
    var gradient = [Float](repeating: 0, count: network.shape.parameterCount)
    pass.backward(into: &gradient)
    // The head's bias is the last parameter.
    return (loss, Double(gradient[gradient.count - 1]))
  }

  @Test func `by hand`() throws {
    // f = 0, variance 1: y + 0; slope 1 - y.
    var (loss, gradient) = try judged(0, [2])
    #expect(loss == 2 && gradient == -1)
    // f = ln 2, variance 2, targets 4 and 0: (2 + ln 2 + ln 2) / 2; slope (1 - 2 + 1) / 2.
    (loss, gradient) = try judged(Float(0.6931471805599453), [4, 0])
    #expect(abs(loss - 1.6931471805599453) < 1e-6 && abs(gradient) < 1e-6)
  }

  @Test(arguments: [[0.3, 4], [1, 1, 7], [0, 0, 3, 9]] as [[Float]])
  func `is least where the forecast is the mean of the targets`(targets: [Float]) throws {
    let mean = targets.reduce(0, +) / Float(targets.count)
    let best = Float(Elementary.log(Double(mean)))
    let least = try judged(best, targets)
    #expect(abs(least.gradient) < 1e-6)
    for step: Float in [-0.5, -0.01, 0.01, 0.5] {
      #expect(try judged(best + step, targets).loss > least.loss)
    }
  }

  @Test func `loss and gradient are PyTorch's`() throws {
    let torch = try TorchQLIKE.load()
    let shape = LSTMShape(
      inputs: torch.inputs, hidden: torch.hidden, layers: torch.layers, regimes: 0,
      headHidden: torch.headHidden)
    let network = try LSTMNetwork(
      shape: shape,
      tensors: torch.tensors.map {
        NamedTensor(name: $0.name, shape: $0.shape, values: $0.values)
      })
    let sequences = (0..<torch.batch).map { b in
      let steps = b * torch.steps..<(b + 1) * torch.steps
      return TrainingSequence(
        inputs: Array(torch.x[steps.lowerBound * torch.inputs..<steps.upperBound * torch.inputs]),
        regimes: [], targets: Array(torch.y[steps]))
    }
    let pass = LSTMBatchPass(shape: shape, maxSteps: torch.steps, maxBatch: torch.batch)
    pass.load(
      sequences.indices.map {
        TrainingChunk(sequence: $0, steps: 0..<torch.steps, lossFrom: torch.lossFrom)
      }, from: sequences)
    pass.setWeights(network.parameters)
    pass.forward()
    let loss = pass.loss(.qlike) / Double(pass.targetCount)
    #expect(abs(loss - torch.loss) < 1e-6)
    var gradient = [Float](repeating: 0, count: shape.parameterCount)
    pass.backward(into: &gradient)
    // float32 against float64; the largest element is near 0.5.
    #expect(largestDifference(gradient, torch.gradient) < 1e-6)
  }
}

private struct TorchQLIKE: Decodable {
  struct Tensor: Decodable {
    let name: String
    let shape: [Int]
    let values: [Float]
  }
  let layers: Int
  let hidden: Int
  let inputs: Int
  let steps: Int
  let batch: Int
  let headHidden: Int
  let lossFrom: Int
  let x: [Float]
  let y: [Float]
  let tensors: [Tensor]
  let loss: Double
  let gradient: [Double]

  static func load() throws -> TorchQLIKE {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/qlike.json")
    return try JSONDecoder().decode(TorchQLIKE.self, from: Data(contentsOf: url))
  }
}
