import Kernels
import Models
import Testing

/// The derivative of the batch loss along random directions, from differences, against the
/// gradient. float32 losses allow a central difference about three digits: 1 % of the size of the
/// slope plus 2e-4.
@Suite struct LSTMGradientTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var inputs: Int
    var hidden: Int
    var layers = 1
    var regimes = 3
    var headHidden = 0
    /// Lengths of the chunks of the batch.
    var lengths: [Int]
    var lossFrom: Int
    var loss = LSTMLoss.squaredError

    var shape: LSTMShape {
      LSTMShape(
        inputs: inputs, hidden: hidden, layers: layers, regimes: regimes, headHidden: headHidden)
    }
    var testDescription: String { "\(self)" }
  }

  static let cases = [
    Case(inputs: 1, hidden: 1, regimes: 0, lengths: [4], lossFrom: 0),
    Case(inputs: 4, hidden: 3, lengths: [6, 6, 6, 6, 6], lossFrom: 5),
    Case(inputs: 16, hidden: 16, headHidden: 16, lengths: [12, 7, 12], lossFrom: 4),
    Case(
      inputs: 9, hidden: 17, regimes: 9, headHidden: 16, lengths: Array(repeating: 5, count: 9),
      lossFrom: 1),
    Case(inputs: 5, hidden: 3, layers: 2, headHidden: 5, lengths: [9, 9], lossFrom: 3),
    Case(inputs: 8, hidden: 8, layers: 3, headHidden: 0, lengths: [6, 3, 5], lossFrom: 2),
    Case(inputs: 3, hidden: 4, headHidden: 16, lengths: [8, 8], lossFrom: 2, loss: .qlike),
    Case(
      inputs: 3, hidden: 4, headHidden: 16, lengths: [8, 8], lossFrom: 2, loss: .huber(delta: 0.3)),
  ]

  /// A lively network whose rectified units are far from their kink, half of them on: there the
  /// loss is smooth and differences can be trusted.
  private func smoothNetwork(_ shape: LSTMShape) throws -> LSTMNetwork {
    let tensors = try livelyNetwork(shape).tensors.map { tensor in
      tensor.name != "head.0.bias"
        ? tensor
        : NamedTensor(
          name: tensor.name, shape: tensor.shape,
          values: tensor.values.indices.map { $0 % 2 == 0 ? 4 : -4 })
    }
    return try LSTMNetwork(shape: shape, tensors: tensors)
  }

  @Test(arguments: cases)
  func `the gradient is the slope of the loss in every tensor`(_ c: Case) throws {
    let sequences = randomSequences(c.lengths, shape: c.shape, seed: 5).map { sequence in
      // QLIKE's targets are variances.
      c.loss == .qlike
        ? TrainingSequence(
          inputs: sequence.inputs, regimes: sequence.regimes,
          targets: sequence.targets.map { $0 * $0 }) : sequence
    }
    let chunks = c.lengths.indices.map {
      TrainingChunk(sequence: $0, steps: 0..<c.lengths[$0], lossFrom: c.lossFrom)
    }
    let pass = LSTMBatchPass(
      shape: c.shape, maxSteps: c.lengths.max()!, maxBatch: c.lengths.count)
    let network = try smoothNetwork(c.shape)
    pass.load(chunks, from: sequences)

    func loss(_ parameters: [Float]) -> Double {
      pass.setWeights(parameters)
      pass.forward()
      return pass.loss(c.loss) / Double(pass.targetCount)
    }
    var gradient = [Float](repeating: .nan, count: c.shape.parameterCount)
    _ = loss(network.parameters)
    pass.backward(into: &gradient)
    #expect(gradient.allSatisfy { $0.isFinite })

    // One random direction per tensor: a wrong tensor cannot hide behind the others.
    var random = CounterRandom(seed: 3, path: ["directions"])
    var first = 0
    for tensor in network.tensors {
      for _ in 0..<3 {
        var direction = [Float](repeating: 0, count: gradient.count)
        for n in first..<first + tensor.values.count {
          direction[n] = Float(random.normal())
        }
        let length = direction.map { Double($0) * Double($0) }.reduce(0, +).squareRoot()
        direction = direction.map { Float(Double($0) / length) }
        let step: Float = 4e-3
        let up = loss(zip(network.parameters, direction).map { $0 + step * $1 })
        let down = loss(zip(network.parameters, direction).map { $0 - step * $1 })
        let measured = (up - down) / (2 * Double(step))
        let claimed = zip(gradient, direction).map { Double($0) * Double($1) }.reduce(0, +)
        #expect(
          abs(measured - claimed) < 2e-4 + 0.01 * abs(claimed),
          "\(tensor.name): measured \(measured), claimed \(claimed)")
      }
      first += tensor.values.count
    }
  }

  @Test func `dropped outputs carry no gradient and the mask is the same both ways`() throws {
    // With a fixed mask the loss is a smooth function: the same differences must hold.
    let shape = LSTMShape(inputs: 4, hidden: 6, layers: 2, regimes: 2, headHidden: 5)
    let sequences = randomSequences([9, 9, 9], shape: shape)
    let chunks = (0..<3).map { TrainingChunk(sequence: $0, steps: 0..<9, lossFrom: 2) }
    let pass = LSTMBatchPass(shape: shape, maxSteps: 9, maxBatch: 3)
    let network = try smoothNetwork(shape)
    pass.load(chunks, from: sequences)
    func loss(_ parameters: [Float]) -> Double {
      var random = CounterRandom(seed: 8, path: ["mask"])
      pass.setWeights(parameters)
      pass.forward(dropout: 0.4, using: &random)
      return pass.loss(.squaredError) / Double(pass.targetCount)
    }
    var gradient = [Float](repeating: 0, count: shape.parameterCount)
    let dropped = loss(network.parameters)
    pass.backward(into: &gradient)
    pass.setWeights(network.parameters)
    pass.forward()
    #expect(pass.loss(.squaredError) / Double(pass.targetCount) != dropped)

    var random = CounterRandom(seed: 4, path: ["directions"])
    for _ in 0..<10 {
      var direction = gradient.map { _ in Float(random.normal()) }
      let length = direction.map { Double($0) * Double($0) }.reduce(0, +).squareRoot()
      direction = direction.map { Float(Double($0) / length) }
      let step: Float = 4e-3
      let up = loss(zip(network.parameters, direction).map { $0 + step * $1 })
      let down = loss(zip(network.parameters, direction).map { $0 - step * $1 })
      let measured = (up - down) / (2 * Double(step))
      let claimed = zip(gradient, direction).map { Double($0) * Double($1) }.reduce(0, +)
      #expect(abs(measured - claimed) < 2e-4 + 0.01 * abs(claimed))
    }
  }
}
