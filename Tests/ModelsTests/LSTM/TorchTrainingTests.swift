import Foundation
import Kernels
import Models
import Testing

/// Agreement with torch 2.13.0 in float64 (Fixtures/LSTM-README.md): AdamW, Huber loss and plateau
/// schedule together, and the schedule alone.
@Suite struct TorchTrainingTests {
  /// Adam divides by the root of tiny squares, so float32 errors of gradients grow from step to step:
  /// parameters that move by up to .02 a step are compared to 5e-6.
  @Test(arguments: 0..<3)
  func `24 steps of Huber loss, AdamW or Adam, and a falling rate match PyTorch`(index: Int) throws
  {
    let fixture = try TorchTraining.load()
    let torch = fixture.runs[index]
    let shape = LSTMShape(
      inputs: fixture.inputs, hidden: fixture.hidden, layers: fixture.layers,
      regimes: fixture.regimes, headHidden: fixture.headHidden)
    var parameters = try LSTMNetwork(shape: shape, tensors: torch.tensors.map(\.named)).parameters
    var options = LSTMTrainingOptions()
    options.optimiser = try #require(LSTMTrainingOptions.Optimiser(rawValue: torch.optimiser))
    options.weightDecay = torch.weightDecay
    options.rate = torch.rate
    options.clipNorm = torch.clip
    options.loss = .huber(delta: torch.delta)
    var optimiser = LSTMOptimiser(parameters: shape.parameterCount, options)
    var schedule = PlateauSchedule(torch.plateau.settings)
    let (steps, batch) = (fixture.steps, fixture.batch)
    let sequences = (0..<batch).map { b in
      TrainingSequence(
        inputs: Array(torch.x[b * steps * shape.inputs..<(b + 1) * steps * shape.inputs]),
        regimes: Array(torch.regimes[b * steps * shape.regimes..<(b + 1) * steps * shape.regimes]),
        targets: Array(torch.y[b * steps..<(b + 1) * steps]))
    }
    let pass = LSTMBatchPass(shape: shape, maxSteps: steps, maxBatch: batch)
    pass.load(
      (0..<batch).map { TrainingChunk(sequence: $0, steps: 0..<steps, lossFrom: 0) },
      from: sequences)
    var gradient = [Float](repeating: 0, count: shape.parameterCount)
    var compared = 0
    for step in 1...torch.losses.count {
      pass.setWeights(parameters)
      pass.forward()
      let loss = pass.loss(options.loss) / Double(pass.targetCount)
      #expect(abs(loss - torch.losses[step - 1]) < 5e-7, "step \(step)")
      pass.backward(into: &gradient)
      _ = optimiser.step(&parameters, gradient: &gradient)
      optimiser.rate = schedule.rate(after: loss, rate: optimiser.rate)
      #expect(optimiser.rate == torch.rates[step - 1], "step \(step)")
      guard let expected = torch.parameters["\(step)"] else { continue }
      #expect(largestDifference(parameters, expected) < 5e-6, "step \(step)")
      compared += 1
    }
    #expect(compared == 3)
  }

  @Test(arguments: 0..<4)
  func `the schedule's rates are PyTorch's, bit for bit`(index: Int) throws {
    let torch = try TorchTraining.load().schedules[index]
    var schedule = PlateauSchedule(torch.plateau.settings)
    var rate = torch.rate
    for (loss, expected) in zip(torch.losses, torch.rates) {
      rate = schedule.rate(after: loss, rate: rate)
      #expect(rate == expected)
    }
  }
}

private struct TorchTraining: Decodable {
  struct Plateau: Decodable {
    let factor: Double
    let patience: Int
    let threshold: Double
    let cooldown: Int
    let minimumRate: Double

    enum CodingKeys: String, CodingKey {
      case factor, patience, threshold, cooldown
      case minimumRate = "min_lr"
    }

    var settings: PlateauSchedule.Settings {
      var settings = PlateauSchedule.Settings()
      settings.factor = factor
      settings.patience = patience
      settings.threshold = threshold
      settings.cooldown = cooldown
      settings.minimumRate = minimumRate
      return settings
    }
  }
  struct Tensor: Decodable {
    let name: String
    let shape: [Int]
    let values: [Float]

    var named: NamedTensor { NamedTensor(name: name, shape: shape, values: values) }
  }
  struct Run: Decodable {
    let optimiser: String
    let weightDecay: Double
    let delta: Float
    let rate: Double
    let clip: Float
    let plateau: Plateau
    let x: [Float]
    let regimes: [Float]
    let y: [Float]
    let tensors: [Tensor]
    let losses: [Double]
    let rates: [Double]
    let parameters: [String: [Double]]
  }
  struct Schedule: Decodable {
    let rate: Double
    let plateau: Plateau
    let losses: [Double]
    let rates: [Double]
  }
  let inputs: Int
  let hidden: Int
  let layers: Int
  let headHidden: Int
  let regimes: Int
  let steps: Int
  let batch: Int
  let runs: [Run]
  let schedules: [Schedule]

  static func load() throws -> TorchTraining {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/training.json")
    return try JSONDecoder().decode(TorchTraining.self, from: Data(contentsOf: url))
  }
}
