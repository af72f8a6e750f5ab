public import Kernels

/// The weights of a forecast network: LSTM layers and a head.
public struct LSTMNetwork: Sendable, Equatable {
  public let shape: LSTMShape

  /// Every weight, tensors one after the other in the order of ``tensors``.
  package internal(set) var parameters: [Float]

  init(shape: LSTMShape, parameters: [Float]) {
    precondition(parameters.count == shape.parameterCount)
    self.shape = shape
    self.parameters = parameters
  }

  /// Draws initial weights.
  ///
  /// LSTM tensors are uniform on ±1/√hidden and the head's first layer on ±1/√(its inputs), as
  /// PyTorch starts them. The last layer starts near zero (weights a hundredth of that, bias 0):
  /// an untrained network forecasts almost nothing.
  public init(shape: LSTMShape, using random: inout CounterRandom) {
    var parameters: [Float] = []
    parameters.reserveCapacity(shape.parameterCount)
    let last = shape.headHidden == 0 ? "head" : "head.2"
    for slot in shape.parameterSlots {
      var bound: Double
      if slot.name.hasPrefix("lstm.") {
        bound = 1 / Double(shape.hidden).squareRoot()
      } else if slot.name == last + ".weight" {
        bound = 0.01 / Double(slot.shape[1]).squareRoot()
      } else if slot.name == last + ".bias" {
        bound = 0
      } else {
        bound = 1 / Double(shape.headInputs).squareRoot()
      }
      for _ in slot.range {
        parameters.append(Float((2 * random.uniform() - 1) * bound))
      }
    }
    self.init(shape: shape, parameters: parameters)
  }

  /// The weights under PyTorch's names, in PyTorch's shapes and gate order (i, f, g, o).
  public var tensors: [NamedTensor] {
    shape.parameterSlots.map {
      NamedTensor(name: $0.name, shape: $0.shape, values: Array(parameters[$0.range]))
    }
  }

  /// Creates a network from named weights in any order.
  /// - Throws: `LSTMError` if a tensor is missing, unknown, doubled, of another shape or not
  ///   finite.
  public init(shape: LSTMShape, tensors: [NamedTensor]) throws(LSTMError) {
    let slots = shape.parameterSlots
    var parameters = [Float](repeating: 0, count: shape.parameterCount)
    var seen = [Bool](repeating: false, count: slots.count)
    for tensor in tensors {
      guard let index = slots.firstIndex(where: { $0.name == tensor.name }), !seen[index] else {
        throw .unexpectedTensor(name: tensor.name)
      }
      let slot = slots[index]
      guard slot.shape == tensor.shape else {
        throw .tensorShape(name: slot.name, expected: slot.shape, found: tensor.shape)
      }
      guard tensor.values.allSatisfy(\.isFinite) else { throw .nonFiniteWeight(name: slot.name) }
      parameters.replaceSubrange(slot.range, with: tensor.values)
      seen[index] = true
    }
    if let index = seen.firstIndex(of: false) { throw .missingTensor(name: slots[index].name) }
    self.init(shape: shape, parameters: parameters)
  }
}
