/// A node's forecast as one graph for onnxruntime and its like: from features in natural units and
/// regime probabilities to what `NodeInference` forecasts, scaling, every network of the ensemble and
/// the ridge included.
///
/// Dense, for T steps of B series at once, or one bar at a time with the states handed on:
///
/// | input | type | shape |
/// |---|---|---|
/// | `features` | double | T x B x features, in the order of metadata `features` |
/// | `regime` | double | T x B x K, filtered probabilities in the order of metadata `states` |
/// | `h`, `c` | float | (networks * layers) x B x hidden, zero before the first bar |
///
/// | output | type | shape |
/// |---|---|---|
/// | `forecast` | double | T x B, in sigmas |
/// | `networks` | float | T x B x networks, each network's own forecast |
/// | `h_next`, `c_next` | float | as `h` and `c`, after the last step |
///
/// Windowed: `features` is L x B x features, the bars of a window; `regime` is B x K, those of its
/// last bar; `forecast` is B and `networks` B x networks. There are no states.
extension ForecastModel {
  /// Returns the bytes of an ONNX file.
  /// - Parameters:
  ///   - features: the names of the features, in order.
  ///   - states: the names of the regimes, in order.
  ///   - metadata: what else goes into the file's metadata.
  public func onnx(
    features: [String], states: [String], producer: String,
    metadata: [(name: String, value: String)] = []
  ) -> [UInt8] {
    precondition(!members.isEmpty && features.count == scaler.columns, "a name a feature")
    var builder = ForecastGraph(self)
    builder.build()
    return builder.graph.file(
      name: "forecast", producer: producer,
      metadata: [
        ("features", features.joined(separator: ",")), ("states", states.joined(separator: ",")),
        ("mode", mode.canonical),
      ] + metadata)
  }
}

extension ForecastMode {
  /// `dense` or `windowed 60`: what a reader of an exported model has to know.
  public var canonical: String {
    switch self {
    case .dense: "dense"
    case .windowed(let length): "windowed \(length)"
    }
  }
}

/// Builds the graph of one forecast.
private struct ForecastGraph {
  let model: ForecastModel
  let shape: LSTMShape
  /// The length of a window; nil when dense.
  let window: Int?
  var graph = ONNXGraph()

  init(_ model: ForecastModel) {
    self.model = model
    let first = model.members[0].shape
    precondition(model.members.allSatisfy { $0.shape == first }, "networks of one shape")
    shape = first
    if case .windowed(let length) = model.mode { window = length } else { window = nil }
  }

  mutating func build() {
    declare()
    scaleInputs()
    if shape.regimes > 0 { graph.node("Cast", ["regime"], ["r"], [.integer("to", 1)]) }
    for member in model.members.indices { network(member) }
    let forecasts = model.members.indices.map { "network.\($0)" }
    graph.node("Concat", forecasts, ["networks"], [.integer("axis", -1)])
    graph.node("Cast", ["networks"], ["networks.double"], [.integer("to", 11)])
    average()
    guard window == nil else { return }
    for state in ["h", "c"] {
      graph.node("Concat", stateNames(state), ["\(state)_next"], [.integer("axis", 0)])
    }
  }

  private mutating func declare() {
    let series = ONNXGraph.Extent.any("batch")
    let steps = window.map { ONNXGraph.Extent.fixed($0) } ?? .any("steps")
    let rows = window == nil ? [steps, series] : [series]
    let networks = model.members.count
    graph.input(
      "features", .double, [steps, series, .fixed(shape.inputs)],
      "features of each bar in natural units")
    if shape.regimes > 0 {
      graph.input(
        "regime", .double, rows + [.fixed(shape.regimes)],
        "filtered regime probabilities at the close of the bar")
    }
    graph.output(
      "forecast", .double, rows, "forecast of the next bar's log return, in EWMA sigmas")
    graph.output("networks", .float, rows + [.fixed(networks)], "the forecast of each network")
    guard window == nil else { return }
    let state = [.fixed(networks * shape.layers), series, ONNXGraph.Extent.fixed(shape.hidden)]
    for (name, meaning) in [("h", "hidden"), ("c", "cell")] {
      graph.input(
        name, .float, state, "\(meaning) states: layers of network 0, then of 1; zero at first")
      graph.output("\(name)_next", .float, state, "\(meaning) states after the last step")
    }
  }

  /// `tanh((features - mean) / scale / 1.5)`, in float64 as in `ForecastModel.inputs`.
  private mutating func scaleInputs() {
    graph.constant("scaler.mean", [shape.inputs], model.scaler.mean)
    graph.constant("scaler.scale", [shape.inputs], model.scaler.scale)
    graph.constant("squash", [], [1.5] as [Double])
    graph.node("Sub", ["features", "scaler.mean"], ["centred"])
    graph.node("Div", ["centred", "scaler.scale"], ["standardised"])
    graph.node("Div", ["standardised", "squash"], ["narrowed"])
    graph.node("Tanh", ["narrowed"], ["inputs"])
    graph.node("Cast", ["inputs"], ["x"], [.integer("to", 1)])
  }

  private mutating func network(_ member: Int) {
    let tensors = Dictionary(
      uniqueKeysWithValues: model.members[member].tensors.map { ($0.name, $0) })
    func values(_ name: String) -> [Float] { tensors[name]?.values ?? [] }
    let own = "network.\(member)"
    var current = "x"
    for layer in 0..<shape.layers {
      let (name, isLast) = ("\(own).l\(layer)", layer == shape.layers - 1)
      let (hidden, inputs) = (shape.hidden, shape.inputs(ofLayer: layer))
      graph.constant(
        "\(name).W", [1, 4 * hidden, inputs],
        gates(values("lstm.weight_ih_l\(layer)"), columns: inputs))
      graph.constant(
        "\(name).R", [1, 4 * hidden, hidden],
        gates(values("lstm.weight_hh_l\(layer)"), columns: hidden))
      graph.constant(
        "\(name).B", [1, 8 * hidden],
        gates(values("lstm.bias_ih_l\(layer)"), columns: 1)
          + gates(values("lstm.bias_hh_l\(layer)"), columns: 1))
      var inputNames = [current, "\(name).W", "\(name).R", "\(name).B"]
      let isWindowEnd = window != nil && isLast
      var outputNames = [isWindowEnd ? "" : "\(name).Y"]
      if window == nil {
        let index = member * shape.layers + layer
        graph.constant("\(name).index", [Int64(index)])
        for state in ["h", "c"] {
          graph.node("Gather", [state, "\(name).index"], ["\(name).\(state)"])
        }
        inputNames += ["", "\(name).h", "\(name).c"]
        outputNames += ["\(name).h_next", "\(name).c_next"]
      } else if isWindowEnd {
        outputNames.append("\(name).h_next")
      }
      graph.node("LSTM", inputNames, outputNames, [.integer("hidden_size", Int64(hidden))])
      current = "\(name).y"
      if isWindowEnd {
        squeeze("\(name).h_next", to: current, axis: 0)
      } else {
        squeeze("\(name).Y", to: current, axis: 1)
      }
    }
    if shape.regimes > 0 {
      graph.node("Concat", [current, "r"], ["\(own).joined"], [.integer("axis", -1)])
      current = "\(own).joined"
    }
    guard shape.headHidden > 0 else {
      linear(own, "head", from: current, to: own, [shape.headInputs, 1], values)
      return
    }
    let width = shape.headHidden
    linear(own, "head.0", from: current, to: "\(own).wide", [shape.headInputs, width], values)
    graph.node("Relu", ["\(own).wide"], ["\(own).rectified"])
    linear(own, "head.2", from: "\(own).rectified", to: own, [width, 1], values)
  }

  /// `to = from * weight' + bias`, the weight of a `torch.nn.Linear`, outputs x inputs.
  private mutating func linear(
    _ own: String, _ layer: String, from: String, to: String, _ size: [Int],
    _ values: (String) -> [Float]
  ) {
    let (rows, columns, weight) = (size[0], size[1], values("\(layer).weight"))
    let transposed = (0..<rows * columns).map { weight[$0 % columns * rows + $0 / columns] }
    let name = "\(own).\(layer)"
    graph.constant("\(name).weight", size, transposed)
    graph.constant("\(name).bias", [columns], values("\(layer).bias"))
    graph.node("MatMul", [from, "\(name).weight"], ["\(name).product"])
    graph.node("Add", ["\(name).product", "\(name).bias"], [to])
  }

  /// Gate blocks i, f, g, o of PyTorch in ONNX's order i, o, f, c (c is g).
  private func gates(_ values: [Float], columns: Int) -> [Float] {
    let block = shape.hidden * columns
    return [0, 3, 1, 2].flatMap { values[$0 * block..<($0 + 1) * block] }
  }

  /// The mean of the networks, averaged with the ridge regression where there is one.
  private mutating func average() {
    let mean: [ONNXGraph.Attribute] = [.integers("axes", [-1]), .integer("keepdims", 0)]
    guard let ridge = model.ridge else {
      graph.node("ReduceMean", ["networks.double"], ["forecast"], mean)
      return
    }
    graph.node("ReduceMean", ["networks.double"], ["ensemble"], mean)
    var inputs = "inputs"
    if let window {
      graph.constant("window.last", [Int64(window - 1)])
      graph.node("Gather", ["inputs", "window.last"], ["window.end"])
      squeeze("window.end", to: "inputs.last", axis: 0)
      inputs = "inputs.last"
    }
    graph.constant("ridge.weights", [shape.inputs, 1], ridge.weights)
    graph.constant("ridge.intercept", [], [ridge.intercept])
    graph.constant("half", [], [0.5] as [Double])
    graph.node("MatMul", [inputs, "ridge.weights"], ["ridge.column"])
    squeeze("ridge.column", to: "ridge.product", axis: -1)
    graph.node("Add", ["ridge.product", "ridge.intercept"], ["ridge"])
    graph.node("Mul", ["ensemble", "half"], ["ensemble.half"])
    graph.node("Mul", ["ridge", "half"], ["ridge.half"])
    graph.node("Add", ["ensemble.half", "ridge.half"], ["forecast"])
  }

  /// Drops an axis of one element. Since set 13 the axis is a constant, here one a node.
  private mutating func squeeze(_ from: String, to: String, axis: Int64) {
    graph.constant("\(to).axis", [axis])
    graph.node("Squeeze", [from, "\(to).axis"], [to])
  }

  private func stateNames(_ state: String) -> [String] {
    model.members.indices.flatMap { member in
      (0..<shape.layers).map { "network.\(member).l\($0).\(state)_next" }
    }
  }
}
