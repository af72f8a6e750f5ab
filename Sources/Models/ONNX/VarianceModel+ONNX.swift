public import Market

/// A node's variance forecast as one graph for onnxruntime and its like: from readings in natural units to
/// what `VarianceFilter` says, logarithms, scaling, levels, the regression and every network included.
///
/// T steps of B series at once, or one bar at a time with the states handed on:
///
/// | input | type | shape |
/// |---|---|---|
/// | `readings` | double | T x B x readings, in the order of metadata `readings` (`VarianceReadings`) |
/// | `h`, `c` | float | (networks * layers) x B x hidden, zero before the first bar |
///
/// | output | type | shape |
/// |---|---|---|
/// | `variance` | double | T x B, of the next bar's log return |
/// | `networks` | float | T x B x networks: log of the next range variance over the EWMA variance |
/// | `h_next`, `c_next` | float | as `h` and `c`, after the last step |
///
/// Without networks there are `readings` and `variance` alone.
extension VarianceModel {
  /// Returns the bytes of an ONNX file.
  /// - Parameters:
  ///   - timeframe: the node's, which decides how many readings of the calendar there are.
  ///   - metadata: what else goes into the file's metadata.
  public func onnx(
    timeframe: Timeframe, producer: String, metadata: [(name: String, value: String)] = []
  ) -> [UInt8] {
    var builder = VarianceGraph(self, VarianceReadings.names(timeframe))
    builder.build()
    return builder.graph.file(
      name: "variance", producer: producer,
      metadata: [
        ("readings", builder.readings.joined(separator: ",")), ("method", method.rawValue),
        ("decay", "\(decay)"), ("slow_decay", "\(VarianceInputStream.slowDecay)"),
      ] + metadata)
  }
}

/// Builds the graph of one variance forecast. Columns are steps x series x 1 until the end.
private struct VarianceGraph {
  let model: VarianceModel
  let readings: [String]
  var graph = ONNXGraph()

  init(_ model: VarianceModel, _ readings: [String]) {
    self.model = model
    self.readings = readings
  }

  mutating func build() {
    declare()
    pick(["ewma"], as: "ewma")
    graph.squeeze("ewma", to: "unit", axis: -1)
    if model.method != .ewma { terms() }
    var logRatios: [String] = []
    if let regression = model.regression { logRatios.append(add(regression)) }
    if let network = model.network { logRatios.append(add(network)) }
    guard !logRatios.isEmpty else {
      graph.node("Identity", ["unit"], ["variance"])
      return
    }
    graph.node("Concat", logRatios, ["log_ratios"], [.integer("axis", -1)])
    graph.node(
      "ReduceMean", ["log_ratios"], ["log_ratio"],
      [.integers("axes", [-1]), .integer("keepdims", 0)])
    graph.node("Exp", ["log_ratio"], ["ratio"])
    graph.node("Mul", ["unit", "ratio"], ["variance"])
    if let network = model.network { graph.handOnStates(of: network.members) }
  }

  private mutating func declare() {
    let (steps, series) = (ONNXGraph.Extent.any("steps"), ONNXGraph.Extent.any("batch"))
    graph.input(
      "readings", .double, [steps, series, .fixed(readings.count)],
      "what the variance model reads of each bar, in natural units")
    graph.output(
      "variance", .double, [steps, series], "forecast variance of the next bar's log return")
    guard let network = model.network else { return }
    graph.output(
      "networks", .float, [steps, series, .fixed(network.members.count)],
      "log of the next bar's range variance over the EWMA variance, by each network")
    graph.declareStates(of: network.members, series: series)
  }

  /// Takes some of the readings out.
  private mutating func pick(_ names: [String], as name: String) {
    let columns = names.compactMap { readings.firstIndex(of: $0).map(Int64.init) }
    precondition(columns.count == names.count, "readings of these names")
    graph.constant("\(name).columns", columns)
    graph.node("Gather", ["readings", "\(name).columns"], [name], [.integer("axis", -1)])
  }

  /// `to = log max(variance / unit, floor)`, as `VarianceInputStream.logRatio`.
  private mutating func logRatio(_ variance: String, _ unit: String, to: String) {
    graph.node("Div", [variance, unit], ["\(to).ratio"])
    graph.node("Max", ["\(to).ratio", "floor"], ["\(to).floored"])
    graph.node("Log", ["\(to).floored"], [to])
  }

  /// The regressors: logarithms of ranges, then the calendar.
  private mutating func terms() {
    graph.constant("floor", [], [VolatilityRow.leastRatio])
    pick(VarianceReadings.ranges, as: "ranges")
    logRatio("ranges", "ewma", to: "ranges.log")
    let calendar = readings.dropFirst(VarianceReadings.ranges.count)
      .dropLast(VarianceReadings.rest.count)
    guard !calendar.isEmpty else {
      graph.node("Identity", ["ranges.log"], ["terms"])
      return
    }
    pick(Array(calendar), as: "calendar")
    graph.node("Concat", ["ranges.log", "calendar"], ["terms"], [.integer("axis", -1)])
  }

  private mutating func add(_ har: HARVariance) -> String {
    let weights = har.regression.weights
    graph.constant("regression.weights", [weights.count, 1], weights)
    graph.constant("regression.intercept", [], [har.regression.intercept])
    graph.constant("regression.level", [], [har.level])
    graph.node("MatMul", ["terms", "regression.weights"], ["regression.product"])
    graph.node("Add", ["regression.product", "regression.intercept"], ["regression.range"])
    graph.node("Add", ["regression.range", "regression.level"], ["regression"])
    return "regression"
  }

  private mutating func add(_ network: VarianceNetwork) -> String {
    for name in ["log_return", "ewma_slow", "log_volume_ratio"] { pick([name], as: name) }
    graph.node("Sqrt", ["ewma"], ["sigma"])
    graph.node("Div", ["log_return", "sigma"], ["sigmas"])
    graph.node("Abs", ["sigmas"], ["sigmas.size"])
    logRatio("ewma", "ewma_slow", to: "ewma.log")
    graph.node(
      "Concat", ["terms", "sigmas", "sigmas.size", "ewma.log", "log_volume_ratio"], ["natural"],
      [.integer("axis", -1)])
    graph.squash(network.scaler, from: "natural")
    graph.networks(network.members, regimes: nil, window: nil)
    graph.constant("network.level", [], [network.level])
    graph.node(
      "ReduceMean", ["networks.double"], ["network.range"],
      [.integers("axes", [-1]), .integer("keepdims", 1)])
    graph.node("Add", ["network.range", "network.level"], ["network"])
    return "network"
  }
}
