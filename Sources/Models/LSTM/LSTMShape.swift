import Kernels

/// The sizes of a forecast network: LSTM layers, then a head on [h, regime probabilities].
///
/// Fixes the list of its tensors: names, shapes and order as in PyTorch, `lstm.*` a
/// `torch.nn.LSTM(inputs, hidden, layers)`, `head.*` a `torch.nn.Linear` or, with a hidden layer,
/// `torch.nn.Sequential(Linear, ReLU, Linear)`.
public struct LSTMShape: Sendable, Hashable {
  /// Features per bar.
  public let inputs: Int
  /// Units of each LSTM layer.
  public let hidden: Int
  /// LSTM layers, 1 to 3.
  public let layers: Int
  /// Regime probabilities joined to the last layer's output; 0 for none.
  public let regimes: Int
  /// Units of the head's hidden layer; 0 is a linear head.
  public let headHidden: Int

  /// Units that a layer may have.
  public static let hiddenUnits = 1...256
  public static let layerCounts = 1...3
  /// Units that the head's hidden layer may have; 0 for none.
  public static let headUnits = 0...1024

  public init(inputs: Int, hidden: Int, layers: Int = 1, regimes: Int, headHidden: Int) {
    precondition(inputs > 0 && hidden > 0, "a network has inputs and hidden units")
    precondition(LSTMShape.layerCounts.contains(layers), "an LSTM has 1 to 3 layers")
    precondition(regimes >= 0 && headHidden >= 0, "a count cannot be negative")
    self.inputs = inputs
    self.hidden = hidden
    self.layers = layers
    self.regimes = regimes
    self.headHidden = headHidden
  }

  /// Features that LSTM layer `layer` reads.
  func inputs(ofLayer layer: Int) -> Int { layer == 0 ? inputs : hidden }

  /// Outputs of the head's first layer.
  var headWidth: Int { headHidden == 0 ? 1 : headHidden }

  /// Inputs of the head.
  var headInputs: Int { hidden + regimes }
}

/// Where one tensor lies in the flat parameters of a network.
struct ParameterSlot: Sendable, Hashable {
  let name: String
  let shape: [Int]
  let range: Range<Int>
}

extension LSTMShape {
  /// The tensors in PyTorch's order, one after the other.
  var parameterSlots: [ParameterSlot] {
    var slots: [ParameterSlot] = []
    var next = 0
    func add(_ name: String, _ shape: Int...) {
      let count = shape.reduce(1, *)
      slots.append(ParameterSlot(name: name, shape: shape, range: next..<next + count))
      next += count
    }
    for layer in 0..<layers {
      add("lstm.weight_ih_l\(layer)", 4 * hidden, inputs(ofLayer: layer))
      add("lstm.weight_hh_l\(layer)", 4 * hidden, hidden)
      add("lstm.bias_ih_l\(layer)", 4 * hidden)
      add("lstm.bias_hh_l\(layer)", 4 * hidden)
    }
    if headHidden == 0 {
      add("head.weight", 1, headInputs)
      add("head.bias", 1)
    } else {
      add("head.0.weight", headHidden, headInputs)
      add("head.0.bias", headHidden)
      add("head.2.weight", 1, headHidden)
      add("head.2.bias", 1)
    }
    return slots
  }

  /// The number of trained parameters.
  public var parameterCount: Int { parameterSlots.last?.range.upperBound ?? 0 }
}
