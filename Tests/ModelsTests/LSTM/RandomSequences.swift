import Kernels
import Models

/// Segments of standard normal features, random regime probabilities and normal targets, of which
/// every `gap`-th is missing.
func randomSequences(
  _ lengths: [Int], shape: LSTMShape, gap: Int = 7, seed: UInt64 = 1
) -> [TrainingSequence] {
  var random = CounterRandom(seed: seed, path: ["sequences"])
  return lengths.map { length in
    let inputs = (0..<length * shape.inputs).map { _ in Float(random.normal()) }
    var regimes: [Float] = []
    for _ in 0..<length {
      let draws = (0..<shape.regimes).map { _ in Float(random.uniform()) + 0.01 }
      let sum = draws.reduce(0, +)
      regimes += draws.map { $0 / sum }
    }
    let targets = (0..<length).map { step in
      let value = Float(random.normal())
      return step % gap == gap - 1 ? Float.nan : value
    }
    return TrainingSequence(inputs: inputs, regimes: regimes, targets: targets)
  }
}

/// A network all of whose weights are far from zero, the last layer's too.
func livelyNetwork(_ shape: LSTMShape, seed: UInt64 = 1) throws -> LSTMNetwork {
  var random = CounterRandom(seed: seed, path: ["network"])
  let drawn = LSTMNetwork(shape: shape, using: &random)
  return try LSTMNetwork(
    shape: shape,
    tensors: drawn.tensors.map { tensor in
      NamedTensor(
        name: tensor.name, shape: tensor.shape,
        values: tensor.values.map { _ in Float(random.uniform() - 0.5) })
    })
}
