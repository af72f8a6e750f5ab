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
    graph.squash(model.scaler, from: "features")
    if shape.regimes > 0 { graph.node("Cast", ["regime"], ["r"], [.integer("to", 1)]) }
    graph.networks(model.members, regimes: shape.regimes > 0 ? "r" : nil, window: window)
    average()
    if window == nil { graph.handOnStates(of: model.members) }
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
    if window == nil { graph.declareStates(of: model.members, series: series) }
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
      graph.squeeze("window.end", to: "inputs.last", axis: 0)
      inputs = "inputs.last"
    }
    graph.constant("ridge.weights", [shape.inputs, 1], ridge.weights)
    graph.constant("ridge.intercept", [], [ridge.intercept])
    graph.constant("half", [], [0.5] as [Double])
    graph.node("MatMul", [inputs, "ridge.weights"], ["ridge.column"])
    graph.squeeze("ridge.column", to: "ridge.product", axis: -1)
    graph.node("Add", ["ridge.product", "ridge.intercept"], ["ridge"])
    graph.node("Mul", ["ensemble", "half"], ["ensemble.half"])
    graph.node("Mul", ["ridge", "half"], ["ridge.half"])
    graph.node("Add", ["ensemble.half", "ridge.half"], ["forecast"])
  }
}
