import Kernels
import Models
import Testing

@Suite struct LSTMBatchPassTests {
  @Test(arguments: [1, 3, 8, 16, 17], [1, 5, 9, 70])
  func `a row has the same bits whatever the batch around it`(hidden: Int, batch: Int) throws {
    let shape = LSTMShape(inputs: 6, hidden: hidden, layers: 2, regimes: 3, headHidden: 4)
    let network = try livelyNetwork(shape)
    let lengths = (0..<batch).map { 12 + $0 % 3 }
    let sequences = randomSequences(lengths, shape: shape)
    let together = LSTMBatchPass(shape: shape, maxSteps: 14, maxBatch: 70)
    together.setWeights(network.parameters)
    together.load(
      lengths.indices.map {
        TrainingChunk(sequence: $0, steps: 0..<lengths[$0], lossFrom: 2)
      }, from: sequences)
    together.forward()
    let alone = LSTMBatchPass(shape: shape, maxSteps: 20, maxBatch: 1)
    alone.setWeights(network.parameters)
    for (index, length) in lengths.enumerated() {
      alone.load(
        [TrainingChunk(sequence: index, steps: 0..<length, lossFrom: 2)], from: sequences)
      alone.forward()
      for t in 2..<length {
        #expect(
          alone.forecast(step: t, chunk: 0).bitPattern
            == together.forecast(step: t, chunk: index).bitPattern)
        #expect(
          alone.cellState(layer: 1, step: t, chunk: 0)
            == together.cellState(layer: 1, step: t, chunk: index))
      }
    }
  }

  @Test func `shorter chunks add their own loss and gradient and nothing else`() throws {
    let shape = LSTMShape(inputs: 3, hidden: 5, regimes: 2, headHidden: 4)
    let network = try livelyNetwork(shape)
    let sequences = randomSequences([11, 4], shape: shape)
    let chunks = [
      TrainingChunk(sequence: 0, steps: 2..<11, lossFrom: 5),
      TrainingChunk(sequence: 1, steps: 0..<4, lossFrom: 0),
    ]
    func run(_ chunks: [TrainingChunk]) -> (sum: Double, count: Int, gradient: [Float]) {
      let pass = LSTMBatchPass(shape: shape, maxSteps: 9, maxBatch: 2)
      var gradient = [Float](repeating: 0, count: shape.parameterCount)
      pass.setWeights(network.parameters)
      pass.load(chunks, from: sequences)
      pass.forward()
      let sum = pass.loss(.squaredError)
      pass.backward(into: &gradient)
      return (sum, pass.targetCount, gradient)
    }
    let both = run(chunks)
    let first = run([chunks[0]])
    let second = run([chunks[1]])
    // Targets at steps 6 (7th) of each sequence are missing.
    #expect(first.count == 5 && second.count == 4 && both.count == 9)
    #expect(abs(both.sum - first.sum - second.sum) < 1e-9)
    for n in both.gradient.indices {
      let mean = (first.gradient[n] * 5 + second.gradient[n] * 4) / 9
      #expect(abs(both.gradient[n] - mean) < 1e-6)
    }
  }

  @Test func `a pass leaves nothing behind for the next one`() throws {
    let shape = LSTMShape(inputs: 4, hidden: 7, layers: 2, regimes: 3, headHidden: 3)
    let network = try livelyNetwork(shape)
    let sequences = randomSequences([30, 25, 9], shape: shape)
    func gradient(of chunks: [TrainingChunk], on pass: LSTMBatchPass, dropout: Float) -> [Float] {
      var gradient = [Float](repeating: 0, count: shape.parameterCount)
      var random = CounterRandom(seed: 2, path: [])
      pass.setWeights(network.parameters)
      pass.load(chunks, from: sequences)
      pass.forward(dropout: dropout, using: &random)
      _ = pass.loss(.squaredError)
      pass.backward(into: &gradient)
      return gradient
    }
    let small = [TrainingChunk(sequence: 2, steps: 1..<8, lossFrom: 3)]
    let large = [
      TrainingChunk(sequence: 0, steps: 0..<20, lossFrom: 0),
      TrainingChunk(sequence: 1, steps: 4..<24, lossFrom: 8),
    ]
    let used = LSTMBatchPass(shape: shape, maxSteps: 20, maxBatch: 2)
    let new = LSTMBatchPass(shape: shape, maxSteps: 20, maxBatch: 2)
    _ = gradient(of: large, on: used, dropout: 0.5)
    #expect(
      gradient(of: small, on: used, dropout: 0) == gradient(of: small, on: new, dropout: 0))
    #expect(
      gradient(of: large, on: used, dropout: 0) == gradient(of: large, on: new, dropout: 0))
    #expect(
      gradient(of: large, on: used, dropout: 0)
        == gradient(
          of: large, on: LSTMBatchPass(shape: shape, maxSteps: 20, maxBatch: 2), dropout: 0))
    let fresh = LSTMBatchPass(shape: shape, maxSteps: 20, maxBatch: 2)
    #expect(
      gradient(of: small, on: used, dropout: 0.5) == gradient(of: small, on: fresh, dropout: 0.5))
  }

  @Test(arguments: [Float(0.1), 0.3, 0.5])
  func `dropout drops its share of the outputs and keeps their mean`(dropout: Float) throws {
    let shape = LSTMShape(inputs: 1, hidden: 16, regimes: 0, headHidden: 0)
    let steps = 400
    let sequence = TrainingSequence(
      inputs: [Float](repeating: 1, count: steps), regimes: [],
      targets: [Float](repeating: 0, count: steps))
    let pass = LSTMBatchPass(shape: shape, maxSteps: steps, maxBatch: 1)
    let lively = try livelyNetwork(shape)
    pass.setWeights(lively.parameters)
    pass.load([TrainingChunk(sequence: 0, steps: 0..<steps, lossFrom: 100)], from: [sequence])
    pass.forward()
    // Under a constant input h settles. A head of the signs of h adds up |h|.
    let h = pass.hiddenState(layer: 0, step: steps - 1, chunk: 0)
    let network = try LSTMNetwork(
      shape: shape,
      tensors: lively.tensors.map { tensor in
        switch tensor.name {
        case "head.weight":
          NamedTensor(name: tensor.name, shape: [1, 16], values: h.map { $0 < 0 ? -1 : 1 })
        case "head.bias": NamedTensor(name: tensor.name, shape: [1], values: [0])
        default: tensor
        }
      })
    pass.setWeights(network.parameters)
    let whole = h.map { abs(Double($0)) }.reduce(0, +)
    var random = CounterRandom(seed: 9, path: ["dropout"])
    var sum = 0.0
    let passes = 40
    for _ in 0..<passes {
      pass.forward(dropout: dropout, using: &random)
      for t in 100..<steps { sum += Double(pass.forecast(step: t, chunk: 0)) }
    }
    let draws = Double(passes * (steps - 100))
    // The variance of one masked sum is Σh²·p/(1−p). Five standard errors are far less than the
    // mean would move if the outputs that are kept were not scaled up.
    let p = Double(dropout)
    let squares = h.map { Double($0) * Double($0) }.reduce(0, +)
    let error = (squares * p / (1 - p) / draws).squareRoot()
    #expect(5 * error < 0.2 * p * whole)
    #expect(abs(sum / draws - whole) < 5 * error)
  }
}
