/// Ensembles of LSTM networks as parts of a graph.
///
/// They read the tensor `x`, steps x series x inputs in float32, and write `networks`, each network's own
/// output. Without a window the states of all of them come in as `h` and `c`, (networks * layers) x series x
/// hidden, and go out as `h_next` and `c_next`.
extension ONNXGraph {
  /// `x = tanh((from - mean) / scale / 1.5)`, in float64 as in `StandardScaler.squashed`; `inputs` is the
  /// same before it is rounded to float32.
  mutating func squash(_ scaler: StandardScaler, from: String) {
    constant("scaler.mean", [scaler.columns], scaler.mean)
    constant("scaler.scale", [scaler.columns], scaler.scale)
    constant("squash", [], [1.5] as [Double])
    node("Sub", [from, "scaler.mean"], ["centred"])
    node("Div", ["centred", "scaler.scale"], ["standardised"])
    node("Div", ["standardised", "squash"], ["narrowed"])
    node("Tanh", ["narrowed"], ["inputs"])
    node("Cast", ["inputs"], ["x"], [.integer("to", 1)])
  }

  /// Declares the states that go in and out.
  mutating func declareStates(of members: [LSTMNetwork], series: Extent) {
    let shape = members[0].shape
    let state = [.fixed(members.count * shape.layers), series, Extent.fixed(shape.hidden)]
    for (name, meaning) in [("h", "hidden"), ("c", "cell")] {
      input(name, .float, state, "\(meaning) states: layers of network 0, then of 1; zero at first")
      output("\(name)_next", .float, state, "\(meaning) states after the last step")
    }
  }

  /// Adds networks of one shape: `networks`, and `networks.double`, the same in float64.
  /// - Parameters:
  ///   - regimes: what the heads read beside the units; nil for nothing.
  ///   - window: the steps after which the networks speak, from zero states; nil to speak at each step.
  mutating func networks(_ members: [LSTMNetwork], regimes: String?, window: Int?) {
    precondition(members.allSatisfy { $0.shape == members[0].shape }, "networks of one shape")
    for (index, network) in members.enumerated() {
      let part = NetworkPart(network, index: index, isWindowed: window != nil)
      part.add(to: &self, regimes: regimes)
    }
    node("Concat", members.indices.map { "network.\($0)" }, ["networks"], [.integer("axis", -1)])
    node("Cast", ["networks"], ["networks.double"], [.integer("to", 11)])
  }

  /// Gives the states after the last step out.
  mutating func handOnStates(of members: [LSTMNetwork]) {
    for state in ["h", "c"] {
      let names = members.indices.flatMap { member in
        (0..<members[member].shape.layers).map { "network.\(member).l\($0).\(state)_next" }
      }
      node("Concat", names, ["\(state)_next"], [.integer("axis", 0)])
    }
  }

  /// Drops an axis of one element. Since set 13 the axis is a constant, here one a node.
  mutating func squeeze(_ from: String, to: String, axis: Int64) {
    constant("\(to).axis", [axis])
    node("Squeeze", [from, "\(to).axis"], [to])
  }
}

/// One network of an ensemble, from `x` to `network.INDEX`.
private struct NetworkPart {
  let shape: LSTMShape
  let index: Int
  let isWindowed: Bool
  private let own: String
  private let values: [String: [Float]]

  init(_ network: LSTMNetwork, index: Int, isWindowed: Bool) {
    shape = network.shape
    self.index = index
    self.isWindowed = isWindowed
    own = "network.\(index)"
    values = Dictionary(uniqueKeysWithValues: network.tensors.map { ($0.name, $0.values) })
  }

  func add(to graph: inout ONNXGraph, regimes: String?) {
    var current = "x"
    for layer in 0..<shape.layers { current = lstm(layer, from: current, in: &graph) }
    if let regimes {
      graph.node("Concat", [current, regimes], ["\(own).joined"], [.integer("axis", -1)])
      current = "\(own).joined"
    }
    guard shape.headHidden > 0 else {
      linear("head", from: current, to: own, [shape.headInputs, 1], in: &graph)
      return
    }
    let width = shape.headHidden
    linear("head.0", from: current, to: "\(own).wide", [shape.headInputs, width], in: &graph)
    graph.node("Relu", ["\(own).wide"], ["\(own).rectified"])
    linear("head.2", from: "\(own).rectified", to: own, [width, 1], in: &graph)
  }

  /// Adds a layer; returns the name of its outputs.
  private func lstm(_ layer: Int, from: String, in graph: inout ONNXGraph) -> String {
    let (name, isLast) = ("\(own).l\(layer)", layer == shape.layers - 1)
    let (hidden, inputs) = (shape.hidden, shape.inputs(ofLayer: layer))
    graph.constant(
      "\(name).W", [1, 4 * hidden, inputs], gates("lstm.weight_ih_l\(layer)", columns: inputs))
    graph.constant(
      "\(name).R", [1, 4 * hidden, hidden], gates("lstm.weight_hh_l\(layer)", columns: hidden))
    graph.constant(
      "\(name).B", [1, 8 * hidden],
      gates("lstm.bias_ih_l\(layer)", columns: 1) + gates("lstm.bias_hh_l\(layer)", columns: 1))
    var inputNames = [from, "\(name).W", "\(name).R", "\(name).B"]
    let isWindowEnd = isWindowed && isLast
    var outputNames = [isWindowEnd ? "" : "\(name).Y"]
    if !isWindowed {
      graph.constant("\(name).index", [Int64(index * shape.layers + layer)])
      for state in ["h", "c"] {
        graph.node("Gather", [state, "\(name).index"], ["\(name).\(state)"])
      }
      inputNames += ["", "\(name).h", "\(name).c"]
      outputNames += ["\(name).h_next", "\(name).c_next"]
    } else if isWindowEnd {
      outputNames.append("\(name).h_next")
    }
    graph.node("LSTM", inputNames, outputNames, [.integer("hidden_size", Int64(hidden))])
    let outputs = "\(name).y"
    if isWindowEnd {
      graph.squeeze("\(name).h_next", to: outputs, axis: 0)
    } else {
      graph.squeeze("\(name).Y", to: outputs, axis: 1)
    }
    return outputs
  }

  /// `to = from * weight' + bias`, the weight of a `torch.nn.Linear`, outputs x inputs.
  private func linear(
    _ layer: String, from: String, to: String, _ size: [Int], in graph: inout ONNXGraph
  ) {
    let (rows, columns, weight) = (size[0], size[1], values["\(layer).weight"] ?? [])
    let transposed = (0..<rows * columns).map { weight[$0 % columns * rows + $0 / columns] }
    let name = "\(own).\(layer)"
    graph.constant("\(name).weight", size, transposed)
    graph.constant("\(name).bias", [columns], values["\(layer).bias"] ?? [])
    graph.node("MatMul", [from, "\(name).weight"], ["\(name).product"])
    graph.node("Add", ["\(name).product", "\(name).bias"], [to])
  }

  /// Gate blocks i, f, g, o of PyTorch in ONNX's order i, o, f, c (c is g).
  private func gates(_ tensor: String, columns: Int) -> [Float] {
    let (block, all) = (shape.hidden * columns, values[tensor] ?? [])
    return [0, 3, 1, 2].flatMap { all[$0 * block..<($0 + 1) * block] }
  }
}
